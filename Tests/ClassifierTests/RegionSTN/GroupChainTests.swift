import Classifier
import Foundation
import NeuralNetwork
import Testing

/// The chain over groups against its definition in double precision.
@Suite struct GroupChainTests {
    static let groups = 6
    static let width = GroupChain.scores(ofGroups: groups)

    /// −log P of a combination, written down group by group.
    func cost(_ scores: [Float], _ y: [Bool]) -> Double {
        var (cost, start) = (0.0, 0)
        for group in y.indices {
            var z = Double(scores[start + group])
            for before in 0..<group where y[before] { z += Double(scores[start + before]) }
            cost += log(1 + exp(y[group] ? -z : z))
            start += group + 1
        }
        return cost
    }

    static let all = (0..<1 << groups).map { number in (0..<groups).map { number >> $0 & 1 == 1 } }

    @Test("all combinations together have the probability one, and the search names the most probable in order")
    func search() throws {
        for seed in 0..<20 as Range<UInt64> {
            let scores = signedNumbers(Self.width, seed: 300 + seed).map { 4 * $0 }
            let expected = Self.all.map { ($0, exp(-cost(scores, $0))) }.sorted { $0.1 > $1.1 }
            #expect(abs(expected.reduce(0) { $0 + $1.1 } - 1) < 1e-9)
            let found = GroupChain.combinations(scores, groups: Self.groups)
            #expect(found.first?.groups == expected[0].0)
            for (combination, (_, probability)) in zip(found, expected) {
                #expect(abs(Double(combination.probability) - probability) < 1e-5)
            }
        }
    }

    @Test("of two groups that exclude one another, each under one half, one is named")
    func exclusion() {
        var scores = [Float](repeating: 0, count: Self.width)
        for group in 0..<Self.groups { scores[GroupChain.scores(ofGroups: group) + group] = -8 }
        // The first is there in 45 of a hundred; where it is not the second mostly is, and never where it is.
        scores[0] = -0.2
        scores[1] = -12
        scores[2] = 2
        let best = GroupChain.combinations(scores, groups: Self.groups)[0]
        #expect(best.groups == [false, true] + [Bool](repeating: false, count: Self.groups - 2))
        #expect(best.probability > 0.45 && best.probability < 0.5)
    }

    @Test func lossAndGradient() {
        let rows = 5
        let scores = Buffer(signedNumbers(rows * Self.width, seed: 31).map { 3 * $0 })
        let labels = Buffer(signedNumbers(rows * Self.groups, seed: 32).map { $0 > 0 ? 1 : 0 })
        let gradient = Buffer(count: scores.count)
        func loss() -> Double {
            Double(
                GroupChain.loss(
                    scores, labels: labels, gradient: gradient, rows: rows, groups: Self.groups, weight: 1))
        }
        let expected = (0..<rows).reduce(0.0) { sum, row in
            sum
                + cost(
                    scores.array(row: row, of: Self.width), labels.array(row: row, of: Self.groups).map { $0 > 0.5 })
        }
        #expect(abs(loss() - expected / Double(rows * Self.groups)) < 1e-5)
        GradientCheck.expect(gradient.array, at: scores, step: 1e-2, "scores", loss: loss)
    }
}
