public import NeuralNetwork

/// The paper's CNN: one convolution 1 → 1 of kernel 3, then the classifier.
///
/// The paper pools adaptively to the same length between them, which is the identity and therefore not computed.
///
/// Its bias makes a constant of what was zero, and thousands of weights read that constant. The batch norm after them
/// takes it out again, so their gradients are rounding alone, which AdamW turns into steps of full size: the running
/// means lag behind, and at a rate of 1e-4 the network fails in use while it learns (in PyTorch too), until the rate
/// falls.
public final class CNN: Network {
    /// `.cnn`.
    public let architecture = Architecture.cnn
    /// Spectra [maxBatch, points].
    public let input: Buffer
    /// None: it estimates no shift.
    public let translations: Buffer? = nil
    private let convolution: Convolution1D
    private let head: ClassifierHead
    /// What the convolution makes of the input, in the active columns; it is the convolution's bias in all others.
    private let filtered: Buffer
    private var active: ActiveColumns
    // Inference never asks for it.
    private lazy var filteredGradient = Buffer(count: input.count)

    /// A fresh network for up to `maxBatch` spectra at a time.
    public init(maxBatch: Int, shape: NetworkShape = .standard, seed: UInt64) {
        var random = RandomGenerator(seed: seed)
        input = Buffer(count: maxBatch * shape.points)
        convolution = Convolution1D(
            name: "convolution", inputs: 1, outputs: 1, kernel: 3, padding: 1, points: shape.points, random: &random)
        head = ClassifierHead(maxBatch: maxBatch, shape: shape, random: &random)
        filtered = Buffer(count: maxBatch * shape.points)
        active = ActiveColumns(columns: shape.points)
    }

    /// Logits [maxBatch, labels] of the last pass.
    public var logits: Buffer { head.logits }
    /// The convolution's and the classifier's weights.
    public var parameters: [Parameter] { [convolution.weight, convolution.bias] + head.parameters }
    /// The classifier's running statistics.
    public var statistics: [(name: String, values: Buffer)] { head.statistics }

    /// A pass for use.
    public func forward(batch: Int) {
        filter(batch: batch)
        head.forward(filtered, batch: batch, active: active, background: background)
    }

    /// A pass for training.
    public func forwardTraining(batch: Int, random: inout RandomGenerator) {
        filter(batch: batch)
        head.forwardTraining(filtered, batch: batch, random: &random, active: active, background: background)
    }

    /// Sets the gradients.
    public func backward(_ dLogits: Buffer, batch: Int) {
        head.backward(filtered, dLogits: dLogits, batch: batch, active: active, background: background)
        head.inputGradient(into: filteredGradient, batch: batch, active: active)
        convolution.backward(input, dy: filteredGradient, batch: batch, active: active)
        convolution.bias.gradient[0] += head.outerInputGradient
    }

    private var background: Float { convolution.bias.value[0] }

    private func filter(batch: Int) {
        active.find(in: input, rows: batch, margin: 1)
        convolution.forward(input, into: filtered, batch: batch, active: active)
    }
}
