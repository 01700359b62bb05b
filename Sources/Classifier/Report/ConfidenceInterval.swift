import Decomposition
import Synthesis

/// Between which two values a figure lies with a probability of 95 %.
public struct ConfidenceInterval: Sendable, Hashable {
    /// The lower end.
    public var low: Double
    /// The upper end.
    public var high: Double

    /// 97.5 % of a standard normal variable lie below this.
    private static let z = 1.959964

    /// Wilson's interval of a share, which holds near 0 and 1 too.
    ///
    /// Journal of the American Statistical Association 22 (1927) 209.
    public static func wilson(successes: Int, trials: Int) -> ConfidenceInterval {
        guard trials > 0 else { return ConfidenceInterval(low: 0, high: 1) }
        let (n, p) = (Double(trials), Double(successes) / Double(trials))
        let scale = 1 / (1 + z * z / n)
        let centre = (p + z * z / (2 * n)) * scale
        let half = z * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot() * scale
        return ConfidenceInterval(low: max(0, centre - half), high: min(1, centre + half))
    }

    /// The percentile bootstrap of any statistic of `count` spectra.
    ///
    /// Efron, Annals of Statistics 7 (1979) 1.
    ///
    /// - Parameter statistic: Of the spectra with the given indices, some twice; nil where it is not defined.
    /// - Returns: Nil if the statistic is defined for too few resamples.
    public static func bootstrap(
        count: Int, resamples: Int = 200, seed: UInt64, statistic: ([Int]) -> Double?
    ) -> ConfidenceInterval? {
        guard count > 1 else { return nil }
        var random = RandomSource(seed: seed)
        var values: [Double] = []
        var indices = [Int](repeating: 0, count: count)
        for _ in 0..<resamples {
            for index in indices.indices { indices[index] = random.integer(in: 0...count - 1) }
            if let value = statistic(indices), value.isFinite { values.append(value) }
        }
        guard values.count > resamples / 2 else { return nil }
        values.sort()
        return ConfidenceInterval(low: Quantile.of(values, 0.025), high: Quantile.of(values, 0.975))
    }
}
