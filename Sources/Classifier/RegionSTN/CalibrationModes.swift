import Foundation
import NeuralNetwork

/// How probable each of the shifts that fit is for what the spectrum shows under it.
///
/// The localiser weighs shifts before anything was read under them. A spectrum that is aligned by the wrong one looks odd
/// to the reader: a small network adds to the logarithm of each weight what the reading says, trained by the
/// cross-entropy of the shift that is nearest the true one among those of its spectrum.
package struct CalibrationModes: Sendable, Equatable {
    /// Weight, sigma, spread, contamination, expected errors, the best combination's probability; of every window the
    /// two misfits, noise and what was recorded; the features.
    static let inputs = 6 + 4 * CoreLevelWindow.all.count + AlignedReader.featureWidth
    static let plan = CalibrationNetwork.Plan(units: 128, outputs: 1, steps: 4000, dropout: 0.2, weightDecay: 0.02)
    /// A shift that is farther from the truth than this is not taken for it, in eV.
    private static let reachEV: Float = 0.3
    private static let leastWeight: Float = 1e-6

    let network: CalibrationNetwork

    /// A network read from a weight file.
    init(network: CalibrationNetwork) { self.network = network }

    /// One spectrum's shifts, and which of them is true.
    package struct Example: Sendable {
        let rows: [[Float]]
        let logWeights: [Float]
        let truth: Int

        /// The shifts of an answer; nil where there is but one, or none lies near the truth.
        package init?(_ answer: RegionAnswer, shiftEV: Float) {
            let errors = answer.modes.map { abs($0.shiftEV - shiftEV) }
            guard errors.count > 1, let least = errors.min(), least < CalibrationModes.reachEV,
                let nearest = errors.firstIndex(of: least)
            else { return nil }
            rows = answer.modes.map(CalibrationModes.row)
            logWeights = answer.modes.map(CalibrationModes.logWeight)
            truth = nearest
        }
    }

    /// Trains on spectra with more than one shift.
    ///
    /// - Precondition: There is one.
    package init(_ examples: [Example]) {
        let starts = examples.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.rows.count) }
        let spectrum = examples.indices.flatMap { [Int](repeating: $0, count: examples[$0].rows.count) }
        var drawn = 0
        network = CalibrationNetwork(
            examples.flatMap(\.rows), scaledBy: spectrum.count, plan: Self.plan,
            // Spectrum after spectrum, each with all of its shifts.
            pick: { place, random in
                if place == 0 { drawn = -1 }
                if drawn >= 0, drawn + 1 < starts[spectrum[drawn] + 1] {
                    drawn += 1
                } else {
                    drawn = starts[Int(random.next()) % examples.count]
                }
                return drawn
            },
            loss: { scores, picked, gradient in
                gradient.clear(count: picked.count)
                var place = 0
                while place < picked.count {
                    let index = spectrum[picked[place]]
                    let example = examples[index]
                    let places = place..<place + example.rows.count
                    // The last one of a step may be cut short.
                    guard places.upperBound <= picked.count else { break }
                    let shares = Self.shares(zip(places, example.logWeights).map { scores[$0] + $1 })
                    for (mode, share) in shares.enumerated() {
                        gradient[place + mode] = (share - (mode == example.truth ? 1 : 0)) / Float(picked.count)
                    }
                    place = places.upperBound
                }
            })
    }

    /// An answer with the weights that its shifts have for what was read under them, and all that follows from these.
    package func reweighed(_ answer: RegionAnswer) -> RegionAnswer {
        guard answer.modes.count > 1 else { return answer }
        var modes = answer.modes
        let shares = Self.shares(modes.map { network.outputs(Self.row($0))[0] + Self.logWeight($0) })
        for (mode, share) in shares.enumerated() { modes[mode].weight = share }
        return RegionAnswer(modes: modes)
    }

    private static func logWeight(_ mode: RegionAnswer.Mode) -> Float { log(max(mode.weight, leastWeight)) }

    private static func row(_ mode: RegionAnswer.Mode) -> [Float] {
        let combination = mode.combinations.first?.probability ?? 0
        var row = [
            logWeight(mode), log(max(mode.sigmaEV, 1e-3)), mode.spreadEV, mode.contamination,
            FamiliarityEvidence.logErrors(mode.probabilities), log(max(combination, leastWeight)),
        ]
        row.reserveCapacity(inputs)
        for window in CoreLevelWindow.all.indices {
            let misfit = FamiliarityEvidence.misfit(mode, window: window)
            row += [
                misfit?.meanSquare ?? 0, misfit?.excursion ?? 0, mode.noise[window], mode.recordedEV[window],
            ]
        }
        return row + mode.features
    }

    /// The softmax.
    private static func shares(_ scores: [Float]) -> [Float] {
        let top = scores.max() ?? 0
        let shares = scores.map { exp($0 - top) }
        let sum = shares.reduce(0, +)
        return shares.map { $0 / sum }
    }
}
