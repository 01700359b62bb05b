/// The spatial transformer's sampler on strips: every strip of a row is read at the same shift.
///
/// aligned(i) = (1 − f) x(i + n) + f x(i + n + 1) with n = ⌊s⌋ and f = s − n, s in cells; aligned cells may be averaged
/// in pairs at once. A shift is held within the strips' padding.
public struct StripSampler: Sendable {
    /// The strips.
    public let layout: StripLayout
    /// Cells that one output holds: 1 or 2.
    public let pooling: Int

    /// A sampler of those strips.
    public init(layout: StripLayout, pooling: Int) {
        precondition(pooling == 1 || pooling == 2, "single cells or pairs")
        self.layout = layout
        self.pooling = pooling
    }

    /// Outputs of a row.
    public var outputs: Int { layout.alignedCount / pooling }
    /// The largest shift, in cells.
    public var largestShift: Float { Float(layout.padding) - 1 }

    /// Reads `count` rows; output `r` is read from row `rows[r]` of x at `shifts[r]` and written to the first columns of
    /// row `r` of y [.., stride].
    public func forward(
        _ x: Buffer, rows: [Int], shifts: [Float], into y: Buffer, stride: Int, column: Int = 0
    ) {
        precondition(shifts.count >= rows.count && y.count >= rows.count * stride, "a buffer is too small")
        precondition(column + outputs <= stride, "y's rows are too short")
        let (x, y) = (x.values, y.values)
        for (output, row) in rows.enumerated() {
            let (whole, fraction) = split(shifts[output])
            let left = 1 - fraction
            for strip in layout.lengths.indices {
                let source = row * layout.movingCount + layout.movingStarts[strip] + layout.padding + whole
                let target = output * stride + column + layout.alignedStarts[strip] / pooling
                let length = layout.lengths[strip]
                let from = UnsafeBufferPointer(rebasing: x[source...source + length])
                let to = UnsafeMutableBufferPointer(rebasing: y[target..<target + length / pooling])
                if pooling == 1 {
                    for i in 0..<length { to[i] = left * from[i] + fraction * from[i &+ 1] }
                } else {
                    let (outer, inner) = (left / 2, fraction / 2)
                    for i in 0..<length / 2 {
                        let s = 2 &* i
                        to[i] = outer * from[s] + 0.5 * from[s &+ 1] + inner * from[s &+ 2]
                    }
                }
            }
        }
    }

    /// dLoss/dshift of each row, from dy of the forward pass.
    public func backward(
        _ x: Buffer, shifts: [Float], dy: Buffer, stride: Int, into dShifts: inout [Float], batch: Int
    ) {
        precondition(dy.count >= batch * stride && shifts.count >= batch && dShifts.count >= batch, "too small")
        let (x, dy) = (x.values, dy.values)
        for row in 0..<batch {
            let (whole, _) = split(shifts[row])
            var total: Float = 0
            for strip in layout.lengths.indices {
                let source = row * layout.movingCount + layout.movingStarts[strip] + layout.padding + whole
                let target = row * stride + layout.alignedStarts[strip] / pooling
                let length = layout.lengths[strip]
                if pooling == 1 {
                    total += Sums.dotSlope(dy, target, x, source, length)
                } else {
                    let from = UnsafeBufferPointer(rebasing: x[source...source + length])
                    let gradient = UnsafeBufferPointer(rebasing: dy[target..<target + length / 2])
                    for i in 0..<length / 2 { total += gradient[i] * (from[2 &* i &+ 2] - from[2 &* i]) * 0.5 }
                }
            }
            dShifts[row] = total
        }
    }

    /// Means over `cells` aligned cells at a time, read at the nearest whole cell: how much of each was recorded.
    public func means(
        of x: Buffer, rows: [Int], shifts: [Float], cells: Int, into y: Buffer, stride: Int, column: Int
    ) {
        precondition(y.count >= rows.count * stride, "y is too small")
        let (x, y) = (x.values, y.values)
        let scale = 1 / Float(cells)
        for (output, row) in rows.enumerated() {
            let whole = split(shifts[output] + 0.5).whole
            var target = output * stride + column
            for strip in layout.lengths.indices {
                let source = row * layout.movingCount + layout.movingStarts[strip] + layout.padding + whole
                let from = UnsafeBufferPointer(rebasing: x[source..<source + layout.lengths[strip]])
                for group in 0..<layout.lengths[strip] / cells {
                    var sum: Float = 0
                    for i in 0..<cells { sum += from[group &* cells &+ i] }
                    y[target] = sum * scale
                    target += 1
                }
            }
        }
    }

    private func split(_ shift: Float) -> (whole: Int, fraction: Float) {
        guard shift.isFinite else { return (0, 0) }
        let held = min(max(shift, -largestShift), largestShift - 0.001)
        let floor = held.rounded(.down)
        return (Int(floor), held - floor)
    }
}
