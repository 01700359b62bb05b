/// The columns from `first` on of rows [.., stride]: a part of each row, for what lies side by side in a layer's input.
public struct Columns {
    let buffer: Buffer
    let first: Int
    let stride: Int

    /// Columns of a buffer's rows.
    public init(of buffer: Buffer, from first: Int = 0, stride: Int) {
        self.buffer = buffer
        self.first = first
        self.stride = stride
    }

    /// Overwrites `width` columns of `batch` rows.
    public func set(to other: Columns, width: Int, batch: Int) {
        check(other, width: width, batch: batch)
        for row in 0..<batch {
            buffer.copy(
                other.buffer, from: row * other.stride + other.first, at: row * stride + first, count: width)
        }
    }

    /// Adds `factor` times `width` columns of `batch` rows.
    public func add(_ other: Columns, times factor: Float = 1, width: Int, batch: Int) {
        check(other, width: width, batch: batch)
        for row in 0..<batch {
            let (start, from) = (row * stride + first, row * other.stride + other.first)
            let x = UnsafeMutableBufferPointer(rebasing: buffer.values[start..<start + width])
            let y = UnsafeMutableBufferPointer(rebasing: other.buffer.values[from..<from + width])
            for i in 0..<width { x[i] += factor * y[i] }
        }
    }

    /// Sets column `i` to a value in the rows in which the `i`th group of other columns, `widths[i]` of them, holds zeros
    /// only.
    public func fill(_ value: Float, whereEmpty other: Columns, widths: [Int], batch: Int) {
        let total = widths.reduce(0, +)
        precondition(first + widths.count <= stride && other.first + total <= other.stride, "the rows are too short")
        precondition(
            buffer.count >= batch * stride && other.buffer.count >= batch * other.stride, "a buffer is too small")
        let (target, source) = (buffer.values, other.buffer.values)
        for row in 0..<batch {
            var start = row * other.stride + other.first
            for (column, width) in widths.enumerated() {
                if source[start..<start + width].allSatisfy({ $0 == 0 }) {
                    target[row * stride + first + column] = value
                }
                start += width
            }
        }
    }

    private func check(_ other: Columns, width: Int, batch: Int) {
        precondition(first + width <= stride && other.first + width <= other.stride, "the rows are too short")
        precondition(
            buffer.count >= batch * stride && other.buffer.count >= batch * other.stride, "a buffer is too small")
    }
}
