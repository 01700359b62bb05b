/// The photon energy of a laboratory source, found by its label.
struct SourceLine {
    let energyEV: Double

    /// Energies of the lines: Moulder et al., Handbook of X-ray Photoelectron Spectroscopy (1992), and for helium
    /// the NIST Atomic Spectra Database.
    private static let lines: [(words: [String], energyEV: Double)] = [
        (["al", "alka", "alkα"], 1486.6), (["mg", "mgka", "mgkα"], 1253.6), (["ag", "agla", "aglα"], 2984.3),
        (["cr"], 5414.7), (["ti"], 4510.0), (["zr"], 151.4), (["hei"], 21.22), (["heii"], 40.81),
    ]

    /// Finds the line that a label names, such as `Al (mono)`, `monochromatic Mg Kα` or `He I`.
    init?(label: String) {
        let words = label.lowercased().split { !$0.isLetter }.map(String.init).drop { $0.hasPrefix("mono") }
        guard let first = words.first else { return nil }
        let joined = first == "he" ? words.prefix(2).joined() : first
        guard let line = Self.lines.first(where: { $0.words.contains(joined) }) else { return nil }
        energyEV = line.energyEV
    }
}
