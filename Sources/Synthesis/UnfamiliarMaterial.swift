/// Materials that the library does not hold, to test what a model says of what it has never seen.
///
/// Energies are typical literature values, recalled rather than read again, put on the scale with aliphatic C 1s at
/// 285.1 eV; each carries some adventitious carbon where such surfaces do. Cross-sections are Scofield's (1976) at Al
/// Kα.
public enum UnfamiliarMaterial: String, Sendable, Hashable, CaseIterable, Codable {
    /// Inorganic carbonates.
    case carbonate
    /// Graphite and what is like it.
    case graphiteLike
    /// Ionic liquids of imidazolium.
    case ionicLiquid
    /// Oxides of metals and of silicon.
    case oxide

    /// Lines of the materials of this kind; one of them is drawn for each spectrum.
    var variants: [[ForeignLine]] {
        switch self {
        case .carbonate: Self.carbonates
        case .graphiteLike: Self.graphites
        case .ionicLiquid: Self.ionicLiquids
        case .oxide: Self.oxides
        }
    }

    /// Adventitious carbon of so many atoms, with a lot of scatter.
    private static func overlayer(atoms: Double) -> [ForeignLine] {
        ForeignLine.adventitiousCarbon.map { line in
            var line = line
            line.atoms *= atoms
            line.amountScatter = 0.3
            return line
        }
    }

    /// Carbonates of calcium, lithium and sodium: C 1s 289.3 to 290.0, O 1s 531.3 to 531.9 eV.
    ///
    /// CaCO3, with Ca 2p3/2 347.2: Stoch and Gladysz, Surf. Interface Anal. 17 (1991) 841; Li2CO3, with Li 1s 55.5:
    /// Dedryvère et al., J. Phys. Chem. B 109 (2005) 15868.
    ///
    /// Each under much adventitious carbon and under little: C 1s then shows mostly the carbonate.
    private static let carbonates: [[ForeignLine]] = salts.flatMap {
        [$0 + overlayer(atoms: 1.5), $0 + overlayer(atoms: 0.3)]
    }

    private static let salts: [[ForeignLine]] = [
        [
            .carbon(289.7, atoms: 1, scatterEV: 0.15), .oxygen(531.5, atoms: 3, fwhmEV: 1.6),
            ForeignLine(
                energyEV: 347.2, atoms: 1, crossSection: 5.07, fwhmEV: 1.5, splitEV: 3.55, highMemberShare: 0.339),
        ],
        [
            .carbon(290.1, atoms: 1, scatterEV: 0.15), .oxygen(531.9, atoms: 3, fwhmEV: 1.6),
            ForeignLine(energyEV: 55.5, atoms: 2, crossSection: 0.0568, fwhmEV: 1.5),
        ],
        [
            .carbon(289.4, atoms: 1, scatterEV: 0.15), .oxygen(531.4, atoms: 3, fwhmEV: 1.6),
            ForeignLine(energyEV: 63.4, atoms: 2, crossSection: 0.422, fwhmEV: 1.5),
            ForeignLine(energyEV: 497.4, atoms: 2, crossSection: 4.2, fwhmEV: 2.4, isMain: false),
        ],
    ]

    /// C 1s of sp2 at 284.4, asymmetric towards higher energy, π-π* at 290.8 eV.
    ///
    /// Leiro et al., J. Electron Spectrosc. 128 (2003) 205. The tail of the Doniach-Šunjić line is a series of wider
    /// lines here.
    private static let graphites: [[ForeignLine]] = [
        sp2, sp2 + overlayer(atoms: 8),
        // Graphite oxide: C-O 286.9, C=O 288.2 (Stankovich et al., Carbon 45 (2007) 1558).
        sp2.map { line in
            var line = line
            line.atoms *= 0.5
            line.fwhmEV += 0.4
            return line
        } + [
            .carbon(286.9, atoms: 40, fwhmEV: 1.2, amountScatter: 0.2),
            .carbon(288.3, atoms: 8, fwhmEV: 1.3, amountScatter: 0.2), .oxygen(532.7, atoms: 40, fwhmEV: 1.7),
        ],
    ]

    private static let sp2: [ForeignLine] = [
        .carbon(284.4, atoms: 70, fwhmEV: 0.6, scatterEV: 0.05),
        .carbon(284.9, atoms: 14, fwhmEV: 0.9, scatterEV: 0.05), .carbon(285.6, atoms: 8, fwhmEV: 1.3),
        .carbon(286.7, atoms: 5, fwhmEV: 1.8), .carbon(288.3, atoms: 3, fwhmEV: 2.4),
        .carbon(290.8, atoms: 6, fwhmEV: 2.6, amountScatter: 0.15, isMain: false),
        .oxygen(532.6, atoms: 0.7, fwhmEV: 2, amountScatter: 0.4),
    ]

