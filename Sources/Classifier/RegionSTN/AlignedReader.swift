import Foundation
package import NeuralNetwork

/// The classifier behind the sampler: what an aligned spectrum shows.
///
/// From the aligned windows (pairs of cells, as they are and compressed to the scale of their noise), what was recorded
/// of each eV and the noise of each window, three dense layers make features; from these come the groups' logits, how far the alignment is still off, how far constituents
/// are spread and contaminated, and the noise-free spectrum itself, whose distance from the measured one tells what
/// the network does not know.
package final class AlignedReader {
    /// Width of the last layer.
    package static let featureWidth = 256
    /// Width of a bin of what is left of the shift, in eV.
    package static let residualBinEV: Float = 0.05
    /// Number of those bins: ±0.8 eV.
    package static let residualBins = 33
    /// Largest distance of a sum over bins from the alignment.
    package static let residualReachEV = Float(residualBins - 1) / 2 * residualBinEV
    private static let widths = (768, 512)
    /// Strong lines are some hundred times their scale, so that this brings them to the order of one.
    static let compressionGain: Float = 0.25
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
    /// The last layer [maxBatch, featureWidth].
    package let features: Buffer

    private let compression: StripCompression
    /// The input and, behind it, the compressed pairs [maxBatch, inputs + pairs].
    private let expanded: Buffer
    private let scales: Buffer
    private let linear1: Linear
    private let norm1: BatchNorm
    private let linear2: Linear
    private let norm2: BatchNorm
    private let linear3: Linear
    private let norm3: BatchNorm
    private let groups: Linear
    private let residual: Linear
    private let scalars: Linear
    private let decoder: Linear
    private let rectifier = LeakyReLU(slope: 0.01)
    private let hidden1: Buffer
    private let hidden2: Buffer
    private lazy var expandedGradient = Buffer(count: expanded.count)
    private lazy var gradient1 = Buffer(count: hidden1.count)
    private lazy var gradient2 = Buffer(count: hidden2.count)
    private lazy var gradient3 = Buffer(count: features.count)
    private lazy var part = Buffer(count: features.count)

    package init(maxBatch: Int, labels: Int, random: inout RandomGenerator) {
        let layout = CoreLevelWindow.layout
        let pairs = layout.alignedCount / 2
        inputs = pairs + layout.alignedCount / CoreLevelWindow.cellsPerEV + layout.lengths.count
        compression = StripCompression(lengths: layout.lengths.map { $0 / 2 }, gain: Self.compressionGain)
        expanded = Buffer(count: maxBatch * (inputs + pairs))
        scales = Buffer(count: maxBatch * layout.lengths.count)
        linear1 = Linear(name: "reader.linear1", inputs: inputs + pairs, outputs: Self.widths.0, random: &random)
        norm1 = BatchNorm(name: "reader.norm1", features: Self.widths.0, maxBatch: maxBatch)
        linear2 = Linear(name: "reader.linear2", inputs: Self.widths.0, outputs: Self.widths.1, random: &random)
        norm2 = BatchNorm(name: "reader.norm2", features: Self.widths.1, maxBatch: maxBatch)
        linear3 = Linear(name: "reader.linear3", inputs: Self.widths.1, outputs: Self.featureWidth, random: &random)
        norm3 = BatchNorm(name: "reader.norm3", features: Self.featureWidth, maxBatch: maxBatch)
        groups = Linear(name: "reader.groups", inputs: Self.featureWidth, outputs: labels, random: &random)
        residual = Linear(
            name: "reader.residual", inputs: Self.featureWidth, outputs: Self.residualBins, random: &random)
        scalars = Linear(name: "reader.amounts", inputs: Self.featureWidth, outputs: 2, random: &random)
        decoder = Linear(name: "reader.decoder", inputs: Self.featureWidth, outputs: pairs, random: &random)
        input = Buffer(count: maxBatch * inputs)
        hidden1 = Buffer(count: maxBatch * Self.widths.0)
        hidden2 = Buffer(count: maxBatch * Self.widths.1)
        features = Buffer(count: maxBatch * Self.featureWidth)
        logits = Buffer(count: maxBatch * labels)
        residualScores = Buffer(count: maxBatch * Self.residualBins)
        amounts = Buffer(count: maxBatch * 2)
        reconstruction = Buffer(count: maxBatch * pairs)
    }

    package var parameters: [Parameter] {
        [
            linear1.weight, linear1.bias, norm1.scale, norm1.offset, linear2.weight, linear2.bias, norm2.scale,
            norm2.offset, linear3.weight, linear3.bias, norm3.scale, norm3.offset, groups.weight, groups.bias,
            residual.weight, residual.bias, scalars.weight, scalars.bias, decoder.weight, decoder.bias,
        ]
    }

    var statistics: [(name: String, values: Buffer)] {
        [
            ("reader.norm1.running_mean", norm1.mean), ("reader.norm1.running_var", norm1.variance),
            ("reader.norm2.running_mean", norm2.mean), ("reader.norm2.running_var", norm2.variance),
            ("reader.norm3.running_mean", norm3.mean), ("reader.norm3.running_var", norm3.variance),
        ]
    }

    /// Multiply-adds of one alignment.
    var multiplyAdds: Int {
        [linear1, linear2, linear3, groups, residual, scalars, decoder].reduce(0) { $0 + $1.inputs * $1.outputs }
    }

    /// Answers for `batch` rows of the input.
    package func forward(batch: Int, isTraining: Bool) {
        expand(batch: batch)
        linear1.forward(expanded, into: hidden1, batch: batch)
        if isTraining { norm1.forwardTraining(hidden1, batch: batch) } else { norm1.forward(hidden1, batch: batch) }
        rectifier.forward(hidden1, count: batch * Self.widths.0)
        linear2.forward(hidden1, into: hidden2, batch: batch)
        if isTraining { norm2.forwardTraining(hidden2, batch: batch) } else { norm2.forward(hidden2, batch: batch) }
        rectifier.forward(hidden2, count: batch * Self.widths.1)
        linear3.forward(hidden2, into: features, batch: batch)
        if isTraining { norm3.forwardTraining(features, batch: batch) } else { norm3.forward(features, batch: batch) }
        rectifier.forward(features, count: batch * Self.featureWidth)
        groups.forward(features, into: logits, batch: batch)
        residual.forward(features, into: residualScores, batch: batch)
        scalars.forward(features, into: amounts, batch: batch)
        decoder.forward(features, into: reconstruction, batch: batch)
    }

    /// dLoss/d of the four answers; the buffers are the trainer's.
    package struct Gradients {
        let logits: Buffer
        let residualScores: Buffer
        let amounts: Buffer
        let reconstruction: Buffer

        /// Room for them, or their values.
        package init(logits: Buffer, residualScores: Buffer, amounts: Buffer, reconstruction: Buffer) {
            self.logits = logits
            self.residualScores = residualScores
            self.amounts = amounts
            self.reconstruction = reconstruction
        }
    }

    /// Sets the gradients of the last training pass, and dLoss/dinput [batch, inputs].
    package func backward(_ gradients: Gradients, into dInput: Buffer, batch: Int) {
        groups.backward(features, dy: gradients.logits, batch: batch)
        residual.backward(features, dy: gradients.residualScores, batch: batch)
        scalars.backward(features, dy: gradients.amounts, batch: batch)
        decoder.backward(features, dy: gradients.reconstruction, batch: batch)
        groups.inputGradient(dy: gradients.logits, into: gradient3, batch: batch)
        for (layer, dy) in [
            (residual, gradients.residualScores), (scalars, gradients.amounts), (decoder, gradients.reconstruction),
        ] {
            layer.inputGradient(dy: dy, into: part, batch: batch)
            gradient3.add(part, count: batch * Self.featureWidth)
        }
        rectifier.backward(gradient3, y: features, count: batch * Self.featureWidth)
        norm3.backward(gradient3, batch: batch)
        linear3.backward(hidden2, dy: gradient3, batch: batch)
        linear3.inputGradient(dy: gradient3, into: gradient2, batch: batch)
        rectifier.backward(gradient2, y: hidden2, count: batch * Self.widths.1)
        norm2.backward(gradient2, batch: batch)
        linear2.backward(hidden1, dy: gradient2, batch: batch)
        linear2.inputGradient(dy: gradient2, into: gradient1, batch: batch)
        rectifier.backward(gradient1, y: hidden1, count: batch * Self.widths.0)
        norm1.backward(gradient1, batch: batch)
        linear1.backward(expanded, dy: gradient1, batch: batch)
        linear1.inputGradient(dy: gradient1, into: expandedGradient, batch: batch)
        compression.backward(
            expanded, gradient: expandedGradient, source: 0, target: inputs, stride: linear1.inputs, scales: scales,
            batch: batch)
        for row in 0..<batch {
            dInput.copy(expandedGradient, from: row * linear1.inputs, at: row * inputs, count: inputs)
        }
    }

    /// Puts the compressed pairs behind each row of the input.
    private func expand(batch: Int) {
        let windows = compression.lengths.count
        for row in 0..<batch {
            expanded.copy(input, from: row * inputs, at: row * linear1.inputs, count: inputs)
            for window in 0..<windows {
                let noise = pow(10, input[(row + 1) * inputs - windows + window])
                scales[row * windows + window] = Self.scale(noise: noise)
            }
        }
        compression.forward(
            expanded, source: 0, target: inputs, stride: linear1.inputs, scales: scales, batch: batch)
    }

    /// Where the compression of a window begins, from the noise of a sum over 1 eV as a share of the highest such sum,
    /// which the reading brings to 1 for each cell: a pair has √5 times the noise of the mean over ten cells.
    static func scale(noise: Float) -> Float {
        noiseWidths * max(noise * (Float(CoreLevelWindow.cellsPerEV) / 2).squareRoot(), leastNoise)
    }
}
