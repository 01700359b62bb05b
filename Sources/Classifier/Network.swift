public import NeuralNetwork

/// A network with its weights and working memory; it belongs to one thread, what travels is a `Model`.
public protocol TrainedNetwork: AnyObject {
    /// Which network this is.
    var architecture: Architecture { get }
    /// Everything that is trained, always in the same order.
    var parameters: [Parameter] { get }
    /// Running statistics by name: not trained, but part of the weights.
    var statistics: [(name: String, values: Buffer)] { get }
}

/// One of the paper's networks: spectra [batch, points] in, logits [batch, labels] out.
public protocol Network: TrainedNetwork {
    /// Spectra [maxBatch, points], to be filled before a pass.
    var input: Buffer { get }
    /// Logits [maxBatch, labels] of the last pass.
    var logits: Buffer { get }
    /// The translations [maxBatch] of the last pass in half lengths of the axis; nil where the network estimates none.
    var translations: Buffer? { get }

    /// A pass without dropout, by the running statistics.
    func forward(batch: Int)
    /// A pass with dropout, by the batch's own statistics.
    func forwardTraining(batch: Int, random: inout RandomGenerator)
    /// Sets every parameter's gradient from dLoss/dlogits [batch, labels] of the last training pass.
    func backward(_ dLogits: Buffer, batch: Int)
}
