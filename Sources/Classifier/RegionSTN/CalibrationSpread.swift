import Foundation
import NeuralNetwork

/// How far off a shift may be, as far as a spectrum and its answer tell, and the sigma that is stated of it.
///
/// Errors have tails: where several shifts fit, one is right and the others are off by the distances between them. A
/// small network tells a distribution of ln |error|; of its cumulative F, the sigma is where F(2σ) − λ F(σ) is largest,
/// which gives the most spectra within two sigmas at a given number within one. λ is what makes it the standard
/// deviation of normal errors: 2 φ(2) / φ(1).
package struct CalibrationSpread: Sendable, Equatable {
    /// Bins of |error|: four for each factor of two.
    private static let binsPerOctave = 4
    private static let bins = 36
    /// The error of the first bin, which holds all below it too, in eV.
    private static let leastEV: Float = 0.006
    private static let lambda = 2 * exp(Float(-1.5))
    /// What it is told beyond the rows of familiarity.
    private static let further = 14 + CalibrationClass.Regions.allCases.count
    /// Columns of a row.
    static let inputs = Familiarity.rowWidth + further
    static let plan = CalibrationNetwork.Plan(units: 96, outputs: bins, steps: 6000, dropout: 0.2, weightDecay: 0.05)

    let network: CalibrationNetwork

    /// A network read from a weight file.
    init(network: CalibrationNetwork) { self.network = network }

    /// What an answer says of its shift.
    package struct Shift: Sendable {
        /// The shifts that fit, the most probable first.
        var modes: [(weight: Float, shiftEV: Float, sigmaEV: Float)]
        /// Spread of the constituents' own shifts in eV, and contamination's share.
        var amounts: (spreadEV: Float, contamination: Float)

        /// What an answer says.
        package init(
            modes: [(weight: Float, shiftEV: Float, sigmaEV: Float)],
            amounts: (spreadEV: Float, contamination: Float) = (0, 0)
        ) {
            self.modes = modes
            self.amounts = amounts
        }
    }

    /// A row of inputs: that of familiarity, then the answer's own.
    static func row(familiarity: [Float], _ shift: Shift, leastNoise: Float, index: Int) -> [Float] {
        let regions = CalibrationClass.Regions.allCases.map { index / CalibrationClass.levels == $0.rawValue ? 1 : 0 }
        return familiarity + columns(shift) + [leastNoise] + regions.map(Float.init)
    }

    /// How wide the first mode is, where the others lie, and what they weigh.
    static func columns(_ shift: Shift) -> [Float] {
        let first = shift.modes[0]
        var (variance, entropy, farthest): (Float, Float, Float) = (0, 0, 0)
        for mode in shift.modes {
            let distance = abs(mode.shiftEV - first.shiftEV)
            variance += mode.weight * (mode.sigmaEV * mode.sigmaEV + distance * distance)
            entropy -= mode.weight * log(max(mode.weight, 1e-6))
            farthest = max(farthest, distance)
        }
        func other(_ number: Int) -> (weight: Float, distance: Float) {
            guard number < shift.modes.count else { return (0, 0) }
            return (shift.modes[number].weight, min(abs(shift.modes[number].shiftEV - first.shiftEV), 3))
        }
        let (second, third) = (other(1), other(2))
        return [
            log(max(first.sigmaEV, 1e-3)), log(variance.squareRoot() + 1e-3), first.weight,
            log(max(1 - first.weight, 1e-3)), entropy, min(farthest, 4), second.weight, second.distance,
            log(second.distance + 0.05), third.weight, third.distance, min(shift.amounts.spreadEV, 1),
            shift.amounts.contamination,
        ]
    }

    /// The sigma of a row, in eV.
    package func sigmaEV(_ row: [Float]) -> Float {
        let scores = network.outputs(row)
        let top = scores.max() ?? 0
        var cumulative = scores.map { exp($0 - top) }
        for bin in 1..<Self.bins { cumulative[bin] += cumulative[bin - 1] }
        let total = max(cumulative[Self.bins - 1], .leastNormalMagnitude)
        /// At the upper end of a bin.
        func gain(_ bin: Int) -> Float {
            let twice = cumulative[min(bin + Self.binsPerOctave, Self.bins - 1)]
            return (twice - Self.lambda * cumulative[bin]) / total
        }
        let gains = (0..<Self.bins).map(gain)
        let best = (1..<Self.bins - 1).max { gains[$0] < gains[$1] } ?? 1
        // The top of the parabola through three.
        let (low, high) = (gains[best - 1], gains[best + 1])
        let curvature = low - 2 * gains[best] + high
        let offset = curvature < -1e-9 ? min(max(0.5 * (low - high) / curvature, -0.5), 0.5) : 0
        return Self.leastEV * exp2((Float(best) + 0.5 + offset) / Float(Self.binsPerOctave))
    }

    /// Trains on rows and the errors of their shifts.
    package init(rows: [[Float]], errorsEV: [Float]) {
        let positions = errorsEV.map { error in
            log2(max(abs(error), Self.leastEV) / Self.leastEV) * Float(Self.binsPerOctave)
        }
        let probabilities = Buffer(count: 1 << 14)
        network = CalibrationNetwork(
            rows: rows.count, row: { rows[$0] }, scaledBy: rows.count, plan: Self.plan,
            pick: { _, random in Int(random.next()) % rows.count },
            loss: { scores, picked, gradient in
                SoftmaxCrossEntropy.probabilities(scores, into: probabilities, rows: picked.count, bins: Self.bins)
                _ = SoftmaxCrossEntropy.loss(
                    probabilities, positions: picked.map { positions[$0] }, gradient: gradient, rows: picked.count,
                    bins: Self.bins, weight: 1)
            })
    }
}
