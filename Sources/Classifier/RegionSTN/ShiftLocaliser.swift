package import NeuralNetwork

/// The localisation network: how probable each shift of ±12 eV is, over bins of a few cells.
///
/// Learned templates slide over every core-level window (a matched filter whose weights are shared over energy, so that
/// it answers alike wherever a spectrum lies); what they see at one shift, with what was recorded there and how
/// noisily, gives that shift's score through a small network; a softmax over shifts makes probabilities of the scores.
/// Of a window that nothing recorded reaches under a shift, the noise is not told at that shift.
package final class ShiftLocaliser {
    /// The bins.
    package let axis: ShiftModes.Axis
    private static let hiddenWidth = 48

    /// Scores [maxBatch, bins].
    package let scores: Buffer
    /// Probabilities [maxBatch, bins].
    package let probabilities: Buffer

    private let layout: StripLayout
    private let pooling: Int
    private let templates: [SlidingCorrelation]
    private let norm1: BatchNorm
    private let linear1: Linear
    private let norm2: BatchNorm
    private let linear2: Linear
    private let rectifier = LeakyReLU(slope: 0.01)
    private let width: Int
    private let values: Buffer
    private let mask: Buffer
    private let features: Buffer
    private let hidden: Buffer
    private let scratch: Buffer
    // Inference never asks for these.
    private lazy var featureGradient = Buffer(count: features.count)
    private lazy var hiddenGradient = Buffer(count: hidden.count)

    /// A localiser on cells of `pooling` tenths of an eV.
    package init(maxBatch: Int, pooling: Int, random: inout RandomGenerator) {
        let layout = CoreLevelWindow.layout.pooled(pooling)
        self.layout = layout
        self.pooling = pooling
        axis = ShiftModes.Axis(
            bins: 2 * layout.padding + 1, binEV: Float(CoreLevelWindow.cellEV) * Float(pooling))
        let bins = axis.bins
        var templates: [SlidingCorrelation] = []
        for (index, window) in CoreLevelWindow.all.enumerated() {
            templates.append(
                SlidingCorrelation(
                    name: "localiser.templates\(index)", templates: window.templates, length: layout.lengths[index],
                    shifts: bins, start: layout.movingStarts[index], random: &random))
        }
        self.templates = templates
        let windows = CoreLevelWindow.all.count
        width = templates.reduce(0) { $0 + $1.templates } + 2 * windows
        let rows = maxBatch * bins
        norm1 = BatchNorm(name: "localiser.norm1", features: width, maxBatch: rows)
        linear1 = Linear(name: "localiser.linear1", inputs: width, outputs: Self.hiddenWidth, random: &random)
        norm2 = BatchNorm(name: "localiser.norm2", features: Self.hiddenWidth, maxBatch: rows)
        linear2 = Linear(name: "localiser.linear2", inputs: Self.hiddenWidth, outputs: 1, random: &random)
        values = Buffer(count: maxBatch * layout.movingCount)
        mask = Buffer(count: maxBatch * layout.movingCount)
        features = Buffer(count: rows * width)
        hidden = Buffer(count: rows * Self.hiddenWidth)
        scores = Buffer(count: rows)
        probabilities = Buffer(count: rows)
        scratch = Buffer(count: templates.map { $0.scratchCount(batch: maxBatch) }.max() ?? 0)
    }

    package var parameters: [Parameter] {
        templates.map(\.weight) + [
            norm1.scale, norm1.offset, linear1.weight, linear1.bias, norm2.scale, norm2.offset, linear2.weight,
            linear2.bias,
        ]
    }

    var statistics: [(name: String, values: Buffer)] {
        [
            ("localiser.norm1.running_mean", norm1.mean), ("localiser.norm1.running_var", norm1.variance),
            ("localiser.norm2.running_mean", norm2.mean), ("localiser.norm2.running_var", norm2.variance),
        ]
    }

    /// Multiply-adds of one spectrum.
    var multiplyAdds: Int {
        let sliding = templates.reduce(0) { $0 + $1.templates * $1.length * axis.bins }
        return sliding + axis.bins * (width + 1) * Self.hiddenWidth
    }

    /// Scores and probabilities of intensities and masks [batch, moving cells] and noise [batch, windows].
    package func forward(values x: Buffer, mask recorded: Buffer, noise: Buffer, batch: Int, isTraining: Bool) {
        let cells = batch * CoreLevelWindow.layout.movingCount
        CellAverage.forward(x, into: values, count: cells, factor: pooling)
        CellAverage.forward(recorded, into: mask, count: cells, factor: pooling)
        var column = 0
        for layer in templates {
            layer.forward(
                values, rowLength: layout.movingCount, into: features, column: column, stride: width,
                scratch: scratch, batch: batch)
            column += layer.templates
        }
        for layer in templates {
            SlidingMean.forward(
                mask, rowLength: layout.movingCount, start: layer.start, length: layer.length, shifts: axis.bins,
                into: features, column: column, stride: width, batch: batch)
            column += 1
        }
        noise.repeatRows(
            of: templates.count, times: axis.bins, into: features, column: column, stride: width, batch: batch)
        let rows = batch * axis.bins
        let windows = templates.count
        Columns(of: features, from: width - windows, stride: width).fill(
            RegionReading.noiseRange.upperBound,
            whereEmpty: Columns(of: features, from: width - 2 * windows, stride: width),
            widths: [Int](repeating: 1, count: windows), batch: rows)
        if isTraining { norm1.forwardTraining(features, batch: rows) } else { norm1.forward(features, batch: rows) }
        rectifier.forward(features, count: rows * width)
        linear1.forward(features, into: hidden, batch: rows)
        if isTraining { norm2.forwardTraining(hidden, batch: rows) } else { norm2.forward(hidden, batch: rows) }
        rectifier.forward(hidden, count: rows * Self.hiddenWidth)
        linear2.forward(hidden, into: scores, batch: rows)
        SoftmaxCrossEntropy.probabilities(scores, into: probabilities, rows: batch, bins: axis.bins)
    }

    /// Sets the gradients from dLoss/dscores [batch, bins] of the last training pass.
    package func backward(_ dScores: Buffer, batch: Int) {
        let rows = batch * axis.bins
        linear2.backward(hidden, dy: dScores, batch: rows)
        linear2.inputGradient(dy: dScores, into: hiddenGradient, batch: rows)
        rectifier.backward(hiddenGradient, y: hidden, count: rows * Self.hiddenWidth)
        norm2.backward(hiddenGradient, batch: rows)
        linear1.backward(features, dy: hiddenGradient, batch: rows)
        linear1.inputGradient(dy: hiddenGradient, into: featureGradient, batch: rows)
        rectifier.backward(featureGradient, y: features, count: rows * width)
        norm1.backward(featureGradient, batch: rows)
        var column = 0
        for layer in templates {
            layer.backward(
                values, rowLength: layout.movingCount, dy: featureGradient, column: column, stride: width,
                scratch: scratch, batch: batch)
            column += layer.templates
        }
    }

    /// The shifts that a row of the last pass may have.
    package func posterior(ofRow row: Int) -> ShiftModes {
        probabilities.withSpan(row * axis.bins..<(row + 1) * axis.bins) {
            ShiftModes($0, axis: axis, leastWeight: 0.02, most: 5)
        }
    }

    /// Adds dLoss/dscores of a mode's mean, s = Σ q s(bin) with q the probabilities of its bins:
    /// q (s(bin) − s) dLoss/ds.
    package func propagate(_ dShift: Float, through mode: ShiftModes.Mode, into dScores: Buffer, row: Int) {
        let start = row * axis.bins
        var sum: Float = 0
        for bin in mode.bins { sum += probabilities[start + bin] }
        guard sum > 0, dShift.isFinite else { return }
        // A single spectrum must not drag the localiser along.
        let held = min(max(dShift, -0.05), 0.05)
        for bin in mode.bins {
            let q = probabilities[start + bin] / sum
            dScores[start + bin] += q * (axis.shiftEV(ofBin: bin) - mode.shiftEV) * held
        }
    }
}
