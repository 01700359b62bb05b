/// Lines of whatever is in a sample beside the polymers: a substrate, a filler, a salt.
///
/// Nobody can list them all, so they lie anywhere about their core levels: what a network learns of them is only that a
/// line may be none of a polymer's, that carbon alone may be a contamination, and that the distance between two core
/// levels says nothing unless both belong together.
enum ForeignMaterial {
    /// A line that a foreign material may have.
    struct Species: Sendable {
        var line: ForeignLine
        /// How often a material has it.
        let chance: Double
    }

    /// The lines, each a substance of its own; cross-sections are Scofield's (1976) at Al Kα.
    static let species =
        [
            Species(anyOf: 531.0, scatterEV: 1.3, crossSection: 2.931, fwhmEV: 1.5, chance: 0.75),
            Species(anyOf: 532.0, scatterEV: 1.5, crossSection: 2.931, fwhmEV: 1.9, chance: 0.4),
            Species(anyOf: 285.5, scatterEV: 2.5, crossSection: 1, fwhmEV: 1.2, chance: 0.3),
            Species(anyOf: 399.5, scatterEV: 2.5, crossSection: 1.798, fwhmEV: 1.5, chance: 0.15),
            Species(anyOf: 686.5, scatterEV: 2.0, crossSection: 4.428, fwhmEV: 1.8, chance: 0.15),
            Species(anyOf: 101.5, scatterEV: 2.0, crossSection: 0.817, fwhmEV: 1.4, chance: 0.2),
            Species(anyOf: 165.5, scatterEV: 3.5, crossSection: 1.677, fwhmEV: 2.2, chance: 0.12),
            Species(anyOf: 133.5, scatterEV: 2.5, crossSection: 1.192, fwhmEV: 1.8, chance: 0.1),
            Species(anyOf: 200.0, scatterEV: 3.0, crossSection: 2.285, fwhmEV: 2.4, chance: 0.12),
            Species(anyOf: 66.0, scatterEV: 4.0, crossSection: 1, fwhmEV: 2.0, chance: 0.1),
            Species(anyOf: 272.0, scatterEV: 5.0, crossSection: 1, fwhmEV: 2.5, chance: 0.05),
        ] + neighbours

    /// Strong lines of other elements that lie in the polymers' windows or beside them, so that K 2p is not taken for
    /// carbon that is bound to fluorine.
    ///
    /// Energies and splittings: Moulder et al., Handbook of X-ray Photoelectron Spectroscopy, 1992 (recalled).
    private static let neighbours = [
        // K 2p, Ru 3d, Sn 3d, Mo 3d, Bi 4f, Pb 4f, Au 4f, Pt 4f, Al 2p.
        Species(doubletAt: 293.0, scatterEV: 0.6, splitEV: 2.8, share: 0.339, crossSection: 3.97, chance: 0.25),
        Species(doubletAt: 281.0, scatterEV: 0.7, splitEV: 4.17, share: 0.41, crossSection: 12.5, chance: 0.03),
        Species(doubletAt: 486.8, scatterEV: 0.7, splitEV: 8.45, share: 0.409, crossSection: 25.0, chance: 0.05),
        Species(doubletAt: 231.0, scatterEV: 2.0, splitEV: 3.13, share: 0.408, crossSection: 9.5, chance: 0.04),
        Species(doubletAt: 158.8, scatterEV: 1.0, splitEV: 5.31, share: 0.44, crossSection: 24.9, chance: 0.04),
        Species(doubletAt: 138.0, scatterEV: 0.8, splitEV: 4.86, share: 0.44, crossSection: 22.7, chance: 0.04),
        Species(doubletAt: 84.2, scatterEV: 0.4, splitEV: 3.67, share: 0.44, crossSection: 17.1, chance: 0.06),
        Species(doubletAt: 72.5, scatterEV: 1.0, splitEV: 3.33, share: 0.44, crossSection: 15.5, chance: 0.04),
        Species(anyOf: 74.3, scatterEV: 0.8, crossSection: 0.537, fwhmEV: 1.6, chance: 0.08),
    ]

    /// The share of visible atoms in foreign material where nothing but contamination lies on it.
    static let bareShares = 0.15...0.85
}

extension ForeignMaterial.Species {
    /// A line whose energy, width and amount say nothing.
    fileprivate init(anyOf energyEV: Double, scatterEV: Double, crossSection: Double, fwhmEV: Double, chance: Double) {
        line = ForeignLine(
            energyEV: energyEV, scatterEV: scatterEV, atoms: 1, amountScatter: 0.5, crossSection: crossSection,
            fwhmEV: fwhmEV, widthScatter: 0.3)
        self.chance = chance
    }

    /// Two lines that belong together; the width says nothing.
    fileprivate init(
        doubletAt energyEV: Double, scatterEV: Double, splitEV: Double, share: Double, crossSection: Double,
        chance: Double
    ) {
        self.init(anyOf: energyEV, scatterEV: scatterEV, crossSection: crossSection, fwhmEV: 1.3, chance: chance)
        line.splitEV = splitEV
        line.highMemberShare = share
    }
}
