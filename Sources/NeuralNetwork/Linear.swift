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
    /// Σ W over the columns that the last pass did not name [outputs].
    private let outerSums: Buffer

    /// Weights and biases uniform in ±1/√inputs (LeCun's rule, which is PyTorch's for this layer).
    public init(name: String, inputs: Int, outputs: Int, random: inout RandomGenerator) {
        self.inputs = inputs
        self.outputs = outputs
        outerSums = Buffer(count: outputs)
        let bound = 1 / Float(inputs).squareRoot()
        weight = Parameter(name: name + ".weight", shape: [outputs, inputs], bound: bound, random: &random)
        bias = Parameter(name: name + ".bias", shape: [outputs], bound: bound, random: &random)
    }

    /// A layer that answers zero until it is trained.
    public init(zero name: String, inputs: Int, outputs: Int) {
        self.inputs = inputs
        self.outputs = outputs
        outerSums = Buffer(count: outputs)
        weight = Parameter(name: name + ".weight", shape: [outputs, inputs])
        bias = Parameter(name: name + ".bias", shape: [outputs])
    }

    /// y [batch, outputs] of x [batch, inputs]; where columns are named, x counts as `background` in all others.
    public func forward(
        _ x: Buffer, into y: Buffer, batch: Int, active: ActiveColumns? = nil, background: Float = 0
    ) {
        precondition(y.count >= batch * outputs, "y is too small")
        let (y0, bias, outer) = (y.values, bias.value.values, outerSums.values)
        if let active, background != 0 {
            MatrixProduct.rowSums(weight.value, into: outerSums, m: outputs, n: inputs, columns: active.gaps)
        } else {
            outer.update(repeating: 0)
        }
        for row in 0..<batch {
            for o in 0..<outputs {
                y0[row * outputs + o] = bias[o] + background * outer[o]
            }
        }
        MatrixProduct.addTimesTransposed(
            x, weight.value, into: y, m: batch, n: outputs, k: inputs, columns: active?.ranges)
    }

    /// Sets dW = dyᵀ·x and db = Σ dy, from the input of the forward pass and dy [batch, outputs]; where columns are
    /// named, x counts as `background` in all others, and dW is `background`·db there.
    public func backward(
        _ x: Buffer, dy: Buffer, batch: Int, active: ActiveColumns? = nil, background: Float = 0
    ) {
        weight.setGradientColumns(background == 0 ? active : nil)
        MatrixProduct.transposedTimes(
            dy, x, into: weight.gradient, m: outputs, n: inputs, k: batch, columns: active?.ranges)
        let (dy, dBias) = (dy.values, bias.gradient.values)
        dBias.update(repeating: 0)
        for row in 0..<batch {
            for o in 0..<outputs {
                dBias[o] += dy[row * outputs + o]
            }
        }
        guard let active, background != 0 else { return }
        for gap in active.gaps {
            for o in 0..<outputs {
                let row = o * inputs
                weight.gradient.values[row + gap.lowerBound..<row + gap.upperBound].update(
                    repeating: background * dBias[o])
            }
        }
    }

    /// Σ dx over the batch and the columns that were not named, of the last pass with a background.
    public var outerInputGradient: Float {
        Sums.dot(bias.gradient.values, 0, outerSums.values, 0, outputs)
    }

    /// dx = dy·W [batch, inputs], or only the columns that are named, the others as they were; apart from `backward`
    /// because a first layer has no use for it.
    public func inputGradient(dy: Buffer, into dx: Buffer, batch: Int, active: ActiveColumns? = nil) {
        MatrixProduct.times(dy, weight.value, into: dx, m: batch, n: inputs, k: outputs, columns: active?.ranges)
    }
}
