import NeuralNetwork

/// The three parts that synthetic spectra are divided into: what one part decided is not judged on the same part.
///
/// The raw value is the seed that the part's streams are derived from. All streams are infinite and go through
/// `RandomGenerator.seed(_:stream:)`, so parts with different seeds share no spectrum.
public enum Split: UInt64, Sendable, CaseIterable {
    /// Weights are fitted on it; the default of `train --seed`.
    case training = 1
    /// Thresholds, calibration and whatever else is chosen come from it.
    case selection = 2_000_003
    /// Figures are taken from it and nothing else is; the default of `evaluate --seed`.
    case test = 1_000_003

    /// The seed of one of the part's streams.
    public func seed(stream: UInt64) -> UInt64 {
        RandomGenerator.seed(rawValue, stream: stream)
    }
}
