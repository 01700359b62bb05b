/// Mean and spread of a quantity among known spectra as functions of the noise: straight lines between knots.
package struct FamiliarityTrend: Sendable, Equatable {
    /// Noise levels of the knots.
    static let knots = (0..<10).map { RegionReading.noiseRange.lowerBound + 0.5 * Float($0) }
    /// A knot with less weight takes over from the nearest that has more.
    private static let leastWeight: Float = 25
    /// Spreads are at least this, so that a quantity that hardly varies does not decide alone.
    private static let leastSpread: Float = 0.02

    /// The mean at each knot.
    private(set) var means: [Float]
    /// The standard deviation at each knot.
    private(set) var spreads: [Float]

    /// Numbers read from a weight file.
    init(means: [Float], spreads: [Float]) {
        self.means = means
        self.spreads = spreads
    }

    /// Fits a trend to known spectra.
    package init(_ values: [Float], noise: [Float]) {
        var sums = [(weight: Float, first: Double)](repeating: (0, 0), count: Self.knots.count)
        for (value, noise) in zip(values, noise) {
            for (knot, share) in Self.shares(noise) {
                sums[knot].weight += share
                sums[knot].first += Double(share * value)
            }
        }
        means = Self.filled(sums.map { $0.first / Double(max($0.weight, 1e-6)) }, weights: sums.map(\.weight))
        // About the line between the means, not about each knot's own mean.
        var squares = [Double](repeating: 0, count: Self.knots.count)
        for (value, noise) in zip(values, noise) {
            let distance = value - Self.value(means, at: noise)
            for (knot, share) in Self.shares(noise) { squares[knot] += Double(share * distance * distance) }
        }
        let variances = zip(squares, sums).map { $0 / Double(max($1.weight, 1e-6)) }
        spreads = Self.filled(variances, weights: sums.map(\.weight)).map { max($0.squareRoot(), Self.leastSpread) }
    }

    /// How many spreads above the mean a value is.
    package func standardise(_ value: Float, noise: Float) -> Float {
        (value - Self.value(means, at: noise)) / Self.value(spreads, at: noise)
    }

    private static func value(_ line: [Float], at noise: Float) -> Float {
        shares(noise).reduce(0) { $0 + $1.share * line[$1.knot] }
    }

    /// The two knots around a noise level and what each counts.
    private static func shares(_ noise: Float) -> [(knot: Int, share: Float)] {
        let place = min(max((noise - knots[0]) * 2, 0), Float(knots.count - 1))
        let knot = min(Int(place), knots.count - 2)
        let share = place - Float(knot)
        return [(knot, 1 - share), (knot + 1, share)]
    }

    private static func filled(_ values: [Double], weights: [Float]) -> [Float] {
        let known = values.indices.filter { weights[$0] >= leastWeight }
        return values.indices.map { knot in
            let nearest = known.min { abs($0 - knot) < abs($1 - knot) }
            return nearest.map { Float(values[$0]) } ?? 0
        }
    }
}
