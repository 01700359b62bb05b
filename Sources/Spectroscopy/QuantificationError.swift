/// Why a composition cannot be given, in the user's words.
public enum QuantificationError: Error, Sendable, Hashable {
    /// The photons do not reach the line, or the table does not hold their energy.
    case noCrossSection(line: PhotoelectronLine, photonEnergyEV: Double)
    /// A line's asymmetry is needed and not known.
    case noAsymmetry(line: PhotoelectronLine)
    /// An asymmetry that no line can have.
    case asymmetryOutOfRange(line: PhotoelectronLine, value: Double)
    /// A sensitivity factor that nothing can be divided by.
    case factorNotPositive(line: PhotoelectronLine, value: Double)
    /// A symbol that is no element with core levels.
    case unknownElement(String)
    /// The shift is not a number that a spectrum can be shifted by.
    case shift(Double)
    /// Regions whose photon energies differ.
    case photonEnergiesDiffer([Double])
    /// Regions whose pass energies differ.
    case passEnergiesDiffer([Double])
    /// Regions whose intensities mean different things.
    case ordinatesDiffer([String])
    /// No region holds a line that could be measured; why, for each.
    case nothingToQuantify([String])
    /// No line rises out of the noise.
    case nothingDetected([PhotoelectronLine])
}

extension QuantificationError: CustomStringConvertible {
    /// What was wrong and what to do.
    public var description: String {
        switch self {
        case .noCrossSection(let line, let photonEnergyEV):
            "there is no cross-section of \(line) at a photon energy of \(photonEnergyEV) eV: it must be 300 to "
                + "10000 eV and 120 eV above the line; give a sensitivity factor of your own"
        case .noAsymmetry(let line):
            "away from the magic angle (54.7 degrees) the asymmetry parameter of \(line) is needed and none is known; "
                + "give one"
        case .asymmetryOutOfRange(let line, let value):
            "the asymmetry parameter of \(line) is \(value); it must be -1 to 2"
        case .factorNotPositive(let line, let value):
            "the sensitivity factor of \(line) is \(value); it must be positive"
        case .unknownElement(let symbol):
            "\"\(symbol)\" is no element from Li to Bi; write its symbol, such as Si"
        case .shift(let shiftEV):
            "a shift of \(shiftEV) eV is not possible; give one within ±100 eV"
        case .photonEnergiesDiffer(let energiesEV):
            "the regions were recorded with different photon energies (\(Self.list(energiesEV)) eV), whose fluxes are "
                + "not known; quantify those of one photon energy at a time"
        case .passEnergiesDiffer(let energiesEV):
            "the regions were recorded with different pass energies (\(Self.list(energiesEV)) eV), at which the "
                + "analyser passes different parts; quantify those of one pass energy at a time"
        case .ordinatesDiffer(let regions):
            "the intensities of the regions (\(regions.joined(separator: ", "))) are counts here and rates there and "
                + "cannot be compared without the dwell time; give dwell_s and sweeps"
        case .nothingToQuantify(let reasons):
            "no region holds a core level that can be quantified: " + reasons.joined(separator: "; ")
        case .nothingDetected(let lines):
            "none of \(lines.map(\.description).joined(separator: ", ")) rises three standard deviations above its "
                + "background; count longer"
        }
    }

    private static func list(_ values: [Double]) -> String {
        values.map { "\($0)" }.joined(separator: ", ")
    }
}
