import Foundation
import NeuralNetwork

/// How familiar a spectrum is: the share of known spectra of its class that look stranger.
///
/// Three things look strange: a misfit between the measured spectrum and the one the network would expect, features
/// far from the known ones, and answers less sure than the noise explains. Each is standardised by what is usual at
/// its noise; a small network weighs them and sees the misfit itself, and its score is ranked among known spectra.
struct Familiarity: Sendable, Equatable {
    /// A summary: of misfits and of excursions each the largest, the mean, that of C 1s and that of O 1s; the distance;
    /// sigma, doubt and errors.
    static let inputs = 12
    /// Quantities with a trend for each set of regions: distance, sigma, doubt, errors.
    static let totals = 4
    /// Quantiles that are kept for each class, from 0 to 1 in equal steps.
    static let levels = 101
    /// Inputs are held within these.
    private static let inputRange: ClosedRange<Float> = -4...12

    /// Where features of known spectra lie.
    var distance: FamiliarityDistance
    /// Mean squares and excursions [windows, 2].
    var misfits: [FamiliarityTrend]
    /// [regions, totals].
    var trends: [FamiliarityTrend]
    /// What weighs the summary, every window's misfits and noise, the features, and what the expected spectrum leaves.
    var head: FamiliarityHead
    /// Scores of known spectra [classes, levels].
    var quantiles: [Float]

    /// What is known of a spectrum: the evidence, the noise of every window, and the class.
    struct Case: Sendable {
        let evidence: FamiliarityEvidence
        let noise: [Float]
        let index: Int
        /// The noise of the best-recorded window.
        var leastNoise: Float { noise.min() ?? RegionReading.noiseRange.upperBound }
    }

    /// The share of known spectra of the same class that look at least as strange as one with that score.
    func familiarity(score: Float, in index: Int) -> Float {
        let row = quantiles[index * Self.levels..<(index + 1) * Self.levels]
        guard let above = row.firstIndex(where: { $0 > score }) else { return 0 }
        let place = Float(above - row.startIndex)
        guard above > row.startIndex else { return 1 }
        let (low, high) = (row[above - 1], row[above])
        return 1 - (place - 1 + (score - low) / max(high - low, 1e-9)) / Float(Self.levels - 1)
    }

    /// Columns of a spectrum's row.
    static var rowWidth: Int { inputs + 4 * CoreLevelWindow.all.count + AlignedReader.featureWidth }
    /// Columns of what the head weighs: the row, and what the expected spectrum leaves.
    static var headWidth: Int { rowWidth + AlignedReader.compression.count }

    /// A spectrum's row: the summary; for every window whether it was recorded, its noise, its misfit and excursion; the
    /// features.
    static func row(_ spectrum: Case, inputs: [Float], misfits: [FamiliarityTrend]) -> [Float] {
        var row = inputs
        row.reserveCapacity(rowWidth)
        for (window, misfit) in spectrum.evidence.misfits.enumerated() {
            let noise = spectrum.noise[window]
            let isRecorded = noise < RegionReading.noiseRange.upperBound
            row += [isRecorded ? 1 : 0, noise]
            row += [
                misfit.map { misfits[2 * window].standardise($0.meanSquare, noise: noise) } ?? 0,
                misfit.map { misfits[2 * window + 1].standardise($0.excursion, noise: noise) } ?? 0,
            ]
        }
        return row + spectrum.evidence.features
    }

    /// What the head weighs of a spectrum.
    func headRow(_ spectrum: Case) -> [Float] { row(spectrum) + spectrum.evidence.left }

    /// How strange a spectrum with that row looks.
    func score(_ spectrum: Case, row: [Float]) -> Float { head.score(row + spectrum.evidence.left) }

    /// The row of a spectrum.
    func row(_ spectrum: Case) -> [Float] {
        let inputs = Self.inputs(spectrum, distance: distance, misfits: misfits, trends: trends)
        return Self.row(spectrum, inputs: inputs, misfits: misfits)
    }

    /// The summary of a spectrum, standardised by what is usual at its noise.
    static func inputs(
        _ spectrum: Case, distance: FamiliarityDistance, misfits: [FamiliarityTrend], trends: [FamiliarityTrend]
    ) -> [Float] {
        var found: [(meanSquare: Float, excursion: Float)] = []
        var carbon: (Float, Float) = (0, 0)
        var oxygen: (Float, Float) = (0, 0)
        for (window, misfit) in spectrum.evidence.misfits.enumerated() {
            guard let misfit else { continue }
            let noise = spectrum.noise[window]
            let entry = (
                misfits[2 * window].standardise(misfit.meanSquare, noise: noise),
                misfits[2 * window + 1].standardise(misfit.excursion, noise: noise)
            )
            found.append(entry)
            if window == CalibrationClass.carbon { carbon = entry }
            if window == CalibrationClass.oxygen { oxygen = entry }
        }
        let count = Float(max(found.count, 1))
        let meanSquares = found.map(\.meanSquare)
        let excursions = found.map(\.excursion)
        var inputs: [Float] = [meanSquares.max() ?? 0, meanSquares.reduce(0, +) / count]
        inputs += [excursions.max() ?? 0, excursions.reduce(0, +) / count]
        inputs += [carbon.0, carbon.1, oxygen.0, oxygen.1]
        let start = spectrum.index / CalibrationClass.levels * totals
        for (total, value) in totals(spectrum, distance: distance).enumerated() {
            inputs.append(trends[start + total].standardise(value, noise: spectrum.leastNoise))
        }
        return inputs.map { min(max($0, inputRange.lowerBound), inputRange.upperBound) }
    }

    /// Distance, sigma, doubt and errors.
    static func totals(_ spectrum: Case, distance: FamiliarityDistance) -> [Float] {
        let evidence = spectrum.evidence
        return [
            distance.logSquare(evidence.features, in: spectrum.index), evidence.logSigma, evidence.logDoubt,
            evidence.logErrors,
        ]
    }
}
