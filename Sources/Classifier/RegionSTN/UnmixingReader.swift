package import NeuralNetwork

/// The classifier of the benchmark model: how much of each library constituent an aligned spectrum holds, and from
/// these amounts the groups.
///
/// The first layer begins as the library's ridge pseudo-inverse, so that it unmixes from the start, and is then trained
/// with the rest. It knows the library by heart: right for the paper's own benchmark, wrong for real instruments.
package final class UnmixingReader {
    private static let widths = (256, 128)

    /// Aligned cells [maxBatch, cells].
    package let input: Buffer
    /// Group logits [maxBatch, labels].
    package let logits: Buffer
    /// Amounts of the constituents [maxBatch, constituents].
    package let amounts: Buffer

    private let unmixing: Linear
    private let linear1: Linear
    private let norm1: BatchNorm
    private let linear2: Linear
    private let norm2: BatchNorm
    private let groups: Linear
    private let positive = LeakyReLU(slope: 0.01)
    private let constituents: Int
    private let cells: Int
    private let hidden1: Buffer
    private let hidden2: Buffer
    private lazy var amountGradient = Buffer(count: amounts.count)
    private lazy var gradient1 = Buffer(count: hidden1.count)
    private lazy var gradient2 = Buffer(count: hidden2.count)

    package init(maxBatch: Int, constituents: Int, labels: Int, random: inout RandomGenerator) {
        self.constituents = constituents
        cells = CoreLevelWindow.layout.alignedCount
        unmixing = Linear(zero: "reader.unmixing", inputs: cells, outputs: constituents)
        linear1 = Linear(name: "reader.linear1", inputs: constituents, outputs: Self.widths.0, random: &random)
        norm1 = BatchNorm(name: "reader.norm1", features: Self.widths.0, maxBatch: maxBatch)
        linear2 = Linear(name: "reader.linear2", inputs: Self.widths.0, outputs: Self.widths.1, random: &random)
        norm2 = BatchNorm(name: "reader.norm2", features: Self.widths.1, maxBatch: maxBatch)
        groups = Linear(name: "reader.groups", inputs: Self.widths.1, outputs: labels, random: &random)
        input = Buffer(count: maxBatch * cells)
        amounts = Buffer(count: maxBatch * constituents)
        hidden1 = Buffer(count: maxBatch * Self.widths.0)
        hidden2 = Buffer(count: maxBatch * Self.widths.1)
        logits = Buffer(count: maxBatch * labels)
    }

    /// Sets the first layer to (AᵀA + λI)⁻¹Aᵀ of the constituents' aligned spectra A, rows [constituents, cells].
    package func initialize(constituentRows rows: [Float], ridge: Double) {
        unmixing.weight.value.copy(PseudoInverse.ridge(rows: rows, count: constituents, width: cells, ridge: ridge))
    }

    package var parameters: [Parameter] {
        [
            unmixing.weight, unmixing.bias, linear1.weight, linear1.bias, norm1.scale, norm1.offset, linear2.weight,
            linear2.bias, norm2.scale, norm2.offset, groups.weight, groups.bias,
        ]
    }

    /// The layer that starts near its end and must not be thrown off by the first steps.
    var unmixingParameters: [Parameter] { [unmixing.weight, unmixing.bias] }

    var statistics: [(name: String, values: Buffer)] {
        [
            ("reader.norm1.running_mean", norm1.mean), ("reader.norm1.running_var", norm1.variance),
            ("reader.norm2.running_mean", norm2.mean), ("reader.norm2.running_var", norm2.variance),
        ]
    }

    var multiplyAdds: Int {
        [unmixing, linear1, linear2, groups].reduce(0) { $0 + $1.inputs * $1.outputs }
    }

    package func forward(batch: Int, isTraining: Bool) {
        unmixing.forward(input, into: amounts, batch: batch)
        positive.forward(amounts, count: batch * constituents)
        linear1.forward(amounts, into: hidden1, batch: batch)
        if isTraining { norm1.forwardTraining(hidden1, batch: batch) } else { norm1.forward(hidden1, batch: batch) }
        positive.forward(hidden1, count: batch * Self.widths.0)
        linear2.forward(hidden1, into: hidden2, batch: batch)
        if isTraining { norm2.forwardTraining(hidden2, batch: batch) } else { norm2.forward(hidden2, batch: batch) }
        positive.forward(hidden2, count: batch * Self.widths.1)
        groups.forward(hidden2, into: logits, batch: batch)
    }

    /// Sets the gradients from those of the logits.
    package func backward(_ dLogits: Buffer, batch: Int) {
        groups.backward(hidden2, dy: dLogits, batch: batch)
        groups.inputGradient(dy: dLogits, into: gradient2, batch: batch)
        positive.backward(gradient2, y: hidden2, count: batch * Self.widths.1)
        norm2.backward(gradient2, batch: batch)
        linear2.backward(hidden1, dy: gradient2, batch: batch)
        linear2.inputGradient(dy: gradient2, into: gradient1, batch: batch)
        positive.backward(gradient1, y: hidden1, count: batch * Self.widths.0)
        norm1.backward(gradient1, batch: batch)
        linear1.backward(amounts, dy: gradient1, batch: batch)
        linear1.inputGradient(dy: gradient1, into: amountGradient, batch: batch)
        positive.backward(amountGradient, y: amounts, count: batch * constituents)
        unmixing.backward(input, dy: amountGradient, batch: batch)
    }

    /// dLoss/dinput after `backward`.
    package func inputGradient(into dInput: Buffer, batch: Int) {
        unmixing.inputGradient(dy: amountGradient, into: dInput, batch: batch)
    }
}
