public import NeuralNetwork

/// The paper's STN: a spatial transformer estimates the shift and undoes it, then the classifier.
public final class STN: Network {
    /// `.stn`.
    public let architecture = Architecture.stn
    /// Spectra [maxBatch, points].
    public let input: Buffer
    private let transformer: SpatialTransformer
    private let head: ClassifierHead
    private let aligned: Buffer
    // Inference never asks for it.
    private lazy var alignedGradient = Buffer(count: input.count)

    /// A fresh network for up to `maxBatch` spectra at a time.
    public init(maxBatch: Int, shape: NetworkShape = .standard, seed: UInt64) {
        var random = RandomGenerator(seed: seed)
        input = Buffer(count: maxBatch * shape.points)
        transformer = SpatialTransformer(
            name: "localisation", points: shape.points, maxBatch: maxBatch, random: &random)
        head = ClassifierHead(maxBatch: maxBatch, shape: shape, random: &random)
        aligned = Buffer(count: maxBatch * shape.points)
    }

    /// Logits [maxBatch, labels] of the last pass.
    public var logits: Buffer { head.logits }
    /// The translations of the last pass.
    public var translations: Buffer? { transformer.translations }
    /// The localisation network's and the classifier's weights.
    public var parameters: [Parameter] { transformer.parameters + head.parameters }
    /// The classifier's running statistics.
    public var statistics: [(name: String, values: Buffer)] { head.statistics }

    /// A pass for use.
    public func forward(batch: Int) {
        transformer.forward(input, into: aligned, batch: batch)
        head.forward(aligned, batch: batch)
    }

    /// A pass for training.
    public func forwardTraining(batch: Int, random: inout RandomGenerator) {
        transformer.forward(input, into: aligned, batch: batch)
        head.forwardTraining(aligned, batch: batch, random: &random)
    }

    /// Sets the gradients.
    public func backward(_ dLogits: Buffer, batch: Int) {
        head.backward(aligned, dLogits: dLogits, batch: batch)
        head.inputGradient(into: alignedGradient, batch: batch)
        transformer.backward(input, dy: alignedGradient, batch: batch)
    }
}
