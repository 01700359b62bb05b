import Foundation

/// Strips of a row with each strip's large numbers compressed: y = a·asinh(x / s), with a scale s for each strip.
///
/// Near zero y goes as x / s, far from it as the logarithm of x: with s of the order of a strip's noise, a weak line in
/// one strip and a small share of a strong line in another move y alike. Stretches the variance of counting noise
/// towards a constant as Anscombe's transform does, but for any sign of x.
public struct StripCompression: Sendable {
    /// a, which brings a strong line's y to the order of one.
    public let gain: Float
    /// Cells of each strip in a row.
    public let lengths: [Int]

    /// A compression of rows of such strips, side by side.
    public init(lengths: [Int], gain: Float) {
        self.lengths = lengths
        self.gain = gain
    }

    /// Cells of a row.
    public var count: Int { lengths.reduce(0, +) }

    /// Writes y into the columns from `target` of rows [batch, stride], of the x in the columns from `source` of the
    /// same rows; `scales` are [batch, strips], all above zero.
    public func forward(
        _ rows: Buffer, source: Int, target: Int, stride: Int, scales: Buffer, batch: Int
    ) {
        check(rows, columns: max(source, target) + count, stride: stride, scales: scales, batch: batch)
        let (rows, scales) = (rows.values, scales.values)
        for row in 0..<batch {
            var (from, to) = (row * stride + source, row * stride + target)
            for (strip, length) in lengths.enumerated() {
                let inverse = 1 / scales[row * lengths.count + strip]
                for i in 0..<length { rows[to + i] = gain * asinh(rows[from + i] * inverse) }
                from += length
                to += length
            }
        }
    }

    /// Adds dLoss/dx into the columns from `source` of `gradient`, of the dLoss/dy in its columns from `target`:
    /// dy/dx = a / √(x² + s²).
    public func backward(
        _ rows: Buffer, gradient: Buffer, source: Int, target: Int, stride: Int, scales: Buffer, batch: Int
    ) {
        check(rows, columns: max(source, target) + count, stride: stride, scales: scales, batch: batch)
        precondition(gradient.count >= batch * stride, "the gradient is too small")
        let (x, dy, scales) = (rows.values, gradient.values, scales.values)
        for row in 0..<batch {
            var (from, to) = (row * stride + source, row * stride + target)
            for (strip, length) in lengths.enumerated() {
                let square = scales[row * lengths.count + strip] * scales[row * lengths.count + strip]
                for i in 0..<length {
                    let value = x[from + i]
                    dy[from + i] += dy[to + i] * gain / (value * value + square).squareRoot()
                }
                from += length
                to += length
            }
        }
    }

    private func check(_ rows: Buffer, columns: Int, stride: Int, scales: Buffer, batch: Int) {
        precondition(columns <= stride && rows.count >= batch * stride, "the rows are too short")
        precondition(scales.count >= batch * lengths.count, "a scale for each strip of each row")
    }

    /// asinh x = sign(x) ln(|x| + √(x² + 1)), in single precision throughout.
    @inline(__always)
    private func asinh(_ x: Float) -> Float {
        let size = abs(x)
        let value = log(size + (size * size + 1).squareRoot())
        return x < 0 ? -value : value
    }
}
