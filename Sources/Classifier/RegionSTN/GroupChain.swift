import Foundation
package import NeuralNetwork

/// Which groups go together: a probability for every combination of groups, as a chain over them.
///
/// P(y) = Π P(y_g | y_1 … y_(g−1)), each factor logistic in the groups before: z_g = s_gg + Σ s_gh y_h over h < g, a
/// probabilistic classifier chain (Dembczyński et al., ICML 2010). The scores s of a spectrum come from a network, so
/// that what excludes or implies what depends on the spectrum. Probabilities of single groups cannot say that: of two
/// polymers that fit alike one is there, not half of each.
package enum GroupChain {
    /// Combinations that are followed from group to group.
    private static let followed = 24
    /// Combinations that are told.
    private static let told = 8

    /// Scores for so many groups: those of a group with all before it, then its own.
    package static func scores(ofGroups count: Int) -> Int { count * (count + 1) / 2 }

    /// The mean cross-entropy of a combination's groups, −log P(y) / groups, over rows of scores and labels, and
    /// weight · its gradient.
    package static func loss(
        _ scores: Buffer, labels: Buffer, gradient: Buffer, rows: Int, groups: Int, weight: Float
    ) -> Float {
        let width = Self.scores(ofGroups: groups)
        precondition(min(scores.count, gradient.count) >= rows * width, "a buffer is too small")
        var sum = 0.0
        let scale = weight / Float(rows * groups)
        for row in 0..<rows {
            let y = labels.array(row: row, of: groups)
            sum += scores.withSpan(row * width..<(row + 1) * width) { s in
                gradient.withMutableSpan(row * width..<(row + 1) * width) { d in
                    loss(s, y: y, gradient: &d, scale: scale)
                }
            }
        }
        return Float(sum / Double(rows * groups))
    }

    private static func loss(
        _ scores: Span<Float>, y: [Float], gradient: inout MutableSpan<Float>, scale: Float
    ) -> Double {
        var (sum, start) = (0.0, 0)
        for group in y.indices {
            var z = scores[start + group]
            for before in 0..<group { z += scores[start + before] * y[before] }
            sum += Double(max(z, 0) - z * y[group] + log1p(exp(-abs(z))))
            let slope = (BinaryCrossEntropy.probability(z) - y[group]) * scale
            for before in 0..<group { gradient[start + before] = slope * y[before] }
            gradient[start + group] = slope
            start += group + 1
        }
        return sum
    }

    /// The most probable combinations under a row of scores, the first the most probable, of those whose parts stay
    /// among the most probable from group to group.
    package static func combinations(_ scores: [Float], groups: Int) -> [GroupCombination] {
        precondition(scores.count == Self.scores(ofGroups: groups) && groups <= 64, "scores of at most 64 groups")
        var parts: [(present: UInt64, logarithm: Float)] = [(0, 0)]
        var longer: [(present: UInt64, logarithm: Float)] = []
        var start = 0
        for group in 0..<groups {
            longer.removeAll(keepingCapacity: true)
            for part in parts {
                var z = scores[start + group]
                var rest = part.present
                while rest != 0 {
                    z += scores[start + rest.trailingZeroBitCount]
                    rest &= rest - 1
                }
                // log σ(±z), of which the larger is near zero.
                let decay = log1p(exp(-abs(z)))
                longer.append((part.present, part.logarithm - decay - max(z, 0)))
                longer.append((part.present | 1 << UInt64(group), part.logarithm - decay - max(-z, 0)))
            }
            if longer.count > followed {
                longer.sort { ($0.logarithm, $1.present) > ($1.logarithm, $0.present) }
                longer.removeLast(longer.count - followed)
            }
            swap(&parts, &longer)
            start += group + 1
        }
        return parts.sorted { ($0.logarithm, $1.present) > ($1.logarithm, $0.present) }.prefix(told).map { part in
            GroupCombination(
                groups: (0..<groups).map { part.present >> UInt64($0) & 1 == 1 }, probability: exp(part.logarithm))
        }
    }
}
