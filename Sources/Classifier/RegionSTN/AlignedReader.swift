import Foundation
package import NeuralNetwork

/// The classifier behind the sampler: what an aligned spectrum shows.
///
/// From the aligned windows (pairs of cells, as they are and compressed to the scale of their noise), what was recorded
/// of each eV and the noise of each window, three dense layers make features; from these come the groups' logits, how
/// far the alignment is still off, how far constituents are spread and contaminated, and the noise-free spectrum itself.
/// What that leaves of the measured one is read again by a `ResidualReader`, which corrects the other answers, and its
/// size tells what the network does not know.
package final class AlignedReader {
    /// Width of the first reading's last layer.
    package static let featureWidth = 256
    /// Width of a bin of what is left of the shift, in eV.
    package static let residualBinEV: Float = 0.05
    /// Number of those bins: ±0.8 eV.
    package static let residualBins = 33
    /// Largest distance of a sum over bins from the alignment.
    package static let residualReachEV = Float(residualBins - 1) / 2 * residualBinEV
    private static let widths = (768, 512)
    /// The compression of pairs of cells, window by window.
    ///
    /// Strong lines are some hundred times their scale, so that the gain brings them to the order of one.
    static let compression = StripCompression(lengths: CoreLevelWindow.layout.lengths.map { $0 / 2 }, gain: 0.25)
    /// Compression begins at this many standard deviations of a pair's noise.
    private static let noiseWidths: Float = 2
    /// The least noise of a pair that is believed, on the scale of the highest 1 eV.
    private static let leastNoise: Float = 1e-3

    /// Input rows [maxBatch, inputs]: aligned pairs, recorded eV, noise.
    package let input: Buffer
    /// Columns of an input row.
    package let inputs: Int
    /// Group logits [maxBatch, labels].
    package let logits: Buffer
    /// Scores of what is left of the shift [maxBatch, residualBins].
    package let residualScores: Buffer
    /// Spread of the constituents' shifts in eV and contamination's share [maxBatch, 2].
    package let amounts: Buffer
    /// The noise-free aligned spectrum [maxBatch, pairs].
    package let reconstruction: Buffer

    /// The input and, behind it, the compressed pairs [maxBatch, inputs + pairs].
    private let expanded: Buffer
    private let scales: Buffer
    private let layer1: DenseLayer
    private let layer2: DenseLayer
    private let layer3: DenseLayer
    private let groups: Linear
    private let residual: Linear
    private let scalars: Linear
    private let decoder: Linear
    private let second: ResidualReader
    private let pairs: Int
    /// What the reconstruction leaves of the aligned pairs [maxBatch, pairs].
    private let left: Buffer
    private lazy var expandedGradient = Buffer(count: expanded.count)
    private lazy var secondGradient = Buffer(count: second.input.count)
    private lazy var leftGradient = Buffer(count: left.count)
    private lazy var part = Buffer(count: features.count)

    package init(maxBatch: Int, labels: Int, random: inout RandomGenerator) {
        let layout = CoreLevelWindow.layout
        pairs = layout.alignedCount / 2
        inputs = pairs + layout.alignedCount / CoreLevelWindow.cellsPerEV + layout.lengths.count
        expanded = Buffer(count: maxBatch * (inputs + pairs))
        scales = Buffer(count: maxBatch * layout.lengths.count)
        func layer(_ number: Int, inputs: Int, outputs: Int, _ random: inout RandomGenerator) -> DenseLayer {
            DenseLayer(
                linear: "reader.linear\(number)", norm: "reader.norm\(number)", inputs: inputs, outputs: outputs,
                maxBatch: maxBatch, random: &random)
        }
        layer1 = layer(1, inputs: inputs + pairs, outputs: Self.widths.0, &random)
        layer2 = layer(2, inputs: Self.widths.0, outputs: Self.widths.1, &random)
        layer3 = layer(3, inputs: Self.widths.1, outputs: Self.featureWidth, &random)
        groups = Linear(name: "reader.groups", inputs: Self.featureWidth, outputs: labels, random: &random)
        residual = Linear(
            name: "reader.residual", inputs: Self.featureWidth, outputs: Self.residualBins, random: &random)
        scalars = Linear(name: "reader.amounts", inputs: Self.featureWidth, outputs: 2, random: &random)
        decoder = Linear(name: "reader.decoder", inputs: Self.featureWidth, outputs: pairs, random: &random)
        second = ResidualReader(
            maxBatch: maxBatch, inputs: inputs + Self.featureWidth, labels: labels, bins: Self.residualBins,
            random: &random)
        input = Buffer(count: maxBatch * inputs)
        left = Buffer(count: maxBatch * pairs)
        logits = Buffer(count: maxBatch * labels)
        residualScores = Buffer(count: maxBatch * Self.residualBins)
        amounts = Buffer(count: maxBatch * 2)
        reconstruction = Buffer(count: maxBatch * pairs)
    }

    /// The last layer of the first reading [maxBatch, featureWidth].
    package var features: Buffer { layer3.output }
    /// Logits of the polymers [maxBatch, constituents].
    package var constituents: Buffer { second.constituents }
    /// Scores of which groups go together [maxBatch, GroupChain.scores].
    package var chain: Buffer { second.chain }

    package var parameters: [Parameter] {
        [layer1, layer2, layer3].flatMap(\.parameters)
            + [groups, residual, scalars, decoder].flatMap { [$0.weight, $0.bias] } + second.parameters
    }

    var statistics: [(name: String, values: Buffer)] {
        [layer1, layer2, layer3].flatMap(\.statistics) + second.statistics
    }

    /// Multiply-adds of one alignment.
    var multiplyAdds: Int {
        [layer1, layer2, layer3].reduce(0) { $0 + $1.multiplyAdds }
            + [groups, residual, scalars, decoder].reduce(0) { $0 + $1.inputs * $1.outputs } + second.multiplyAdds
    }

    /// Answers for `batch` rows of the input.
    package func forward(batch: Int, isTraining: Bool) {
        expand(batch: batch)
        layer1.forward(expanded, batch: batch, isTraining: isTraining)
        layer2.forward(layer1.output, batch: batch, isTraining: isTraining)
        layer3.forward(layer2.output, batch: batch, isTraining: isTraining)
        groups.forward(features, into: logits, batch: batch)
        residual.forward(features, into: residualScores, batch: batch)
        scalars.forward(features, into: amounts, batch: batch)
        decoder.forward(features, into: reconstruction, batch: batch)
        fillSecond(batch: batch)
        second.forward(batch: batch, isTraining: isTraining)
        for (sum, addend) in secondAnswers { sum.add(addend, count: batch * (sum.count / maxBatch)) }
    }

    private var maxBatch: Int { input.count / inputs }

    /// The noise that an input row tells of each window.
    func noise(ofRow row: Int) -> [Float] {
        let windows = Self.compression.lengths.count
        return input.withSpan((row + 1) * inputs - windows..<(row + 1) * inputs) { span in
            (0..<windows).map { span[$0] }
        }
    }

    /// How much an input row says was recorded of each window, in eV.
    func recordedEV(ofRow row: Int) -> [Float] {
        var start = row * inputs + pairs
        return CoreLevelWindow.layout.lengths.map { length in
            let range = start..<start + length / CoreLevelWindow.cellsPerEV
            start = range.upperBound
            return input.withSpan(range) { span in span.indices.reduce(0) { $0 + span[$1] } }
        }
    }

    private var secondAnswers: [(sum: Buffer, addend: Buffer)] {
        [(logits, second.logits), (residualScores, second.residualScores), (amounts, second.amounts)]
    }

    /// dLoss/d of the six answers; the buffers are the trainer's, and `backward` uses up what they hold.
    package struct Gradients {
        let logits: Buffer
        let residualScores: Buffer
        let amounts: Buffer
        let reconstruction: Buffer
        let constituents: Buffer
        let chain: Buffer

        /// Memory for each of them.
        package init(
            logits: Buffer, residualScores: Buffer, amounts: Buffer, reconstruction: Buffer, constituents: Buffer,
            chain: Buffer
        ) {
            self.logits = logits
            self.residualScores = residualScores
            self.amounts = amounts
            self.reconstruction = reconstruction
            self.constituents = constituents
            self.chain = chain
        }
    }

    /// Sets the gradients of the last training pass, and dLoss/dinput [batch, inputs].
    package func backward(_ gradients: Gradients, into dInput: Buffer, batch: Int) {
        second.backward(gradients, into: secondGradient, batch: batch)
        leftGradient.clear(count: batch * pairs)
        let compressedGradient = Columns(of: secondGradient, stride: second.inputs)
        Self.compression.backward(
            leftPairs, dy: compressedGradient, into: Columns(of: leftGradient, stride: pairs), scales: scales,
            batch: batch)
        Columns(of: gradients.reconstruction, stride: pairs).add(
            Columns(of: leftGradient, stride: pairs), times: -1, width: pairs, batch: batch)
        let gradient3 = layer3.gradient
        for (index, (layer, dy)) in [
            (groups, gradients.logits), (residual, gradients.residualScores), (scalars, gradients.amounts),
            (decoder, gradients.reconstruction),
        ].enumerated() {
            layer.backward(features, dy: dy, batch: batch)
            layer.inputGradient(dy: dy, into: index == 0 ? gradient3 : part, batch: batch)
            if index > 0 { gradient3.add(part, count: batch * Self.featureWidth) }
        }
        Columns(of: gradient3, stride: Self.featureWidth).add(
            Columns(of: secondGradient, from: inputs, stride: second.inputs), width: Self.featureWidth, batch: batch)
        layer3.backward(layer2.output, into: layer2.gradient, batch: batch)
        layer2.backward(layer1.output, into: layer1.gradient, batch: batch)
        layer1.backward(expanded, into: expandedGradient, batch: batch)
        let pairGradient = Columns(of: expandedGradient, stride: layer1.inputs)
        Self.compression.backward(
            inputPairs, dy: Columns(of: expandedGradient, from: inputs, stride: layer1.inputs), into: pairGradient,
            scales: scales, batch: batch)
        let inputGradient = Columns(of: dInput, stride: inputs)
        inputGradient.set(to: pairGradient, width: inputs, batch: batch)
        inputGradient.add(Columns(of: leftGradient, stride: pairs), width: pairs, batch: batch)
        Columns(of: dInput, from: pairs, stride: inputs).add(
            Columns(of: secondGradient, from: pairs, stride: second.inputs), width: inputs - pairs, batch: batch)
    }

    private var inputPairs: Columns { Columns(of: input, stride: inputs) }
    private var leftPairs: Columns { Columns(of: left, stride: pairs) }

    /// The second reading's input: what is left of the pairs, compressed, what was recorded, noise, features.
    private func fillSecond(batch: Int) {
        leftPairs.set(to: inputPairs, width: pairs, batch: batch)
        leftPairs.add(Columns(of: reconstruction, stride: pairs), times: -1, width: pairs, batch: batch)
        let stride = second.inputs
        Self.compression.forward(
            leftPairs, into: Columns(of: second.input, stride: stride), scales: scales, batch: batch)
        Columns(of: second.input, from: pairs, stride: stride).set(
            to: Columns(of: input, from: pairs, stride: inputs), width: inputs - pairs, batch: batch)
        Columns(of: second.input, from: inputs, stride: stride).set(
            to: Columns(of: features, stride: Self.featureWidth), width: Self.featureWidth, batch: batch)
    }

    /// Puts the compressed pairs behind each row of the input.
    private func expand(batch: Int) {
        let windows = Self.compression.lengths.count
        for row in 0..<batch {
            expanded.copy(input, from: row * inputs, at: row * layer1.inputs, count: inputs)
            for window in 0..<windows {
                let noise = pow(10, input[(row + 1) * inputs - windows + window])
                scales[row * windows + window] = Self.scale(noise: noise)
            }
        }
        Self.compression.forward(
            inputPairs, into: Columns(of: expanded, from: inputs, stride: layer1.inputs), scales: scales, batch: batch)
    }

    /// Where the compression of a window begins, from the noise of a sum over 1 eV as a share of the highest such sum,
    /// which the reading brings to 1 for each cell: a pair has √5 times the noise of the mean over ten cells.
    static func scale(noise: Float) -> Float {
        noiseWidths * max(noise * (Float(CoreLevelWindow.cellsPerEV) / 2).squareRoot(), leastNoise)
    }
}
