extension Buffer {
    /// Adds the first numbers of another buffer.
    public func add(_ other: Buffer, count: Int) {
        precondition(self.count >= count && other.count >= count, "a buffer is too small")
        let (x, y) = (values, other.values)
        for i in 0..<count { x[i] += y[i] }
    }

    /// Sets the first numbers to zero.
    public func clear(count: Int) {
        precondition(self.count >= count, "the buffer is too small")
        values[..<count].update(repeating: 0)
    }

    /// Multiplies the first numbers by a factor.
    public func scale(by factor: Float, count: Int) {
        precondition(self.count >= count, "the buffer is too small")
        let x = values
        for i in 0..<count { x[i] *= factor }
    }

    /// Writes each row [batch, width] `times` over into the columns from `column` of rows [batch · times, stride].
    public func repeatRows(of width: Int, times: Int, into y: Buffer, column: Int, stride: Int, batch: Int) {
        precondition(count >= batch * width && y.count >= batch * times * stride, "a buffer is too small")
        precondition(column + width <= stride, "the rows are too short")
        let (x, y) = (values, y.values)
        for row in 0..<batch * times {
            let source = row / times * width
            for i in 0..<width { y[row * stride + column + i] = x[source + i] }
        }
    }

    /// Copies rows [.., width] by their numbers into the columns from `column` of rows [rows.count, stride].
    public func gatherRows(_ rows: [Int], of width: Int, into y: Buffer, column: Int, stride: Int) {
        precondition(y.count >= rows.count * stride && column + width <= stride, "the rows are too short")
        let (x, y) = (values, y.values)
        for (target, row) in rows.enumerated() {
            precondition((row + 1) * width <= count, "no such row")
            for i in 0..<width { y[target * stride + column + i] = x[row * width + i] }
        }
    }
}

extension Buffer {
    /// Row `row` of [.., width] as an array.
    public func array(row: Int, of width: Int) -> [Float] {
        precondition(row >= 0 && (row + 1) * width <= count, "no row \(row) of width \(width)")
        return Array(values[row * width..<(row + 1) * width])
    }
}
