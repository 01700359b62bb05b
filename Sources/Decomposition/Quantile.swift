/// Quantiles of sorted values.
package enum Quantile {
    /// Linear between neighbours (type 7 of Hyndman and Fan, 1996); not a number of no value.
    package static func of(_ sorted: [Double], _ share: Double) -> Double {
        guard !sorted.isEmpty else { return .nan }
        let position = share * Double(sorted.count - 1)
        let lower = Int(position)
        let upper = min(lower + 1, sorted.count - 1)
        return sorted[lower] + (sorted[upper] - sorted[lower]) * (position - Double(lower))
    }
}
