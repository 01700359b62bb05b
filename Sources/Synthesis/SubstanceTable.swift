import Glibc
import Spectroscopy

/// Every line that can be in a spectrum: of the library's polymers, of what contaminates them, and of materials that
/// are not in the library.
///
/// Intensities are for one visible atom of the substance (all but hydrogen), so that shares of atoms mix them.
struct SubstanceTable: Sendable {
    /// One line (both members of a doublet) with the scatter that is drawn for it.
    struct Line: Sendable {
        var energyEV: Double
        var energyScatterEV: Double
        var fwhmEV: Double
        var widthScatter: Double
        /// Atoms per visible atom, times cross-section.
        var intensity: Double
        /// Standard deviation of a factor on it.
        var amountScatter: Double
        var lorentzianFraction: Double
        var kind: Polymer.Kind
        var splitEV = 0.0
        var highMemberShare = 0.0
        /// Hydrogens on the carbon atom, where vibrations act.
        var hydrogens = 0.0
        var isHalogen = false
        /// Whether it is the line that its element is recognised by.
        var isMain = false
        /// Whether it serves where the main line of its element is not recorded.
        var isAlternative = false
        /// An element's number, for the question which are recorded.
        var element = 0
    }

    /// The line that each element is recognised by; sodium by either of two.
    static let mainLines: [String: String] = [
        "C 1s": "C", "N 1s": "N", "O 1s": "O", "F 1s": "F", "Na 2s": "Na", "Si 2p": "Si", "P 2p": "P", "S 2p": "S",
        "Cl 2p": "Cl", "Br 3d": "Br", "I 3d": "I",
    ]
    /// An Auger line of at least this intensity serves in place of a main line: Na KL23L23 (1D2).
    static let leastAlternative = 2.0
    /// A constituent's common energy error in eV.
    static let commonScatterEV = 0.02
    /// Vibronic lines have a maximum at the first while the factor is below this (the facts' cap).
    static let largestVibronicFactor = 0.45
    /// The C-H stretch in eV.
    static let vibronicSpacingEV = 0.4

    private(set) var lines: [Line] = []
    /// Lines of each substance: the polymers in the library's order, then the others.
    private(set) var ranges: [Range<Int>] = []
    let polymerCount: Int
    /// The substance that is adventitious carbon.
    let adventitiousCarbon: Int
    /// The substance that is silicone.
    let silicone: Int
    /// The substances of each unfamiliar material: its variants.
    let unfamiliar: [UnfamiliarMaterial: Range<Int>]
    /// The lines of foreign materials, in the order of `ForeignMaterial.species`.
    let foreign: Range<Int>
    /// A common error that all lines of a polymer share, in eV.
    let commonScatterEV: Double

    /// What other photons than Al Kα make of lines that are not the library's.
    private let photonFactors: PhotonFactors

    init(library: PolymerLibrary, effects: InstrumentEffects, photonEnergyEV: Double = CrossSectionTable.aluminiumEV) {
        photonFactors = PhotonFactors(library: library, photonEnergyEV: photonEnergyEV)
        let library = library.under(photonEnergyEV: photonEnergyEV)
        polymerCount = library.polymers.count
        adventitiousCarbon = polymerCount
        silicone = polymerCount + 1
        commonScatterEV = effects.libraryEnergies.isOn ? Self.commonScatterEV : 0
        var unfamiliar: [UnfamiliarMaterial: Range<Int>] = [:]
        var next = polymerCount + 2
        for material in UnfamiliarMaterial.allCases {
            unfamiliar[material] = next..<next + material.variants.count
            next += material.variants.count
        }
        self.unfamiliar = unfamiliar
        foreign = next..<next + ForeignMaterial.species.count
        let energyScatter = effects.libraryEnergies.isOn ? effects.libraryEnergies.range.upperBound : 0
        let widthScatter = effects.libraryWidths.isOn ? effects.libraryWidths.range.upperBound : 0
        let amountScatter = effects.libraryAtoms.isOn ? effects.libraryAtoms.range.upperBound : 0
        let elements = library.elements.sorted()
        for polymer in library.polymers {
            append(
                polymer.components.map { component in
                    let level = library.coreLevels[component.coreLevel]
                    let element = level?.element ?? ""
                    return Line(
                        energyEV: component.bindingEnergyEV,
                        energyScatterEV: energyScatter * component.uncertaintyEV,
                        fwhmEV: component.fwhmEV, widthScatter: widthScatter,
                        intensity: component.atoms * (component.pseudoCrossSection ?? level?.crossSection ?? 0),
                        amountScatter: amountScatter, lorentzianFraction: component.lorentzianFraction,
                        kind: component.kind, splitEV: level?.doublet?.splitEV ?? 0,
                        highMemberShare: level?.doublet?.highMemberShare ?? 0,
                        hydrogens: component.coreLevel == "C 1s" && component.kind == .photoelectron
                            ? component.hydrogensPerCarbon ?? 0 : 0,
                        isHalogen: ["F", "Cl", "Br", "I"].contains(element),
                        isMain: component.kind == .photoelectron && Self.mainLines[component.coreLevel] != nil,
                        isAlternative: (component.pseudoCrossSection ?? 0) > Self.leastAlternative,
                        element: elements.firstIndex(of: element) ?? 0)
                }, visibleAtoms: Self.visibleAtoms(of: polymer))
        }
        append(ForeignLine.adventitiousCarbon)
        append(ForeignLine.silicone)
        for material in UnfamiliarMaterial.allCases {
            for variant in material.variants { append(variant) }
        }
        for species in ForeignMaterial.species { append([species.line]) }
    }

    /// Atoms of a repeat unit that photoelectrons come from, all but hydrogen: those of the elements' main lines.
    static func visibleAtoms(of polymer: Polymer) -> Double {
        let atoms = polymer.components.reduce(0) {
            $0 + ($1.kind == .photoelectron && mainLines[$1.coreLevel] != nil ? $1.atoms : 0)
        }
        precondition(atoms > 0, "\(polymer.abbreviation) has no main line")
        return atoms
    }

    private mutating func append(_ new: [Line], visibleAtoms: Double) {
        ranges.append(lines.count..<lines.count + new.count)
        lines += new.map { line in
            var line = line
            line.intensity /= visibleAtoms
            return line
        }
    }

    private mutating func append(_ foreign: [ForeignLine]) {
        append(
            foreign.map { line in
                Line(
                    energyEV: line.energyEV, energyScatterEV: line.scatterEV, fwhmEV: line.fwhmEV,
                    widthScatter: line.widthScatter,
                    intensity: line.atoms * line.crossSection * photonFactors.factor(nearEV: line.energyEV),
                    amountScatter: line.amountScatter,
                    lorentzianFraction: 0.15, kind: .photoelectron, splitEV: line.splitEV,
                    highMemberShare: line.highMemberShare)
            }, visibleAtoms: max(1e-9, foreign.reduce(0) { $0 + ($1.isMain ? $1.atoms : 0) }))
    }
}
