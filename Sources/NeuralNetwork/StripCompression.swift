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

    /// y of one cell of a strip with that scale.
    public func compressed(_ x: Float, scale: Float) -> Float { gain * asinh(x / scale) }

    /// Writes y [batch, count] into columns, of the x in others of as many rows, which may be the same rows;
    /// `scales` are [batch, strips], all above zero.
    public func forward(_ x: Columns, into y: Columns, scales: Buffer, batch: Int) {
        check([x, y], scales: scales, batch: batch)
        let (rowsX, rowsY, scales) = (x.buffer.values, y.buffer.values, scales.values)
        for row in 0..<batch {
            var (from, to) = (row * x.stride + x.first, row * y.stride + y.first)
            for (strip, length) in lengths.enumerated() {
                let inverse = 1 / scales[row * lengths.count + strip]
                for i in 0..<length { rowsY[to + i] = gain * asinh(rowsX[from + i] * inverse) }
                from += length
                to += length
            }
        }
    }

    /// Adds dLoss/dx to columns, of the dLoss/dy in others: dy/dx = a / √(x² + s²).
    public func backward(_ x: Columns, dy: Columns, into dx: Columns, scales: Buffer, batch: Int) {
        check([x, dy, dx], scales: scales, batch: batch)
        let (rowsX, rowsDy, rowsDx) = (x.buffer.values, dy.buffer.values, dx.buffer.values)
        let scales = scales.values
        for row in 0..<batch {
            var (place, from, to) = (
                row * x.stride + x.first, row * dy.stride + dy.first, row * dx.stride + dx.first
            )
            for (strip, length) in lengths.enumerated() {
                let square = scales[row * lengths.count + strip] * scales[row * lengths.count + strip]
                for i in 0..<length {
                    let value = rowsX[place + i]
                    rowsDx[to + i] += rowsDy[from + i] * gain / (value * value + square).squareRoot()
                }
                place += length
                from += length
                to += length
            }
        }
    }

    private func check(_ columns: [Columns], scales: Buffer, batch: Int) {
        for columns in columns {
            precondition(columns.first + count <= columns.stride, "the rows are too short")
            precondition(columns.buffer.count >= batch * columns.stride, "too few rows")
        }
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
