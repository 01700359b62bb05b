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

    /// The variance of one value where events are so few that most values are zero, which their differences do not tell:
    /// the smallest value is one event, and Poisson's variance that times the mean; 0 where more is measured, or nothing.
    public static func varianceOfFewEvents(_ values: Span<Float>, in range: Range<Int>) -> Double {
        var (zeros, smallest, sum) = (0, Float.infinity, 0.0)
        for value in range {
            let magnitude = abs(values[value])
            if magnitude == 0 { zeros += 1 } else { smallest = min(smallest, magnitude) }
            sum += Double(magnitude)
        }
        guard zeros < range.count, 2 * zeros > range.count else { return 0 }
        return Double(smallest) * sum / Double(range.count)
    }
}
