import Classifier
import Foundation
import Synthesis
import Testing

struct CalibrationLogitsTests {
    /// Rows of two groups of a network that is too sure by a factor of two in its logits; the truth follows half of
    /// them.
    private static func overconfident(_ count: Int, seed: UInt64) -> (probabilities: [[Float]], labels: [[Bool]]) {
        var random = RandomSource(seed: seed)
        var rows: (probabilities: [[Float]], labels: [[Bool]]) = ([], [])
        for _ in 0..<count {
            let logits = [2 * random.normal(), 3 * random.normal() - 2]
            rows.probabilities.append(logits.map { Float(1 / (1 + exp(-2 * $0))) })
            rows.labels.append(logits.map { random.uniform() < 1 / (1 + exp(-$0)) })
        }
        return rows
    }

    private static let fitted: CalibrationLogits = {
        let rows = overconfident(4000, seed: 3)
        return CalibrationLogits.fit(
            probabilities: rows.probabilities, labels: rows.labels,
            pools: CalibrationPools(classes: [Int](repeating: 7, count: 4000)))
    }()

    @Test func calibratedProbabilitiesHoldWhatTheySay() {
        let fresh = Self.overconfident(8000, seed: 4)
        var bins = [(count: Int, sum: Double, present: Int)](repeating: (0, 0, 0), count: 10)
        for (row, labels) in zip(fresh.probabilities, fresh.labels) {
            for group in row.indices {
                let p = Double(Self.fitted.probability(row[group], group: group, in: 7))
                let bin = min(9, Int(10 * p))
                bins[bin].count += 1
                bins[bin].sum += p
                bins[bin].present += labels[group] ? 1 : 0
            }
        }
        for bin in bins where bin.count > 400 {
            #expect(abs(bin.sum - Double(bin.present)) / Double(bin.count) < 0.04)
        }
    }

    @Test func calibrationIsMonotone() {
        for group in 0..<2 {
            let values = stride(from: Float(0), through: 1, by: 0.01).map {
                Self.fitted.probability($0, group: group, in: 7)
            }
            #expect(zip(values, values.dropFirst()).allSatisfy { $0 <= $1 })
            #expect(values.allSatisfy { (0...1).contains($0) })
        }
    }

    @Test func aCombinationsProbabilityIsCorrectedInItsClass() throws {
        // Right twice as often as is stated, in one class.
        let answers: [(probability: Float, isRight: Bool)?] = (0..<600).map { (0.3, $0 % 5 < 3) } + [nil]
        var fitted = CalibrationLogits.none(labels: 2)
        fitted.fit(
            combinations: answers, pools: CalibrationPools(classes: [Int](repeating: 5, count: answers.count)))
        let stated = GroupCombination(groups: [true, false], probability: 0.3)
        let corrected = try #require(fitted.calibrated(stated, in: 5))
        #expect(corrected.groups == stated.groups)
        #expect(abs(corrected.probability - 0.6) < 0.03)
        #expect(fitted.calibrated(nil, in: 5) == nil)
        let untouched = try #require(CalibrationLogits.none(labels: 2).calibrated(stated, in: 0))
        #expect(abs(untouched.probability - 0.3) < 1e-5)
    }

    @Test func aGroupThatNeverOccursStaysAsItIs() {
        let fitted = CalibrationLogits.fit(
            probabilities: [[Float]](repeating: [0.01, 0.4], count: 300),
            labels: (0..<300).map { [false, $0 % 2 == 0] },
            pools: CalibrationPools(classes: [Int](repeating: 0, count: 300)))
        #expect(fitted.probability(0.01, group: 0, in: 23) < 0.1)
        #expect(abs(fitted.probability(0.4, group: 1, in: 0) - 0.5) < 0.02)
    }
}
