import Classifier
import Spectroscopy
import Synthesis
import Testing

@Suite("Functional groups")
struct FunctionalGroupTests {
    @Test("are the library's 40, in its order")
    func order() throws {
        let library = try PolymerLibrary.shipped
        #expect(FunctionalGroup.all.map(\.name) == library.functionalGroups)
    }

    @Test("ask for elements that every polymer carrying them holds")
    func elements() throws {
        let library = try PolymerLibrary.shipped
        for (index, group) in FunctionalGroup.all.enumerated() {
            for polymer in library.polymers where polymer.labels[index] {
                let elements = Set(polymer.components.compactMap { library.coreLevels[$0.coreLevel]?.element })
                #expect(elements.isSuperset(of: group.elements), "\(group.name) in \(polymer.abbreviation)")
            }
            for level in group.coreLevels { #expect(library.coreLevels[level] != nil) }
        }
        #expect(FunctionalGroup.all.first { $0.name == "nitrile" }?.elements == ["C", "N"])
    }

    @Test(
        "elements outside the training are recognised by region names",
        arguments: [
            (["Fe 2p", "O 1s", "C 1s"], ["Fe"]), (["Cu2p3/2", "Ni 2p", "CU 2P"], ["Cu", "Ni"]), (["W4f7/2"], ["W"]),
            (["Cu LMM", "C KLL"], ["Cu"]), (["Survey", "Wide", "Valence band", "S 2p", "Si 2p", "Sn 3d"], ["Sn"]),
            (["Scan 1", "In situ", "C1s Scan", "N1s", "Na 1s", "Cl 2p", ""], []), (["I 3d", "Br 3d"], ["I"]),
        ])
    func outside(names: [String], expected: [String]) {
        #expect(TrainingScope.elementsOutsideTraining(regionNames: names) == expected)
    }

    /// Within the declared photon energies the library's levels weigh, relative to C 1s, as at Al Kα, where it was trained.
    @Test func crossSectionsHoldWithinTheDeclaredPhotonEnergies() throws {
        let table = CrossSectionTable.standard
        func relative(_ name: String, at energyEV: Double) throws -> Double {
            let (line, carbon) = (try #require(PhotoelectronLine(name)), try #require(PhotoelectronLine("C 1s")))
            return try #require(table.kilobarn(of: line, photonEnergyEV: energyEV))
                / #require(table.kilobarn(of: carbon, photonEnergyEV: energyEV))
        }
        for name in ["O 1s", "N 1s", "F 1s", "Si 2p", "S 2p", "P 2p", "Cl 2p", "Br 3d", "Na 2s"] {
            let trained = try relative(name, at: CrossSectionTable.aluminiumEV)
            for energyEV in [TrainingScope.photonEnergiesEV.lowerBound, TrainingScope.photonEnergiesEV.upperBound] {
                let ratio = try relative(name, at: energyEV) / trained
                #expect(abs(ratio - 1) < 0.08, "\(name) at \(energyEV) eV: \(ratio)")
            }
        }
    }
}
