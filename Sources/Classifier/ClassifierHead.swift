import NeuralNetwork

/// The paper's fully connected classifier, the last part of each network:
/// linear points → 256, batch norm, leaky ReLU 0.01, dropout, linear → 128, batch norm, leaky ReLU, dropout,
/// linear → labels.
struct ClassifierHead {
    let logits: Buffer

    private let linear1: Linear
    private let norm1: BatchNorm
    private let dropout1: Dropout
    private let linear2: Linear
    private let norm2: BatchNorm
    private let dropout2: Dropout
    private let linear3: Linear
    private let rectifier = LeakyReLU(slope: 0.01)
    private let hidden1: Buffer
    private let hidden2: Buffer
    private let gradient1: Buffer
    private let gradient2: Buffer

    init(maxBatch: Int, shape: NetworkShape, random: inout RandomGenerator) {
        linear1 = Linear(name: "head.linear1", inputs: shape.points, outputs: 256, random: &random)
        norm1 = BatchNorm(name: "head.norm1", features: 256, maxBatch: maxBatch)
        dropout1 = Dropout(rate: shape.dropout, maxCount: maxBatch * 256)
        linear2 = Linear(name: "head.linear2", inputs: 256, outputs: 128, random: &random)
        norm2 = BatchNorm(name: "head.norm2", features: 128, maxBatch: maxBatch)
        dropout2 = Dropout(rate: shape.dropout, maxCount: maxBatch * 128)
        linear3 = Linear(name: "head.linear3", inputs: 128, outputs: shape.labels, random: &random)
        hidden1 = Buffer(count: maxBatch * 256)
        hidden2 = Buffer(count: maxBatch * 128)
        logits = Buffer(count: maxBatch * shape.labels)
        gradient1 = Buffer(count: maxBatch * 256)
        gradient2 = Buffer(count: maxBatch * 128)
    }

    var parameters: [Parameter] {
        [
            linear1.weight, linear1.bias, norm1.scale, norm1.offset, linear2.weight, linear2.bias, norm2.scale,
            norm2.offset, linear3.weight, linear3.bias,
        ]
    }

    var statistics: [(name: String, values: Buffer)] {
        [
            ("head.norm1.running_mean", norm1.mean), ("head.norm1.running_var", norm1.variance),
            ("head.norm2.running_mean", norm2.mean), ("head.norm2.running_var", norm2.variance),
        ]
    }

    /// Logits of x [batch, points]; here and below, x counts as `background` in all columns that are not named.
    func forward(_ x: Buffer, batch: Int, active: ActiveColumns, background: Float = 0) {
        linear1.forward(x, into: hidden1, batch: batch, active: active, background: background)
        norm1.forward(hidden1, batch: batch)
        rectifier.forward(hidden1, count: batch * 256)
        linear2.forward(hidden1, into: hidden2, batch: batch)
        norm2.forward(hidden2, batch: batch)
        rectifier.forward(hidden2, count: batch * 128)
        linear3.forward(hidden2, into: logits, batch: batch)
    }

    func forwardTraining(
        _ x: Buffer, batch: Int, random: inout RandomGenerator, active: ActiveColumns, background: Float = 0
    ) {
        linear1.forward(x, into: hidden1, batch: batch, active: active, background: background)
        norm1.forwardTraining(hidden1, batch: batch)
        rectifier.forward(hidden1, count: batch * 256)
        dropout1.forward(hidden1, count: batch * 256, random: &random)
        linear2.forward(hidden1, into: hidden2, batch: batch)
        norm2.forwardTraining(hidden2, batch: batch)
        rectifier.forward(hidden2, count: batch * 128)
        dropout2.forward(hidden2, count: batch * 128, random: &random)
        linear3.forward(hidden2, into: logits, batch: batch)
    }

    /// Sets the gradients from x of the training pass; `inputGradient` gives dx [batch, points] after it.
    func backward(_ x: Buffer, dLogits: Buffer, batch: Int, active: ActiveColumns, background: Float = 0) {
        linear3.backward(hidden2, dy: dLogits, batch: batch)
        linear3.inputGradient(dy: dLogits, into: gradient2, batch: batch)
        // Where dropout left a zero its gradient is zero too, so the sign of what is left is enough for the rectifier.
        dropout2.backward(gradient2, count: batch * 128)
        rectifier.backward(gradient2, y: hidden2, count: batch * 128)
        norm2.backward(gradient2, batch: batch)
        linear2.backward(hidden1, dy: gradient2, batch: batch)
        linear2.inputGradient(dy: gradient2, into: gradient1, batch: batch)
        dropout1.backward(gradient1, count: batch * 256)
        rectifier.backward(gradient1, y: hidden1, count: batch * 256)
        norm1.backward(gradient1, batch: batch)
        linear1.backward(x, dy: gradient1, batch: batch, active: active, background: background)
    }

    /// Σ dx over the batch and the columns that were not named.
    var outerInputGradient: Float { linear1.outerInputGradient }

    /// dx in the columns that are named.
    func inputGradient(into dx: Buffer, batch: Int, active: ActiveColumns) {
        linear1.inputGradient(dy: gradient1, into: dx, batch: batch, active: active)
    }
}
