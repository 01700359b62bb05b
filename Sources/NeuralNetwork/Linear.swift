/// y = x·Wᵀ + b, with x [batch, inputs], W [outputs, inputs], b [outputs], y [batch, outputs].
public struct Linear {
    /// Width of x.
    public let inputs: Int
    /// Width of y.
    public let outputs: Int
    /// W [outputs, inputs].
    public let weight: Parameter
    /// b [outputs].
    public let bias: Parameter

    /// Weights and biases uniform in ±1/√inputs (LeCun's rule, which is PyTorch's for this layer).
    public init(name: String, inputs: Int, outputs: Int, random: inout RandomGenerator) {
        self.inputs = inputs
        self.outputs = outputs
        let bound = 1 / Float(inputs).squareRoot()
        weight = Parameter(name: name + ".weight", shape: [outputs, inputs], bound: bound, random: &random)
        bias = Parameter(name: name + ".bias", shape: [outputs], bound: bound, random: &random)
    }

    /// A layer that answers zero until it is trained.
    public init(zero name: String, inputs: Int, outputs: Int) {
        self.inputs = inputs
        self.outputs = outputs
        weight = Parameter(name: name + ".weight", shape: [outputs, inputs])
        bias = Parameter(name: name + ".bias", shape: [outputs])
    }

    /// y [batch, outputs] of x [batch, inputs]; where columns are named, x is zero in all others.
    public func forward(_ x: Buffer, into y: Buffer, batch: Int, active: ActiveColumns? = nil) {
        precondition(y.count >= batch * outputs, "y is too small")
        let (y0, bias) = (y.values, bias.value.values)
        for row in 0..<batch {
            for o in 0..<outputs {
                y0[row * outputs + o] = bias[o]
            }
        }
        MatrixProduct.addTimesTransposed(
            x, weight.value, into: y, m: batch, n: outputs, k: inputs, columns: active?.ranges)
    }

    /// Sets dW = dyᵀ·x and db = Σ dy, from the input of the forward pass and dy [batch, outputs]; where columns are
    /// named, x is zero in all others, and so is dW.
    public func backward(_ x: Buffer, dy: Buffer, batch: Int, active: ActiveColumns? = nil) {
        weight.setGradientColumns(active)
        MatrixProduct.transposedTimes(
            dy, x, into: weight.gradient, m: outputs, n: inputs, k: batch, columns: active?.ranges)
        let (dy, dBias) = (dy.values, bias.gradient.values)
        dBias.update(repeating: 0)
        for row in 0..<batch {
            for o in 0..<outputs {
                dBias[o] += dy[row * outputs + o]
            }
        }
    }

    /// dx = dy·W [batch, inputs], or only the columns that are named, the others as they were; apart from `backward`
    /// because a first layer has no use for it.
    public func inputGradient(dy: Buffer, into dx: Buffer, batch: Int, active: ActiveColumns? = nil) {
        MatrixProduct.times(dy, weight.value, into: dx, m: batch, n: inputs, k: outputs, columns: active?.ranges)
    }
}
