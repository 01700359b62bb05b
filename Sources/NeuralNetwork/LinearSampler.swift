/// The spatial transformer's grid and sampler for a translation: y(i) = x(i + s), zeros outside.
///
/// The convention is `affine_grid` and `grid_sample` with pixel centres and no corner alignment: t in units of half
/// the axis, so s = t·points/2 (Jaderberg et al., arXiv 1506.02025). One fraction serves a whole row, so a row is
/// y(i) = (1 − f) x(i + n) + f x(i + n + 1) with n = ⌊s⌋: two contiguous streams and no gather.
public struct LinearSampler: Sendable {
    /// Length of a row.
    public let points: Int

    /// A sampler of rows of that length.
    public init(points: Int) {
        self.points = points
    }

    /// s in points of a translation t.
    public func shift(of translation: Float) -> Float {
        translation * Float(points) / 2
    }

    /// y [batch, points] of x [batch, points] by t [batch].
    public func forward(
        _ x: Buffer, translations t: Buffer, into y: Buffer, batch: Int
    ) {
        precondition(min(x.count, y.count) >= batch * points && t.count >= batch, "a buffer is too small")
        let (x, t, y) = (x.values, t.values, y.values)
        for row in 0..<batch {
            let start = row * points
            let (whole, fraction) = split(t[row])
            // Both neighbours of i lie inside the row for i in inner.
            let inner = interior(whole)
            for i in 0..<inner.lowerBound { y[start + i] = value(x, start, i + whole, fraction) }
            let left = 1 - fraction
            let source = start + whole
            for i in inner {
                y[start + i] = left * x[source + i] + fraction * x[source + i + 1]
            }
            for i in inner.upperBound..<points { y[start + i] = value(x, start, i + whole, fraction) }
        }
    }

    /// dt [batch] = points/2 Σᵢ dy(i) (x(i + n + 1) − x(i + n)), from x and t of the forward pass.
    ///
    /// Where columns are named, i runs over them alone: those of y that are not zero, and one more on each side.
    public func backward(
        _ x: Buffer, translations t: Buffer, dy: Buffer, into dt: Buffer, batch: Int, active: ActiveColumns? = nil
    ) {
        precondition(min(x.count, dy.count) >= batch * points, "a buffer is too small")
        precondition(min(t.count, dt.count) >= batch, "a buffer is too small")
        let (x, t, dy, dt) = (x.values, t.values, dy.values, dt.values)
        let ranges = active?.ranges ?? [0..<points]
        for row in 0..<batch {
            let start = row * points
            let (whole, _) = split(t[row])
            var sum: Float = 0
            for range in ranges {
                let inner = interior(whole).clamped(to: range)
                for i in range.lowerBound..<inner.lowerBound { sum += dy[start + i] * slope(x, start, i + whole) }
                for i in inner.upperBound..<range.upperBound { sum += dy[start + i] * slope(x, start, i + whole) }
                sum += Sums.dotSlope(dy, start + inner.lowerBound, x, start + whole + inner.lowerBound, inner.count)
            }
            dt[row] = sum * Float(points) / 2
        }
    }

    /// n and f of a translation; what lies beyond the row on either side, or is no number, moves everything out.
    private func split(_ translation: Float) -> (whole: Int, fraction: Float) {
        let shift = shift(of: translation)
        let limit = Float(points + 1)
        guard shift > -limit, shift < limit else { return (points + 1, 0) }
        let floor = shift.rounded(.down)
        return (Int(floor), shift - floor)
    }

    private func interior(_ whole: Int) -> Range<Int> {
        let lower = min(max(0, -whole), points)
        return lower..<max(lower, min(points, points - 1 - whole))
    }

    private func value(_ x: UnsafeMutableBufferPointer<Float>, _ start: Int, _ i: Int, _ fraction: Float) -> Float {
        (1 - fraction) * sample(x, start, i) + fraction * sample(x, start, i + 1)
    }

    private func slope(_ x: UnsafeMutableBufferPointer<Float>, _ start: Int, _ i: Int) -> Float {
        sample(x, start, i + 1) - sample(x, start, i)
    }

    private func sample(_ x: UnsafeMutableBufferPointer<Float>, _ start: Int, _ i: Int) -> Float {
        i >= 0 && i < points ? x[start + i] : 0
    }
}
