/// The area under the curve of precision over recall, and what else follows from scores in order.
package enum AveragePrecision {
    /// Mean of the precisions at the ranks of the present ones; equal scores count at the rank of the last of them, so
    /// that a constant score gives the share of the present ones.
    ///
    /// - Returns: Nil where none is present.
    package static func of(_ scored: [(score: Float, isPresent: Bool)]) -> Double? {
        let sorted = scored.sorted { $0.score > $1.score }
        var (present, sum, start) = (0, 0.0, 0)
        while start < sorted.count {
            var (end, found) = (start, 0)
            // One at least, since a score that is no number equals nothing, itself included.
            repeat {
                found += sorted[end].isPresent ? 1 : 0
                end += 1
            } while end < sorted.count && sorted[end].score == sorted[start].score
            present += found
            sum += Double(found) * Double(present) / Double(end)
            start = end
        }
        return present > 0 ? sum / Double(present) : nil
    }

    /// The largest recall that a threshold reaches at no less than the given precision.
    package static func recall(_ scored: [(score: Float, isPresent: Bool)], precision: Double) -> (
        recall: Double, threshold: Float
    )? {
        let sorted = scored.sorted { $0.score > $1.score }
        let total = sorted.count { $0.isPresent }
        guard total > 0 else { return nil }
        var best = (recall: 0.0, threshold: Float.infinity)
        var present = 0
        for (index, entry) in sorted.enumerated() {
            present += entry.isPresent ? 1 : 0
            let isLastOfEqual = index + 1 == sorted.count || sorted[index + 1].score < entry.score
            guard isLastOfEqual, Double(present) >= precision * Double(index + 1) else { continue }
            best = (Double(present) / Double(total), entry.score)
        }
        return best
    }

    /// Probability that one of `higher` exceeds one of `lower`, ties half: the area under the curve of true over false
    /// positives.
    package static func separation(higher: [Double], lower: [Double]) -> Double? {
        guard !higher.isEmpty, !lower.isEmpty else { return nil }
        let sorted = lower.sorted()
        var sum = 0.0
        for value in higher {
            let below = sorted.partitioningIndex { $0 >= value }
            let notAbove = sorted.partitioningIndex { $0 > value }
            sum += Double(below) + Double(notAbove - below) / 2
        }
        return sum / (Double(higher.count) * Double(lower.count))
    }
}

extension [Double] {
    /// The first index from which on a condition holds, of a sequence where it holds for all behind the first.
    fileprivate func partitioningIndex(where holds: (Double) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if holds(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
