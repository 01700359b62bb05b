public import NeuralNetwork

/// One of the paper's networks with its weights and working memory.
///
/// It turns spectra [batch, points] into logits [batch, labels] and belongs to one thread; what travels is a `Model`.
public protocol Network: AnyObject {
    /// Which of the paper's networks this is.
    var architecture: Architecture { get }
    /// Spectra [maxBatch, points], to be filled before a pass.
    var input: Buffer { get }
    /// Logits [maxBatch, labels] of the last pass.
    var logits: Buffer { get }
    /// The translations [maxBatch] of the last pass in half lengths of the axis; nil where the network estimates none.
    var translations: Buffer? { get }
    /// Everything that is trained, always in the same order.
    var parameters: [Parameter] { get }
    /// Running statistics by name: not trained, but part of the weights.
    var statistics: [(name: String, values: Buffer)] { get }

    /// A pass without dropout, by the running statistics.
    func forward(batch: Int)
    /// A pass with dropout, by the batch's own statistics.
    func forwardTraining(batch: Int, random: inout RandomGenerator)
    /// Sets every parameter's gradient from dLoss/dlogits [batch, labels] of the last training pass.
    func backward(_ dLogits: Buffer, batch: Int)
}

/// The networks of the paper (arXiv 2603.05350).
public enum Architecture: String, Sendable, CaseIterable {
    /// Linear layers alone.
    case mlp
    /// A convolution before them.
    case cnn
    /// A spatial transformer before them, which estimates and undoes the shift.
    case stn

    /// A fresh network of the library's size, drawn from a seed.
    public func makeNetwork(maxBatch: Int, shape: NetworkShape = .standard, seed: UInt64) -> any Network {
        switch self {
        case .mlp: MLP(maxBatch: maxBatch, shape: shape, seed: seed)
        case .cnn: CNN(maxBatch: maxBatch, shape: shape, seed: seed)
        case .stn: STN(maxBatch: maxBatch, shape: shape, seed: seed)
        }
    }
}
