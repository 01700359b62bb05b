/// Squared distance from a target, summed over a row and averaged over rows.
public enum SquaredError {
    /// weight · mean over rows of Σ (y − target)², and its gradient.
    public static func loss(
        _ y: Buffer, targets: Buffer, gradient: Buffer, rows: Int, width: Int, weight: Float
    ) -> Float {
        let count = rows * width
        precondition(min(y.count, targets.count, gradient.count) >= count, "a buffer is too small")
        let (y, targets, gradient) = (y.values, targets.values, gradient.values)
        let scale = 2 * weight / Float(rows)
        for i in 0..<count { gradient[i] = scale * (y[i] - targets[i]) }
        var sum = 0.0
        for row in 0..<rows {
            var part: Float = 0
            for i in row * width..<(row + 1) * width { part += gradient[i] * (y[i] - targets[i]) }
            sum += Double(part)
        }
        return Float(sum / 2)
    }
}