    /// Imidazolium with NTf2, BF4 and PF6.
    ///
    /// Cation: N 1s 401.9, C 1s 285.1 to 287.6; NTf2: N 1s 399.3, F 1s 688.8, S 2p3/2 168.8, C 1s 292.9, O 1s 532.7;
    /// BF4: F 1s 686.0, B 1s 194.2; PF6: F 1s 686.7, P 2p3/2 136.6 eV on aliphatic C 1s 285.0 (Villar-Garcia et al.,
    /// Phys. Chem. Chem. Phys. 13 (2011) 2797).
    private static let ionicLiquids: [[ForeignLine]] = [
        imidazolium + [
            .carbon(293.0, atoms: 2), .oxygen(532.8, atoms: 4, fwhmEV: 1.3),
            ForeignLine(energyEV: 399.4, atoms: 1, crossSection: 1.798, fwhmEV: 1.1),
            ForeignLine(energyEV: 688.9, atoms: 6, crossSection: 4.428, fwhmEV: 1.6),
            ForeignLine(
                energyEV: 168.9, atoms: 2, crossSection: 1.677, fwhmEV: 0.95, splitEV: 1.18, highMemberShare: 0.3381),
        ],
        imidazolium + [
            ForeignLine(energyEV: 686.1, atoms: 4, crossSection: 4.428, fwhmEV: 1.4),
            ForeignLine(energyEV: 194.3, atoms: 1, crossSection: 0.486, fwhmEV: 1.1),
        ],
        imidazolium + [
            ForeignLine(energyEV: 686.8, atoms: 6, crossSection: 4.428, fwhmEV: 1.4),
            ForeignLine(
                energyEV: 136.7, atoms: 1, crossSection: 1.192, fwhmEV: 1.0, splitEV: 0.87, highMemberShare: 0.3381),
        ],
    ]

    private static let imidazolium: [ForeignLine] = [
        ForeignLine(energyEV: 402.0, atoms: 2, crossSection: 1.798, fwhmEV: 1.1),
        .carbon(287.7, atoms: 1), .carbon(286.8, atoms: 4, fwhmEV: 1.2), .carbon(285.3, atoms: 4, amountScatter: 0.4),
    ]

    /// Oxides of titanium, iron, aluminium and silicon: O 1s 529.5 to 530.5 (hydroxyl 531.7), 531.0, 532.9 eV.
    ///
    /// Ti 2p3/2 458.7, Al 2p 74.4, Si 2p3/2 103.5 eV: Moulder et al., Handbook of X-ray Photoelectron Spectroscopy,
    /// 1992; Biesinger et al., Appl. Surf. Sci. 257 (2010) 887. Fe 2p lies beyond the recorded range.
    private static let oxides: [[ForeignLine]] = [
        [
            .oxygen(529.9, atoms: 2), .oxygen(531.5, atoms: 0.4, amountScatter: 0.4),
            ForeignLine(
                energyEV: 458.7, atoms: 1, crossSection: 7.91, fwhmEV: 1.2, splitEV: 5.7, highMemberShare: 0.34),
        ] + overlayer(atoms: 0.5),
        [
            .oxygen(530.1, atoms: 3), .oxygen(531.7, atoms: 0.8, amountScatter: 0.4),
            ForeignLine(energyEV: 56.0, atoms: 2, crossSection: 1.67, fwhmEV: 3, isMain: false),
        ] + overlayer(atoms: 0.8),
        [
            .oxygen(531.0, atoms: 3, fwhmEV: 1.8), .oxygen(532.3, atoms: 0.8, amountScatter: 0.4),
            ForeignLine(energyEV: 74.4, atoms: 2, crossSection: 0.537, fwhmEV: 1.5),
            ForeignLine(energyEV: 119.3, atoms: 2, crossSection: 0.753, fwhmEV: 2.2, isMain: false),
        ] + overlayer(atoms: 0.8),
        [
            .oxygen(532.9, atoms: 2, fwhmEV: 1.5),
            ForeignLine(
                energyEV: 103.5, atoms: 1, crossSection: 0.817, fwhmEV: 1.3, splitEV: 0.6, highMemberShare: 0.3378),
            ForeignLine(energyEV: 154.6, atoms: 1, crossSection: 0.955, fwhmEV: 2, isMain: false),
        ] + overlayer(atoms: 0.5),
    ]
}
