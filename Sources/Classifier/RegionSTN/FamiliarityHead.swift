import NeuralNetwork

/// What tells strange spectra from known ones: a network of one hidden layer on the evidence and the reader's features.
///
/// Trained on known spectra and on materials that do not exist, as many of the one as of the other in every step; the
/// score is the logit of strangeness, of which only the order among known spectra is used.
package struct FamiliarityHead: Sendable, Equatable {
    /// Width of the hidden layer.
    package static let hiddenWidth = 64
    private static let steps = 4000
    private static let batch = 256
    private static let peakRate: Float = 2e-3
    private static let seed: UInt64 = 1
    /// Columns are held within ± this many spreads.
    private static let reach: Float = 6
    /// Columns that hardly vary among known spectra are divided by this at least.
    private static let leastSpread: Float = 1e-3

    /// Columns of a row.
    package let width: Int
    /// Means of the columns among known spectra, then the inverses of their spreads [2, width].
    private(set) var scales: [Float]
    /// [hiddenWidth, width].
    private(set) var hiddenWeights: [Float]
    /// [hiddenWidth].
    private(set) var hiddenBias: [Float]
    /// The output's weights, its bias last [hiddenWidth + 1].
    private(set) var output: [Float]

    /// Numbers read from a weight file.
    init(scales: [Float], hiddenWeights: [Float], hiddenBias: [Float], output: [Float]) {
        width = scales.count / 2
        self.scales = scales
        self.hiddenWeights = hiddenWeights
        self.hiddenBias = hiddenBias
        self.output = output
    }

    /// Trains on rows of known and of strange spectra.
    ///
    /// - Precondition: There is a row of each, and all are equally long.
    package init(known: [[Float]], strange: [[Float]]) {
        precondition(!known.isEmpty && !strange.isEmpty, "known and strange spectra")
        let width = known[0].count
        self.width = width
        scales = Self.scales(of: known, width: width)
        let scales = scales
        let kinds = [known, strange].map { rows in Buffer(rows.flatMap { Self.standardise($0, scales: scales) }) }
        var random = RandomGenerator(seed: Self.seed)
        let hidden = Linear(name: "hidden", inputs: width, outputs: Self.hiddenWidth, random: &random)
        let out = Linear(name: "output", inputs: Self.hiddenWidth, outputs: 1, random: &random)
        let rectifier = LeakyReLU()
        let optimization = Optimization([hidden.weight, hidden.bias, out.weight, out.bias])
        let (batch, units) = (Self.batch, Self.hiddenWidth)
        let (x, h, dh) = (Buffer(count: batch * width), Buffer(count: batch * units), Buffer(count: batch * units))
        let (logits, dLogits) = (Buffer(count: batch), Buffer(count: batch))
        let targets = Buffer((0..<batch).map { Float($0 % 2) })
        let schedule = OneCycleSchedule(peak: Self.peakRate, steps: Self.steps, warmUp: 0.1)
        for step in 0..<Self.steps {
            for row in 0..<batch {
                let rows = kinds[row % 2]
                let index = Int(random.next()) % (rows.count / width)
                x.copy(rows, from: index * width, at: row * width, count: width)
            }
            hidden.forward(x, into: h, batch: batch)
            rectifier.forward(h, count: batch * units)
            out.forward(h, into: logits, batch: batch)
            _ = BinaryCrossEntropy.loss(logits, targets: targets, gradient: dLogits, count: batch)
            out.backward(h, dy: dLogits, batch: batch)
            out.inputGradient(dy: dLogits, into: dh, batch: batch)
            rectifier.backward(dh, y: h, count: batch * units)
            hidden.backward(x, dy: dh, batch: batch)
            optimization.step(rate: schedule.rate(at: step), clipNorm: 1)
        }
        hiddenWeights = hidden.weight.value.array
        hiddenBias = hidden.bias.value.array
        output = out.weight.value.array + out.bias.value.array
    }

    /// How strange a row looks.
    package func score(_ row: [Float]) -> Float {
        let x = Self.standardise(row, scales: scales)
        var score = output[Self.hiddenWidth]
        for unit in 0..<Self.hiddenWidth {
            var sum = hiddenBias[unit]
            let start = unit * width
            for column in 0..<width { sum += hiddenWeights[start + column] * x[column] }
            score += output[unit] * max(sum, 0)
        }
        return score
    }

    private static func standardise(_ row: [Float], scales: [Float]) -> [Float] {
        let width = row.count
        return (0..<width).map { min(max((row[$0] - scales[$0]) * scales[width + $0], -reach), reach) }
    }

    private static func scales(of rows: [[Float]], width: Int) -> [Float] {
        var (sums, squares) = ([Double](repeating: 0, count: width), [Double](repeating: 0, count: width))
        for row in rows {
            for column in 0..<width { sums[column] += Double(row[column]) }
        }
        let means = sums.map { Float($0 / Double(rows.count)) }
        for row in rows {
            for column in 0..<width {
                let distance = Double(row[column] - means[column])
                squares[column] += distance * distance
            }
        }
        return means + squares.map { 1 / max(Float(($0 / Double(rows.count)).squareRoot()), leastSpread) }
    }
}
