/// The noise of data, from themselves: their second differences, whose median is deaf to lines.
public enum DifferenceNoise {
    /// The variance of one value; 0 where there are too few.
    ///
    /// - Parameters:
    ///   - range: The values that are looked at.
    ///   - lag: Values that move together, as cells do that share a step.
    ///   - points: About so many differences are taken at most.
    public static func variance(
        of values: Span<Float>, in range: Range<Int>, lag: Int = 1, points: Int = .max
    ) -> Double {
        guard range.count > 4 * lag + 4 else { return 0 }
        let stride = max(1, (range.count - 2 * lag) / points)
        var differences: [Float] = []
        differences.reserveCapacity(range.count / stride + 1)
        for value in Swift.stride(from: range.lowerBound + lag, to: range.upperBound - lag, by: stride) {
            differences.append(abs(values[value - lag] - 2 * values[value] + values[value + lag]))
        }
        differences.sort()
        // The median magnitude of a normal variable is 0.6745 sigma; the difference has six times the variance.
        let sigma = Double(differences[differences.count / 2]) / 0.6745
        return sigma * sigma / 6
    }
}
