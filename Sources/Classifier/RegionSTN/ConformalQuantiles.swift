import Foundation

/// Sets of label vectors that hold the true one at a stated rate: split conformal prediction in each class, and in each
/// class among spectra of like doubt.
///
/// The nonconformity of a spectrum is its largest |label − probability|. With n spectra, the ⌈(n + 1)·coverage⌉th
/// smallest of them is exceeded by a further one at a rate of at most 1 − coverage, whatever the network (Vovk,
/// Gammerman and Shafer, Algorithmic Learning in a Random World, 2005; by class: Vovk, Mach. Learn. 92 (2013) 349).
/// Within a class the spectra are divided by doubt, the expected number of wrong groups, lest sure ones be covered too
/// often and unsure ones too seldom; between the parts' middles the quantile is interpolated.
package struct ConformalQuantiles: Sendable, Equatable {
    /// The rate that is asked for.
    package static let coverage = 0.9
    /// Parts that a class is divided into.
    static let parts = 5
    /// A part holds at least so many examples, or the class stays whole.
    private static let leastOfPart = 60

    /// Of spectra about one doubt.
    struct Quantile: Sendable, Equatable {
        /// The middle of the part.
        var doubt: Float = 0
        /// The nonconformity up to which a label vector is in the set; at least one half, so that no set is empty.
        var nonconformity: Float = 0.5
        /// The rate that the sets hold: the one asked for, or more where single answers are right more often.
        var coverage: Float = 0
    }

    /// [classes, parts], ascending in doubt.
    var quantiles: [[Quantile]]

    /// The largest |label − probability|.
    package static func nonconformity(probabilities: [Float], labels: [Bool]) -> Float {
        zip(probabilities, labels).reduce(0) { max($0, $1.1 ? 1 - $1.0 : $1.0) }
    }

    /// The logarithm of the expected number of wrong groups.
    package static func doubt(_ probabilities: [Float]) -> Float {
        log(max(probabilities.reduce(0) { $0 + min($1, 1 - $1) }, 1e-3))
    }

    /// The coverage of a spectrum's set, and the labels that are not the same in all of its vectors.
    package func set(_ probabilities: [Float], in index: Int) -> (coverage: Float, ambiguous: [Int]) {
        let quantile = Self.interpolated(quantiles[index], at: Self.doubt(probabilities))
        let ambiguous = probabilities.indices.filter { label in
            min(probabilities[label], 1 - probabilities[label]) >= 1 - quantile.nonconformity
        }
        return (quantile.coverage, quantile.nonconformity > 0.5 ? ambiguous : [])
    }

    private static func interpolated(_ quantiles: [Quantile], at doubt: Float) -> Quantile {
        guard let next = quantiles.firstIndex(where: { $0.doubt > doubt }) else {
            return quantiles.last ?? Quantile()
        }
        guard next > 0 else { return quantiles[0] }
        let (low, high) = (quantiles[next - 1], quantiles[next])
        let share = (doubt - low.doubt) / (high.doubt - low.doubt)
        return Quantile(
            doubt: doubt, nonconformity: low.nonconformity + share * (high.nonconformity - low.nonconformity),
            coverage: low.coverage + share * (high.coverage - low.coverage))
    }

    /// Quantiles of spectra that nothing else was fitted on, from their probabilities and labels [examples, labels].
    package static func fit(
        probabilities: [[Float]], labels: [[Bool]], pools: CalibrationPools, coverage: Double = coverage
    ) -> Self {
        let examples = zip(probabilities, labels).map {
            (doubt: doubt($0), nonconformity: nonconformity(probabilities: $0, labels: $1))
        }
        return ConformalQuantiles(
            quantiles: pools.members.map { members in
                let sorted = members.map { examples[$0] }.sorted { $0.doubt < $1.doubt }
                let count = sorted.count >= parts * leastOfPart ? parts : 1
                let fitted = (0..<count).map { part in
                    let range = part * sorted.count / count..<(part + 1) * sorted.count / count
                    return quantile(sorted[range].map(\.nonconformity), coverage: coverage)
                        .at(sorted.isEmpty ? 0 : sorted[(range.lowerBound + range.upperBound) / 2].doubt)
                }
                return (0..<parts).map { fitted[min($0, count - 1)] }
            })
    }

    private static func quantile(_ nonconformities: [Float], coverage: Double) -> Quantile {
        let sorted = nonconformities.sorted()
        let rank = Int((Double(sorted.count + 1) * coverage).rounded(.up))
        let found = rank <= sorted.count ? sorted[rank - 1] : 1
        let share = Double(sorted.count { $0 <= 0.5 }) / Double(sorted.count + 1)
        return found <= 0.5
            ? Quantile(nonconformity: 0.5, coverage: Float(share))
            : Quantile(nonconformity: found, coverage: Float(coverage))
    }
}

extension ConformalQuantiles.Quantile {
    fileprivate func at(_ doubt: Float) -> Self {
        var quantile = self
        quantile.doubt = doubt
        return quantile
    }
}
