/// A network that says by which translation t to move a row, and the sampler that moves it.
///
/// The localisation network is points → 64 → ReLU → 32 → ReLU → 1 (Jaderberg et al., arXiv 1506.02025, on one axis).
/// Its last layer starts at zero: t = 0, the identity.
public struct SpatialTransformer {
    /// points → 64.
    public let linear1: Linear
    /// 64 → 32.
    public let linear2: Linear
    /// 32 → 1.
    public let linear3: Linear
    /// What applies t.
    public let sampler: LinearSampler
    /// t [batch] of the last pass, in half lengths of the row.
    public let translations: Buffer

    private let rectifier = LeakyReLU()
    private let hidden1: Buffer
    private let hidden2: Buffer
    private let gradient1: Buffer
    private let gradient2: Buffer
    private let gradient3: Buffer

    /// A fresh transformer of rows of `points`, up to `maxBatch` at a time.
    public init(name: String, points: Int, maxBatch: Int, random: inout RandomGenerator) {
        linear1 = Linear(name: name + ".linear1", inputs: points, outputs: 64, random: &random)
        linear2 = Linear(name: name + ".linear2", inputs: 64, outputs: 32, random: &random)
        linear3 = Linear(zero: name + ".linear3", inputs: 32, outputs: 1)
        sampler = LinearSampler(points: points)
        translations = Buffer(count: maxBatch)
        hidden1 = Buffer(count: maxBatch * 64)
        hidden2 = Buffer(count: maxBatch * 32)
        gradient1 = Buffer(count: maxBatch * 64)
        gradient2 = Buffer(count: maxBatch * 32)
        gradient3 = Buffer(count: maxBatch)
    }

    /// Every parameter, always in the same order.
    public var parameters: [Parameter] {
        [linear1.weight, linear1.bias, linear2.weight, linear2.bias, linear3.weight, linear3.bias]
    }

    /// The aligned rows y [batch, points] of x [batch, points]; where columns are named, x is zero in all others.
    public func forward(_ x: Buffer, into y: Buffer, batch: Int, active: ActiveColumns? = nil) {
        linear1.forward(x, into: hidden1, batch: batch, active: active)
        rectifier.forward(hidden1, count: batch * linear1.outputs)
        linear2.forward(hidden1, into: hidden2, batch: batch)
        rectifier.forward(hidden2, count: batch * linear2.outputs)
        linear3.forward(hidden2, into: translations, batch: batch)
        sampler.forward(x, translations: translations, into: y, batch: batch)
    }

    /// Sets the gradients of the localisation network from x of the forward pass and dy [batch, points].
    ///
    /// Where columns are named, x is zero in all others, y in all but `aligned`, whose margin is one column at least;
    /// dy is read there alone.
    public func backward(
        _ x: Buffer, dy: Buffer, batch: Int, active: ActiveColumns? = nil, aligned: ActiveColumns? = nil
    ) {
        sampler.backward(x, translations: translations, dy: dy, into: gradient3, batch: batch, active: aligned)
        linear3.backward(hidden2, dy: gradient3, batch: batch)
        linear3.inputGradient(dy: gradient3, into: gradient2, batch: batch)
        rectifier.backward(gradient2, y: hidden2, count: batch * linear2.outputs)
        linear2.backward(hidden1, dy: gradient2, batch: batch)
        linear2.inputGradient(dy: gradient2, into: gradient1, batch: batch)
        rectifier.backward(gradient1, y: hidden1, count: batch * linear1.outputs)
        linear1.backward(x, dy: gradient1, batch: batch, active: active)
    }
}
