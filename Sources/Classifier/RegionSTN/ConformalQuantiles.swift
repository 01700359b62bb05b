/// Sets of label vectors that hold the true one at a stated rate: split conformal prediction in each class.
///
/// The nonconformity of a spectrum is its largest |label − probability|. With n spectra, the ⌈(n + 1)·coverage⌉th
/// smallest of them is exceeded by a further one at a rate of at most 1 − coverage, whatever the network (Vovk,
/// Gammerman and Shafer, Algorithmic Learning in a Random World, 2005; by class: Vovk, Mach. Learn. 92 (2013) 349).
package struct ConformalQuantiles: Sendable, Equatable {
    /// The rate that is asked for.
    package static let coverage = 0.9

    /// One class's.
    struct Quantile: Sendable, Equatable {
        /// The nonconformity up to which a label vector is in the set; at least one half, so that no set is empty.
        var nonconformity: Float = 0.5
        /// The rate that the sets hold: the one asked for, or more where single answers are right more often.
        var coverage: Float = 0
    }

    /// [classes].
    var quantiles: [Quantile]

    /// Promises nothing.
    static let none = ConformalQuantiles(
        quantiles: [Quantile](repeating: Quantile(), count: CalibrationClass.count))

    /// The largest |label − probability|.
    package static func nonconformity(probabilities: [Float], labels: [Bool]) -> Float {
        zip(probabilities, labels).reduce(0) { max($0, $1.1 ? 1 - $1.0 : $1.0) }
    }

    /// The coverage of a spectrum's set, and the labels that are not the same in all of its vectors.
    package func set(_ probabilities: [Float], in index: Int) -> (coverage: Float, ambiguous: [Int]) {
        let quantile = quantiles[index]
        let ambiguous = probabilities.indices.filter { label in
            min(probabilities[label], 1 - probabilities[label]) >= 1 - quantile.nonconformity
        }
        return (quantile.coverage, quantile.nonconformity > 0.5 ? ambiguous : [])
    }

    /// Quantiles of spectra that nothing else was fitted on.
    package static func fit(_ nonconformities: [Float], pools: CalibrationPools, coverage: Double = coverage) -> Self {
        var fitted = none
        for (index, members) in pools.members.enumerated() where !members.isEmpty {
            let sorted = members.map { nonconformities[$0] }.sorted()
            let rank = Int((Double(sorted.count + 1) * coverage).rounded(.up))
            let found = rank <= sorted.count ? sorted[rank - 1] : 1
            let share = Double(sorted.count { $0 <= 0.5 }) / Double(sorted.count + 1)
            fitted.quantiles[index] =
                found <= 0.5
                ? Quantile(nonconformity: 0.5, coverage: Float(share))
                : Quantile(nonconformity: found, coverage: Float(coverage))
        }
        return fitted
    }
}
