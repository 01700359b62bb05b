/// y = x where x > 0, slope·x elsewhere, in place; slope zero is the plain ReLU.
public struct LeakyReLU: Sendable {
    /// The factor below zero; not negative, so that the sign of y is the sign of x.
    public let slope: Float

    /// A layer of that slope.
    public init(slope: Float = 0) {
        precondition(slope >= 0, "the sign of the output must tell the sign of the input")
        self.slope = slope
    }

    /// y in place of x.
    public func forward(_ x: Buffer, count: Int) {
        precondition(x.count >= count, "x is too small")
        let x = x.values
        for i in 0..<count {
            x[i] = x[i] > 0 ? x[i] : slope * x[i]
        }
    }

    /// dx in place of dy; `y` is the output of the forward pass, whose sign is the input's.
    public func backward(_ dy: Buffer, y: Buffer, count: Int) {
        precondition(dy.count >= count && y.count >= count, "dy or y is too small")
        let (dy, y) = (dy.values, y.values)
        for i in 0..<count {
            dy[i] = y[i] > 0 ? dy[i] : slope * dy[i]
        }
    }
}
