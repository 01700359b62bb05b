public import Spectroscopy

/// Why one spectrum could not be analysed, in the user's words.
public enum AnalysisError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Nothing is left above a straight background in any recorded window.
    case noSignal
    /// Of no core level that the network reads 2 eV or more were recorded.
    case nothingRecorded
    /// What rises above the background is not told from noise.
    case lostInNoise
    /// The regions cannot be read as a measurement.
    case spectrum(SpectroscopyError)
    /// The network answered with a number that is none.
    case notFinite

    /// What was wrong and what to do.
    public var description: String {
        switch self {
        case .noSignal:
            "no signal: nothing in the recorded windows rises above a straight background; "
                + "check that the intensities are not all equal, zero or of the wrong sign"
        case .nothingRecorded:
            "no core level that the model reads was recorded over 2 eV or more"
        case .lostInNoise:
            "nothing rises out of the noise: count longer"
        case .spectrum(let error):
            error.description
        case .notFinite:
            "the network's answer is not a finite number; the intensities may be beyond single precision"
        }
    }
}
