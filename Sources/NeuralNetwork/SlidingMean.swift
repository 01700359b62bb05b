/// The mean of a stretch of each row at every position of a sliding window: y[row, s] = mean of x[start + s ..< +
/// length].
public enum SlidingMean {
    /// Writes y into one column of rows [batch · shifts, stride].
    public static func forward(
        _ x: Buffer, rowLength: Int, start: Int, length: Int, shifts: Int, into y: Buffer, column: Int, stride: Int,
        batch: Int
    ) {
        precondition(start + length + shifts - 1 <= rowLength && x.count >= batch * rowLength, "x is too small")
        precondition(y.count >= batch * shifts * stride && column < stride, "y is too small")
        let (x, y) = (x.values, y.values)
        let scale = 1 / Float(length)
        for row in 0..<batch {
            let first = row * rowLength + start
            var sum: Float = 0
            for i in 0..<length { sum += x[first + i] }
            for s in 0..<shifts {
                y[(row * shifts + s) * stride + column] = sum * scale
                sum += x[min(first + s + length, x.count - 1)] - x[first + s]
            }
        }
    }
}
