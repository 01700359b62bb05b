/// A linear layer, batch norm and a leaky ReLU: y = ℓ(BN(x·Wᵀ + b)), x [batch, inputs], y [batch, outputs].
public final class DenseLayer {
    /// y of the last pass [maxBatch, outputs].
    public let output: Buffer
    /// dLoss/dy [maxBatch, outputs], for what comes behind to set; `backward` uses it up.
    public private(set) lazy var gradient = Buffer(count: output.count)

    private let linear: Linear
    private let norm: BatchNorm
    private let rectifier = LeakyReLU(slope: 0.01)
    private let normName: String

    /// A fresh layer; its weights are named `linear`.weight and so on.
    public init(
        linear linearName: String, norm normName: String, inputs: Int, outputs: Int, maxBatch: Int,
        random: inout RandomGenerator
    ) {
        linear = Linear(name: linearName, inputs: inputs, outputs: outputs, random: &random)
        norm = BatchNorm(name: normName, features: outputs, maxBatch: maxBatch)
        self.normName = normName
        output = Buffer(count: maxBatch * outputs)
    }

    /// Width of x.
    public var inputs: Int { linear.inputs }
    /// Width of y.
    public var outputs: Int { linear.outputs }
    /// Multiply-adds of one row.
    public var multiplyAdds: Int { inputs * outputs }
    /// W, b, γ and β.
    public var parameters: [Parameter] { [linear.weight, linear.bias, norm.scale, norm.offset] }
    /// Running mean and variance.
    public var statistics: [(name: String, values: Buffer)] {
        [(normName + ".running_mean", norm.mean), (normName + ".running_var", norm.variance)]
    }

    /// Sets y.
    public func forward(_ x: Buffer, batch: Int, isTraining: Bool) {
        linear.forward(x, into: output, batch: batch)
        if isTraining { norm.forwardTraining(output, batch: batch) } else { norm.forward(output, batch: batch) }
        rectifier.forward(output, count: batch * outputs)
    }

    /// Sets the gradients of the last training pass and dLoss/dx [batch, inputs].
    public func backward(_ x: Buffer, into dx: Buffer, batch: Int) {
        rectifier.backward(gradient, y: output, count: batch * outputs)
        norm.backward(gradient, batch: batch)
        linear.backward(x, dy: gradient, batch: batch)
        linear.inputGradient(dy: gradient, into: dx, batch: batch)
    }
}
