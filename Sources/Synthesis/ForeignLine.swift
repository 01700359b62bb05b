/// A line of a substance that is not one of the library's polymers; energies on the scale with aliphatic C 1s at
/// 285.1 eV.
struct ForeignLine: Sendable {
    var energyEV: Double
    /// Standard deviation from sample to sample.
    var scatterEV = 0.1
    /// Relative to the substance's other lines.
    var atoms: Double
    /// Relative standard deviation of the amount from sample to sample.
    var amountScatter = 0.05
    /// Scofield 1976 at Al Kα, C 1s = 1.
    var crossSection = 1.0
    var fwhmEV = 1.1
    /// Relative standard deviation of the width from sample to sample.
    var widthScatter = 0.1
    var splitEV = 0.0
    var highMemberShare = 0.0
    /// Whether its atoms count: false for satellites and second lines of the same atoms.
    var isMain = true

    /// A C 1s line.
    static func carbon(
        _ energyEV: Double, atoms: Double, fwhmEV: Double = 1.1, scatterEV: Double = 0.1, amountScatter: Double = 0.05,
        isMain: Bool = true
    ) -> ForeignLine {
        ForeignLine(
            energyEV: energyEV, scatterEV: scatterEV, atoms: atoms, amountScatter: amountScatter, fwhmEV: fwhmEV,
            isMain: isMain)
    }

    /// An O 1s line.
    static func oxygen(
        _ energyEV: Double, atoms: Double, fwhmEV: Double = 1.4, scatterEV: Double = 0.15, amountScatter: Double = 0.05
    ) -> ForeignLine {
        ForeignLine(
            energyEV: energyEV, scatterEV: scatterEV, atoms: atoms, amountScatter: amountScatter, crossSection: 2.931,
            fwhmEV: fwhmEV)
    }

    /// Adventitious carbon: C-C at the reference, 15 % C-O and 7.5 % O-C=O with their oxygen.
    ///
    /// The last two amounts are uncertain (Barr and Seal, J. Vac. Sci. Technol. A 13 (1995) 1239; Biesinger, Appl.
    /// Surf. Sci. 597 (2022) 153681: C-O 1.5 and O-C=O 3.7 to 3.9 eV above C-C).
    static let adventitiousCarbon: [ForeignLine] = [
        carbon(285.1, atoms: 0.775, fwhmEV: 1.15, amountScatter: 0.03),
        carbon(286.6, atoms: 0.15, fwhmEV: 1.2, amountScatter: 0.2),
        carbon(289.0, atoms: 0.075, fwhmEV: 1.2, amountScatter: 0.2),
        oxygen(532.9, atoms: 0.15, amountScatter: 0.2),
        oxygen(532.3, atoms: 0.075, amountScatter: 0.2),
        oxygen(533.8, atoms: 0.075, amountScatter: 0.2),
    ]

    /// Silicone oil: poly(dimethyl siloxane), C 284.38, O 532.00, Si 2p3/2 101.79 eV on the 285.0 eV scale (source O1 of
    /// the library).
    static let silicone: [ForeignLine] = [
        carbon(284.48, atoms: 2, fwhmEV: 0.95),
        oxygen(532.1, atoms: 1, fwhmEV: 1.25),
        ForeignLine(
            energyEV: 101.89, atoms: 1, crossSection: 0.817, fwhmEV: 0.8, splitEV: 0.6, highMemberShare: 0.3378),
        ForeignLine(energyEV: 153.1, atoms: 1, crossSection: 0.955, fwhmEV: 1.6, isMain: false),
    ]
}
