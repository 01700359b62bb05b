import Foundation
import NeuralNetwork

/// What an answer shows of how well its spectrum is known, before known spectra are asked how they compare.
package struct FamiliarityEvidence: Sendable {
    /// How far a window's measured spectrum is from the one that the network would expect without noise.
    struct Misfit: Sendable, Equatable {
        /// log10 of the mean squared difference.
        var meanSquare: Float
        /// log10 of the largest difference over 1 eV.
        var excursion: Float
    }

    /// Pairs of cells in 1 eV.
    private static let pairsPerEV = CoreLevelWindow.cellsPerEV / 2
    /// A window is judged from so many recorded pairs on: 5 eV.
    private static let leastPairs = 5 * pairsPerEV
    /// Differences are not told apart below this share of the highest 1 eV.
    private static let leastDifference: Float = 1e-4

    /// For each window; nil where too little was recorded.
    let misfits: [Misfit?]
    /// The reader's last layer.
    let features: [Float]
    /// What the expected spectrum leaves of the measured one, compressed to the scale of its noise, pair by pair; zero
    /// where nothing was recorded.
    let left: [Float]
    /// log10 of the first mode's sigma in eV.
    let logSigma: Float
    /// log10 of the probability outside the first mode.
    let logDoubt: Float
    /// log10 of the expected number of wrong groups.
    let logErrors: Float

    /// The evidence of an answer.
    init(_ answer: RegionAnswer) {
        let mode = answer.modes[0]
        misfits = CoreLevelWindow.all.indices.map { Self.misfit(mode, window: $0) }
        features = mode.features
        left = Self.left(aligned: mode.aligned, reconstruction: mode.reconstruction, noise: mode.noise)
        logSigma = log10(max(mode.sigmaEV, 1e-3))
        logDoubt = log10(max(1 - mode.weight, 1e-2))
        let errors = answer.probabilities.reduce(Float(0)) { $0 + min($1, 1 - $1) }
        logErrors = log10(max(errors, 1e-3))
    }

    /// What an expected spectrum leaves of the measured one: pairs of cells as aligned, and the noise of each window.
    package static func left(aligned: [Float], reconstruction: [Float], noise: [Float]) -> [Float] {
        var left = [Float](repeating: 0, count: aligned.count)
        var start = 0
        for (window, length) in AlignedReader.compression.lengths.enumerated() {
            let scale = AlignedReader.scale(noise: pow(10, noise[window]))
            // Nothing was recorded where a pair is exactly zero.
            for pair in start..<start + length where aligned[pair] != 0 {
                left[pair] = AlignedReader.compression.compressed(aligned[pair] - reconstruction[pair], scale: scale)
            }
            start += length
        }
        return left
    }

    private static func misfit(_ mode: RegionAnswer.Mode, window: Int) -> Misfit? {
        let layout = CoreLevelWindow.layout
        let start = layout.alignedStarts[window] / 2
        var differences: [Float] = []
        differences.reserveCapacity(layout.lengths[window] / 2)
        for pair in start..<start + layout.lengths[window] / 2 where mode.aligned[pair] != 0 {
            // Nothing was recorded where a pair is exactly zero.
            differences.append(mode.aligned[pair] - mode.reconstruction[pair])
        }
        guard differences.count >= leastPairs else { return nil }
        var (square, sum, largest): (Float, Float, Float) = (0, 0, 0)
        for (pair, difference) in differences.enumerated() {
            square += difference * difference
            sum += difference
            if pair >= pairsPerEV { sum -= differences[pair - pairsPerEV] }
            if pair >= pairsPerEV - 1 { largest = max(largest, abs(sum) / Float(pairsPerEV)) }
        }
        let mean = square / Float(differences.count)
        return Misfit(
            meanSquare: log10(max(mean, leastDifference * leastDifference)),
            excursion: log10(max(largest, leastDifference)))
    }
}
