import Classifier
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
}
