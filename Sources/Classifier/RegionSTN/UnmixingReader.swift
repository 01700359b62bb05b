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
    private let layer1: DenseLayer
    private let layer2: DenseLayer
    private let groups: Linear
    private let positive = LeakyReLU(slope: 0.01)
    private let constituents: Int
    private let cells: Int
    private lazy var amountGradient = Buffer(count: amounts.count)

    package init(maxBatch: Int, constituents: Int, labels: Int, random: inout RandomGenerator) {
        self.constituents = constituents
        cells = CoreLevelWindow.layout.alignedCount
        unmixing = Linear(zero: "reader.unmixing", inputs: cells, outputs: constituents)
        layer1 = DenseLayer(
            linear: "reader.linear1", norm: "reader.norm1", inputs: constituents, outputs: Self.widths.0,
            maxBatch: maxBatch, random: &random)
        layer2 = DenseLayer(
            linear: "reader.linear2", norm: "reader.norm2", inputs: Self.widths.0, outputs: Self.widths.1,
            maxBatch: maxBatch, random: &random)
        groups = Linear(name: "reader.groups", inputs: Self.widths.1, outputs: labels, random: &random)
        input = Buffer(count: maxBatch * cells)
        amounts = Buffer(count: maxBatch * constituents)
        logits = Buffer(count: maxBatch * labels)
    }

    /// Sets the first layer to (AᵀA + λI)⁻¹Aᵀ of the constituents' aligned spectra A, rows [constituents, cells].
    package func initialize(constituentRows rows: [Float], ridge: Double) {
        unmixing.weight.value.copy(PseudoInverse.ridge(rows: rows, count: constituents, width: cells, ridge: ridge))
    }

    package var parameters: [Parameter] {
        unmixingParameters + layer1.parameters + layer2.parameters + [groups.weight, groups.bias]
    }

    /// The layer that starts near its end and must not be thrown off by the first steps.
    var unmixingParameters: [Parameter] { [unmixing.weight, unmixing.bias] }

    var statistics: [(name: String, values: Buffer)] { layer1.statistics + layer2.statistics }

    var multiplyAdds: Int {
        [unmixing, groups].reduce(layer1.multiplyAdds + layer2.multiplyAdds) { $0 + $1.inputs * $1.outputs }
    }

    package func forward(batch: Int, isTraining: Bool) {
        unmixing.forward(input, into: amounts, batch: batch)
        positive.forward(amounts, count: batch * constituents)
        layer1.forward(amounts, batch: batch, isTraining: isTraining)
        layer2.forward(layer1.output, batch: batch, isTraining: isTraining)
        groups.forward(layer2.output, into: logits, batch: batch)
    }

    /// Sets the gradients from those of the logits.
    package func backward(_ dLogits: Buffer, batch: Int) {
        groups.backward(layer2.output, dy: dLogits, batch: batch)
        groups.inputGradient(dy: dLogits, into: layer2.gradient, batch: batch)
        layer2.backward(layer1.output, into: layer1.gradient, batch: batch)
        layer1.backward(amounts, into: amountGradient, batch: batch)
        positive.backward(amountGradient, y: amounts, count: batch * constituents)
        unmixing.backward(input, dy: amountGradient, batch: batch)
    }

    /// dLoss/dinput after `backward`.
    package func inputGradient(into dInput: Buffer, batch: Int) {
        unmixing.inputGradient(dy: amountGradient, into: dInput, batch: batch)
    }
}
