/// What a fit takes for adventitious carbon: mostly aliphatic, some C-O at +1.5 eV and O-C=O at +3.9 eV with their
/// oxygen.
///
/// So it is commonly found on air-exposed surfaces (Barr and Seal, J. Vac. Sci. Technol. A 13, 1995, 1239).
package enum AdventitiousCarbon {
    /// Atoms in one state of bonding.
    package struct Environment: Sendable {
        /// The core level that shows it.
        package let coreLevel: String
        /// The atoms, in words.
        package let name: String
        /// On the scale with aliphatic C 1s at 285.1 eV.
        package let energyEV: Double
        /// Share of the visible atoms.
        package let share: Double
        /// Total width in eV.
        package let fwhmEV: Double
    }

    /// All environments; their shares add up to 1.
    package static let environments: [Environment] = {
        let rows: [(level: String, name: String, energyEV: Double, atoms: Double, fwhmEV: Double)] = [
            ("C 1s", "adventitious C-C/C-H", 285.1, 0.78, 1.1), ("C 1s", "adventitious C-O", 286.6, 0.15, 1.1),
            ("C 1s", "adventitious O-C=O", 289.0, 0.07, 1.1), ("O 1s", "adventitious C-O", 532.9, 0.15, 1.3),
            ("O 1s", "adventitious O-C=O", 532.3, 0.07, 1.3), ("O 1s", "adventitious O-C=O", 533.8, 0.07, 1.3),
        ]
        let atoms = rows.reduce(0) { $0 + $1.atoms }
        return rows.map {
            Environment(
                coreLevel: $0.level, name: $0.name, energyEV: $0.energyEV, share: $0.atoms / atoms, fwhmEV: $0.fwhmEV)
        }
    }()
}
