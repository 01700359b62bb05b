/// y(i) = mean of x(i·stride ..< i·stride + kernel), per channel; no padding.
///
/// x [rows, points], y [rows, (points − kernel)/stride + 1]. Pooling adaptively to the same length is kernel and
/// stride one: the identity.
public struct AveragePool1D: Sendable {
    /// Width of a window in points.
    public let kernel: Int
    /// Distance of windows in points.
    public let stride: Int
    /// Length of x.
    public let points: Int

    /// Length of y.
    public var outputPoints: Int { (points - kernel) / stride + 1 }

    /// A pool over rows of that length.
    public init(kernel: Int, stride: Int, points: Int) {
        precondition(kernel > 0 && stride > 0 && kernel <= points, "a window must fit into the row")
        self.kernel = kernel
        self.stride = stride
        self.points = points
    }

    /// y of x.
    public func forward(_ x: Buffer, into y: Buffer, rows: Int) {
        let length = outputPoints
        precondition(x.count >= rows * points && y.count >= rows * length, "a buffer is too small")
        let (x, y) = (x.values, y.values)
        let weight = 1 / Float(kernel)
        for row in 0..<rows {
            for i in 0..<length {
                var sum: Float = 0
                for k in 0..<kernel { sum += x[row * points + i * stride + k] }
                y[row * length + i] = sum * weight
            }
        }
    }

    /// dx of dy.
    public func backward(dy: Buffer, into dx: Buffer, rows: Int) {
        let length = outputPoints
        precondition(dx.count >= rows * points && dy.count >= rows * length, "a buffer is too small")
        let (dx, dy) = (dx.values, dy.values)
        let weight = 1 / Float(kernel)
        for i in 0..<rows * points { dx[i] = 0 }
        for row in 0..<rows {
            for i in 0..<length {
                for k in 0..<kernel { dx[row * points + i * stride + k] += dy[row * length + i] * weight }
            }
        }
    }
}
