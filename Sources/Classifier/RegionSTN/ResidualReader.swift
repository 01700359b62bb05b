import NeuralNetwork

/// Reads what the first reading leaves: the aligned spectrum less its reconstruction, compressed to the scale of the
/// noise, where a small constituent beside a large one shows as it would by itself.
///
/// Told what the first reading made of the spectrum, two dense layers name the polymers, correct what it said of groups,
/// shift and amounts, and say which groups go together. The groups follow from the polymers, as the library has them,
/// and from the features beside them, so that what the library lacks can be read too.
final class ResidualReader {
    /// Polymers that it names: the library's.
    static let polymerCount = 104
    private static let widths = (768, 384)

    /// Columns of an input row: pairs of cells that are left, recorded eV and noise, the first reading's features.
    let inputs: Int
    /// [maxBatch, inputs].
    let input: Buffer
    /// What is added to the groups' logits [maxBatch, labels].
    let logits: Buffer
    /// What is added to the scores of what is left of the shift [maxBatch, bins].
    let residualScores: Buffer
    /// What is added to spread and contamination [maxBatch, 2].
    let amounts: Buffer
    /// Logits of the polymers [maxBatch, constituents].
    let constituents: Buffer
    /// Scores of which groups go together [maxBatch, GroupChain.scores].
    let chain: Buffer

    private let layer1: DenseLayer
    private let layer2: DenseLayer
    private let groups: Linear
    private let chemistry: Linear
    private let residual: Linear
    private let scalars: Linear
    private let polymers: Linear
    private let combination: Linear
    /// The polymers' probabilities.
    private let presence: Buffer
    private lazy var presenceGradient = Buffer(count: presence.count)
    private lazy var part = Buffer(count: layer2.output.count)
    private let scratch: Buffer

    init(maxBatch: Int, inputs: Int, labels: Int, bins: Int, random: inout RandomGenerator) {
        self.inputs = inputs
        layer1 = DenseLayer(
            linear: "second.linear1", norm: "second.norm1", inputs: inputs, outputs: Self.widths.0,
            maxBatch: maxBatch, random: &random)
        layer2 = DenseLayer(
            linear: "second.linear2", norm: "second.norm2", inputs: Self.widths.0, outputs: Self.widths.1,
            maxBatch: maxBatch, random: &random)
        // It begins by correcting nothing.
        groups = Linear(zero: "second.groups", inputs: Self.widths.1, outputs: labels)
        chemistry = Linear(zero: "second.chemistry", inputs: Self.polymerCount, outputs: labels)
        residual = Linear(zero: "second.shift", inputs: Self.widths.1, outputs: bins)
        scalars = Linear(zero: "second.amounts", inputs: Self.widths.1, outputs: 2)
        polymers = Linear(
            name: "second.polymers", inputs: Self.widths.1, outputs: Self.polymerCount, random: &random)
        combination = Linear(
            zero: "second.chain", inputs: Self.widths.1, outputs: GroupChain.scores(ofGroups: labels))
        chain = Buffer(count: maxBatch * combination.outputs)
        input = Buffer(count: maxBatch * inputs)
        logits = Buffer(count: maxBatch * labels)
        residualScores = Buffer(count: maxBatch * bins)
        amounts = Buffer(count: maxBatch * 2)
        constituents = Buffer(count: maxBatch * Self.polymerCount)
        presence = Buffer(count: constituents.count)
        scratch = Buffer(count: logits.count)
    }

    var parameters: [Parameter] {
        layer1.parameters + layer2.parameters
            + [groups, chemistry, residual, scalars, polymers, combination].flatMap { [$0.weight, $0.bias] }
    }

    var statistics: [(name: String, values: Buffer)] { layer1.statistics + layer2.statistics }

    var multiplyAdds: Int {
        layer1.multiplyAdds + layer2.multiplyAdds
            + [groups, chemistry, residual, scalars, polymers, combination].reduce(0) { $0 + $1.inputs * $1.outputs }
    }

    /// Answers for `batch` rows of the input.
    func forward(batch: Int, isTraining: Bool) {
        layer1.forward(input, batch: batch, isTraining: isTraining)
        layer2.forward(layer1.output, batch: batch, isTraining: isTraining)
        let features = layer2.output
        groups.forward(features, into: logits, batch: batch)
        residual.forward(features, into: residualScores, batch: batch)
        scalars.forward(features, into: amounts, batch: batch)
        polymers.forward(features, into: constituents, batch: batch)
        combination.forward(features, into: chain, batch: batch)
        BinaryCrossEntropy.probabilities(constituents, into: presence, count: batch * Self.polymerCount)
        chemistry.forward(presence, into: scratch, batch: batch)
        logits.add(scratch, count: batch * chemistry.outputs)
    }

    /// Sets the gradients of the last training pass, and dLoss/dinput [batch, inputs].
    func backward(_ gradients: AlignedReader.Gradients, into dInput: Buffer, batch: Int) {
        chemistry.backward(presence, dy: gradients.logits, batch: batch)
        chemistry.inputGradient(dy: gradients.logits, into: presenceGradient, batch: batch)
        BinaryCrossEntropy.addLogitGradient(
            of: presence, dy: presenceGradient, into: gradients.constituents, count: batch * Self.polymerCount)
        let features = layer2.output
        let heads = [
            (groups, gradients.logits), (residual, gradients.residualScores), (scalars, gradients.amounts),
            (polymers, gradients.constituents), (combination, gradients.chain),
        ]
        for (index, (layer, dy)) in heads.enumerated() {
            layer.backward(features, dy: dy, batch: batch)
            layer.inputGradient(dy: dy, into: index == 0 ? layer2.gradient : part, batch: batch)
            if index > 0 { layer2.gradient.add(part, count: batch * layer2.outputs) }
        }
        layer2.backward(layer1.output, into: layer1.gradient, batch: batch)
        layer1.backward(input, into: dInput, batch: batch)
    }
}
