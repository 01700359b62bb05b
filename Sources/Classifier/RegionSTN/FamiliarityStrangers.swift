package import Synthesis

/// Materials that do not exist: what familiarity learns strangeness from, so that no real unfamiliar material is used up
/// for it (outlier exposure: Hendrycks, Mazeika and Dietterich, arXiv 1812.04606).
///
/// They are drawn from what physics and chemistry allow, not from what is expected to come: everything has a wide range.
/// What mixtures of known polymers look like too, as a polymer with its lines in other amounts, is no stranger.
package enum FamiliarityStrangers {
    /// What is strange about a material.
    package enum Family: Int, Sendable, CaseIterable {
        /// A polymer whose core levels are moved as wholes and whose lines are moved alone.
        case moved
        /// A polymer with lines of elements that it has not, or in states that it has not.
        case foreign
        /// A polymer whose C 1s lines are narrower, wider or more skewed than an instrument makes them.
        case reshaped
        /// Narrow lines with the tail of conduction electrons and humps of shake-up and plasmons.
        case conductor
        /// Organic ions with their counter-ions.
        case charged
        /// Lines of anions and metals in inorganic solids, mostly under adventitious carbon.
        case mineral
        /// Any lines of any core levels.
        case madeUp
        /// Carbon in any states of bonding, as wide as in polymers, with hetero-atoms in any amounts.
        case organic
        /// Organic compounds and salts: atoms in whole numbers, in the states that groups put them in.
        case molecular
        /// Solid carbon, more or less ordered and oxidised, bare or covered.
        case carbonaceous
    }

    /// Materials of each family unless told otherwise: about as many as spectra are drawn of them, so that none is learnt
    /// by heart.
    private static let usualCount = 5000

    /// `count` materials of each family, as a library to draw from; they carry no labels.
    package static func library(
        from library: PolymerLibrary, families: [Family] = Family.allCases, count: Int = usualCount, seed: UInt64
    ) -> PolymerLibrary {
        let lines = FamiliarityLines(library)
        let unlabelled = [Bool](repeating: false, count: library.functionalGroups.count)
        var strangers: [Polymer] = []
        strangers.reserveCapacity(families.count * count)
        for family in families {
            var random = RandomSource(seed: seed &+ UInt64(family.rawValue))
            for _ in 0..<count {
                // What is no line of the polymer's is taken off it; the rest of it serves as a form to fill in.
                var stranger = library.polymers[random.integer(in: 0...library.polymers.count - 1)]
                stranger.labels = unlabelled
                stranger.components = components(of: family, like: stranger, lines, &random)
                lines.cover(&stranger.components, &random)
                strangers.append(stranger)
            }
        }
        return library.replacing(polymers: strangers)
    }

    private static func components(
        of family: Family, like polymer: Polymer, _ lines: FamiliarityLines, _ random: inout RandomSource
    ) -> [Polymer.Component] {
        switch family {
        case .moved: moved(polymer.components, &random)
        case .foreign: polymer.components + foreign(polymer.components, lines, &random)
        case .reshaped: reshaped(polymer.components, &random)
        case .conductor: conductor(lines, &random)
        case .charged: charged(polymer.components, lines, &random)
        case .mineral: mineral(lines, &random)
        case .madeUp: madeUp(lines, &random)
        case .organic: organic(lines, &random)
        case .molecular: molecular(lines, &random)
        case .carbonaceous: carbonaceous(lines, &random)
        }
    }
}
