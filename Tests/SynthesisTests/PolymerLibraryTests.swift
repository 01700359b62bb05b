import Foundation
import Spectroscopy
import Synthesis
import Testing

@Suite("Polymer library")
struct PolymerLibraryTests {
    let library: PolymerLibrary

    init() throws {
        library = try PolymerLibrary.shipped
    }

    /// Under other photons Auger electrons keep their kinetic energy, and cross-sections their ratios.
    @Test func otherPhotonsShowTheLibraryOtherwise() throws {
        let same = library.under(photonEnergyEV: CrossSectionTable.aluminiumEV)
        #expect(same.polymers == library.polymers && same.coreLevels == library.coreLevels)
        let other = library.under(photonEnergyEV: 1000)
        #expect(other.coreLevels["C 1s"]?.crossSection == library.coreLevels["C 1s"]?.crossSection)
        let table = CrossSectionTable.standard
        let (fluorine, carbon) = (try #require(PhotoelectronLine("F 1s")), try #require(PhotoelectronLine("C 1s")))
        let expected =
            try #require(table.relativeToAluminium(fluorine, photonEnergyEV: 1000))
            / #require(table.relativeToAluminium(carbon, photonEnergyEV: 1000))
        let sections = [library, other].compactMap { $0.coreLevels["F 1s"]?.crossSection }
        #expect(abs(sections[1] / sections[0] - expected) < 1e-9)
        for (before, after) in zip(library.polymers, other.polymers) {
            for (line, moved) in zip(before.components, after.components) {
                let byEV = line.kind == .auger ? 1000 - CrossSectionTable.aluminiumEV : 0
                #expect(abs(moved.bindingEnergyEV - line.bindingEnergyEV - byEV) < 1e-9)
            }
        }
    }

    @Test("holds 104 polymers, 40 groups and 624 components, every energy on the 285.1 eV scale")
    func size() throws {
        #expect(library.polymers.count == 104)
        #expect(library.functionalGroups.count == 40)
        #expect(Set(library.polymers.map(\.abbreviation)).count == 104)
        let components = library.polymers.flatMap(\.components)
        #expect(components.count { $0.kind == .photoelectron } == 510)
        #expect(components.count { $0.kind == .satellite } == 109)
        #expect(components.count { $0.kind == .auger } == 5)
        let polyethylene = try #require(library.polymers.first { $0.abbreviation == "HDPE" })
        #expect(abs(polyethylene.components[0].bindingEnergyEV - 285.1) < 1e-9)
    }

    @Test("has no example of exactly eight groups")
    func support() {
        let missing = zip(library.functionalGroups, library.support).filter { $0.1 == 0 }.map(\.0)
        #expect(
            missing == [
                "alkyne", "alkyl halide (Br)", "alkyl halide (I)", "thiol", "aldehyde", "nitrite", "acid chloride",
                "azide",
            ])
        #expect(library.support.last == 86)
    }

    @Test("names the elements it knows")
    func elements() {
        #expect(library.elements == ["C", "N", "O", "F", "Na", "Si", "P", "S", "Cl", "Br"])
    }

    @Test("every line has a source that is spelled out, and both doublet members lie on the grid")
    func provenance() throws {
        for polymer in library.polymers {
            for component in polymer.components {
                for code in component.source.split(separator: ",") {
                    #expect(library.sources[code.trimmingCharacters(in: .whitespaces)] != nil, "\(code)")
                }
                let level = try #require(library.coreLevels[component.coreLevel])
                let highest = component.bindingEnergyEV + (level.doublet?.splitEV ?? 0)
                #expect(component.bindingEnergyEV > 40 && highest < 700)
            }
        }
    }

    /// Maxima of the C 1s envelope at 0.95 eV total width, on the 285.0 eV scale: the table in the facts' own notes.
    static let envelopes: [(String, [Double])] = [
        ("PMMA", [285.10, 286.75, 289.03]), ("PET", [284.77, 286.30, 288.70]), ("PEG", [286.45]), ("PTFE", [292.48]),
        ("PVC", [285.93, 286.99]), ("PVDF", [286.44, 290.90]), ("PDMS", [284.38]), ("PS", [284.82]),
        ("PVA", [285.00, 286.50]), ("PVF", [285.72, 287.91]), ("PAA", [285.22, 289.26]), ("PAN", [285.00, 286.56]),
        ("N6", [285.09, 288.05]), ("PEEK", [284.71, 286.26]), ("PC", [284.76, 286.28, 290.40]),
        ("PL", [285.00, 287.00, 289.10]), ("CEL", [286.73, 288.01]),
    ]

    @Test("C 1s envelopes have the maxima of the facts' notes, 0.1 eV higher", arguments: envelopes)
    func envelope(abbreviation: String, maximaEV: [Double]) throws {
        let polymer = try #require(library.polymers.first { $0.abbreviation == abbreviation })
        let carbons = polymer.components.filter { $0.coreLevel == "C 1s" && $0.kind == .photoelectron }
        let sigma = 0.95 / (8 * log(2.0)).squareRoot()
        func envelope(_ energyEV: Double) -> Double {
            carbons.reduce(0) { $0 + $1.atoms * exp(-pow((energyEV - $1.bindingEnergyEV) / sigma, 2) / 2) }
        }
        let energies = stride(from: 282.0, to: 296.0, by: 0.01)
        let found = energies.filter { envelope($0) > envelope($0 - 0.01) && envelope($0) >= envelope($0 + 0.01) }
        for maximum in maximaEV {
            #expect(found.contains { abs($0 - maximum - 0.1) < 0.03 }, "\(maximum) + 0.1 among \(found)")
        }
    }

    @Test("names what is wrong in a damaged file")
    func damaged() throws {
        #expect(throws: PolymerLibraryError.self) { try PolymerLibrary(json: Data("{}".utf8)) }
        let unknownLevel = """
            {"functional_group_order": ["alkane"], "sources": {}, "lines": {}, "polymers": [{"name": "x",
             "abbreviation": "X", "repeat_unit_smiles": "", "formula": "C", "label_vector": [1], "components": [
             {"line": "C 1s", "kind": "photoelectron", "environment": "CH2", "binding_energy_eV": 285, "atoms": 1,
              "fwhm_eV": 1, "gl_mix": 0, "be_uncertainty_eV": 0.1, "confidence": "high", "source": "L"}]}]}
            """
        #expect {
            try PolymerLibrary(json: Data(unknownLevel.utf8))
        } throws: { error in
            "\(error)".contains("X, C 1s, CH2")
        }
    }
}
