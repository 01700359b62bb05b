import Foundation
package import Synthesis

/// Polymers that do not exist: what familiarity learns strangeness from, so that no real unfamiliar material is used up
/// for it.
///
/// Every core level of a polymer is moved as a whole and every line of it alone, amounts and widths change: elements
/// and numbers of lines stay plausible, their pattern does not.
package enum FamiliarityStrangers {
    /// A core level of a polymer moves by up to this, in eV.
    private static let levelShiftEV = 2.5
    /// Standard deviation of each line's own movement, in eV.
    private static let lineShiftEV = 0.8
    /// Standard deviations of the logarithms of amounts and widths.
    private static let scatter: (amounts: Double, widths: Double) = (0.5, 0.25)

    /// The library's polymers, each made strange.
    ///
    /// - Throws: `PolymerLibraryError`, which a library that was itself read without a fault does not cause.
    package static func library(from library: PolymerLibrary, seed: UInt64) throws -> PolymerLibrary {
        var random = RandomSource(seed: seed)
        let entries = library.polymers.map { polymer in
            var shifts: [String: Double] = [:]
            return Entry(
                name: polymer.name, abbreviation: polymer.abbreviation, repeatUnitSMILES: polymer.repeatUnitSMILES,
                formula: polymer.formula, labelVector: polymer.labels.map { _ in 0 },
                components: polymer.components.map { component in
                    let shiftEV = shifts[component.coreLevel] ?? (2 * random.uniform() - 1) * levelShiftEV
                    shifts[component.coreLevel] = shiftEV
                    return Component(component, shiftEV: shiftEV + random.normal() * lineShiftEV, &random)
                })
        }
        let file = File(
            functionalGroupOrder: library.functionalGroups, sources: library.sources,
            lines: library.coreLevels.mapValues(Line.init), polymers: entries)
        return try PolymerLibrary(json: JSONEncoder().encode(file))
    }

    // The library's file as `PolymerLibrary.init(json:)` reads it.

    private struct File: Encodable {
        let functionalGroupOrder: [String]
        let sources: [String: String]
        let lines: [String: Line]
        let polymers: [Entry]

        enum CodingKeys: String, CodingKey {
            case sources, lines, polymers
            case functionalGroupOrder = "functional_group_order"
        }
    }

    private struct Line: Encodable {
        let element: String
        let crossSection: Double?
        let splitEV: Double?
        let branching: [String: Double]?

        enum CodingKeys: String, CodingKey {
            case element, branching
            case crossSection = "scofield_alka_rel_c1s"
            case splitEV = "spin_orbit_split_eV"
        }

        init(_ level: CoreLevel) {
            element = level.element
            crossSection = level.crossSection
            splitEV = level.doublet?.splitEV
            branching = level.doublet.map { ["high_BE": $0.highMemberShare] }
        }
    }

    private struct Entry: Encodable {
        let name: String
        let abbreviation: String
        let repeatUnitSMILES: String
        let formula: String
        let labelVector: [Int]
        let components: [Component]

        enum CodingKeys: String, CodingKey {
            case name, abbreviation, formula, components
            case repeatUnitSMILES = "repeat_unit_smiles"
            case labelVector = "label_vector"
        }
    }

    private struct Component: Encodable {
        let line: String
        let kind: String
        let environment: String
        let bindingEnergyEV: Double
        let atoms: Double
        let fwhmEV: Double
        let lorentzianFraction: Double
        let pseudoCrossSection: Double?
        let hydrogensPerCarbon: Double?
        let uncertaintyEV: Double
        let confidence: String
        let source: String

        enum CodingKeys: String, CodingKey {
            case line, kind, environment, atoms, confidence, source
            case bindingEnergyEV = "binding_energy_eV"
            case fwhmEV = "fwhm_eV"
            case lorentzianFraction = "gl_mix"
            case pseudoCrossSection = "pseudo_cross_section"
            case hydrogensPerCarbon = "h_per_carbon"
            case uncertaintyEV = "be_uncertainty_eV"
        }

        init(_ component: Polymer.Component, shiftEV: Double, _ random: inout RandomSource) {
            line = component.coreLevel
            kind = component.kind.rawValue
            environment = component.environment
            bindingEnergyEV = component.bindingEnergyEV - PolymerLibrary.scaleOffsetEV + shiftEV
            atoms = component.atoms * exp(random.normal() * scatter.amounts)
            fwhmEV = component.fwhmEV * exp(random.normal() * scatter.widths)
            lorentzianFraction = component.lorentzianFraction
            pseudoCrossSection = component.pseudoCrossSection
            hydrogensPerCarbon = component.hydrogensPerCarbon
            uncertaintyEV = component.uncertaintyEV
            confidence = component.confidence
            source = component.source
        }
    }
}
