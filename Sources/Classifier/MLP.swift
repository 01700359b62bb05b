public import NeuralNetwork

/// The paper's MLP: the classifier on the spectrum as it is.
public final class MLP: Network {
    /// `.mlp`.
    public let architecture = Architecture.mlp
    /// Spectra [maxBatch, points].
    public let input: Buffer
    /// None: it estimates no shift.
    public let translations: Buffer? = nil
    private let head: ClassifierHead
    private var active: ActiveColumns

    /// A fresh network for up to `maxBatch` spectra at a time.
    public init(maxBatch: Int, shape: NetworkShape = .standard, seed: UInt64) {
        var random = RandomGenerator(seed: seed)
        input = Buffer(count: maxBatch * shape.points)
        active = ActiveColumns(columns: shape.points)
        head = ClassifierHead(maxBatch: maxBatch, shape: shape, random: &random)
    }

    /// Logits [maxBatch, labels] of the last pass.
    public var logits: Buffer { head.logits }
    /// The classifier's weights.
    public var parameters: [Parameter] { head.parameters }
    /// The classifier's running statistics.
    public var statistics: [(name: String, values: Buffer)] { head.statistics }

    /// A pass for use.
    public func forward(batch: Int) {
        active.find(in: input, rows: batch)
        head.forward(input, batch: batch, active: active)
    }

    /// A pass for training.
    public func forwardTraining(batch: Int, random: inout RandomGenerator) {
        active.find(in: input, rows: batch)
        head.forwardTraining(input, batch: batch, random: &random, active: active)
    }

    /// Sets the gradients.
    public func backward(_ dLogits: Buffer, batch: Int) {
        head.backward(input, dLogits: dLogits, batch: batch, active: active)
    }
}
