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
    private var inputColumns: ActiveColumns
    private var alignedColumns: ActiveColumns
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
        inputColumns = ActiveColumns(columns: shape.points)
        alignedColumns = inputColumns
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
        align(batch: batch)
        head.forward(aligned, batch: batch, active: alignedColumns)
    }

    /// A pass for training.
    public func forwardTraining(batch: Int, random: inout RandomGenerator) {
        align(batch: batch)
        head.forwardTraining(aligned, batch: batch, random: &random, active: alignedColumns)
    }

    /// Sets the gradients.
    public func backward(_ dLogits: Buffer, batch: Int) {
        head.backward(aligned, dLogits: dLogits, batch: batch, active: alignedColumns)
        head.inputGradient(into: alignedGradient, batch: batch, active: alignedColumns)
        transformer.backward(
            input, dy: alignedGradient, batch: batch, active: inputColumns, aligned: alignedColumns)
    }

    private func align(batch: Int) {
        inputColumns.find(in: input, rows: batch)
        transformer.forward(input, into: aligned, batch: batch, active: inputColumns)
        // The translation's gradient reads one column more than what was moved.
        alignedColumns.find(in: aligned, rows: batch, margin: 1)
    }
}
