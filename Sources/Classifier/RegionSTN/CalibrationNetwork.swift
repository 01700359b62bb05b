import NeuralNetwork

/// A network of one hidden layer on standardised columns, small enough to be trained within a calibration.
struct CalibrationNetwork: Sendable, Equatable {
    /// How large it is and how it is trained.
    struct Plan: Sendable {
        /// Width of the hidden layer.
        let units: Int
        /// Numbers that it answers with.
        let outputs: Int
        /// Steps of 256 rows, at most.
        let steps: Int
        /// Share of the columns that a step leaves out of each row.
        var dropout: Float = 0
        /// Decoupled weight decay.
        var weightDecay: Float = 0.01
    }

    private static let batch = 256
    private static let peakRate: Float = 2e-3
    /// Few rows are gone through this often at most.
    private static let mostRounds = 200
    private static let seed: UInt64 = 1
    /// Columns are held within ± this many spreads.
    private static let reach: Float = 6
    /// Columns that hardly vary are divided by this at least.
    private static let leastSpread: Float = 1e-3

    /// Columns of a row.
    let width: Int
    /// Means of the columns, then the inverses of their spreads [2, width].
    let scales: [Float]
    /// [units, width].
    let hiddenWeights: [Float]
    /// [units].
    let hiddenBias: [Float]
    /// [outputs, units].
    let outputWeights: [Float]
    /// [outputs].
    let outputBias: [Float]

    /// Numbers read from a weight file.
    init(
        scales: [Float], hiddenWeights: [Float], hiddenBias: [Float], outputWeights: [Float], outputBias: [Float]
    ) {
        width = scales.count / 2
        self.scales = scales
        self.hiddenWeights = hiddenWeights
        self.hiddenBias = hiddenBias
        self.outputWeights = outputWeights
        self.outputBias = outputBias
    }

    /// Trains on rows, standardised by the first `scaledBy` of them.
    ///
    /// - Parameters:
    ///   - row: A row by its number.
    ///   - pick: The row that takes a place of a step's batch.
    ///   - loss: Sets dLoss/doutputs of the picked rows.
    /// - Precondition: There is a row, and all are equally long.
    init(
        rows: Int, row: (Int) -> [Float], scaledBy: Int, plan: Plan,
        pick: (_ place: Int, inout RandomGenerator) -> Int,
        loss: (_ outputs: Buffer, _ picked: [Int], _ gradient: Buffer) -> Void
    ) {
        precondition((1...rows).contains(scaledBy), "rows to take the scales from")
        let width = row(0).count
        let table = Buffer(count: rows * width)
        for index in 0..<rows { table.copy(row(index).span, at: index * width) }
        let scales = Self.scales(of: table, rows: scaledBy, width: width)
        for index in 0..<rows {
            let standardised = Self.standardise(table.array(row: index, of: width), scales: scales)
            table.copy(standardised.span, at: index * width)
        }
        var random = RandomGenerator(seed: Self.seed)
        let (batch, units) = (Self.batch, plan.units)
        let hidden = Linear(name: "hidden", inputs: width, outputs: units, random: &random)
        let out = Linear(name: "output", inputs: units, outputs: plan.outputs, random: &random)
        let (rectifier, dropout) = (LeakyReLU(), Dropout(rate: plan.dropout, maxCount: batch * width))
        let optimization = Optimization([hidden.weight, hidden.bias, out.weight, out.bias])
        optimization.optimizer.weightDecay = plan.weightDecay
        let (x, h, dh) = (Buffer(count: batch * width), Buffer(count: batch * units), Buffer(count: batch * units))
        let (y, dy) = (Buffer(count: batch * plan.outputs), Buffer(count: batch * plan.outputs))
        let steps = min(plan.steps, max(1, Self.mostRounds * rows / batch))
        let schedule = OneCycleSchedule(peak: Self.peakRate, steps: steps, warmUp: 0.1)
        var picked = [Int](repeating: 0, count: batch)
        for step in 0..<steps {
            for place in 0..<batch {
                picked[place] = pick(place, &random)
                x.copy(table, from: picked[place] * width, at: place * width, count: width)
            }
            dropout.forward(x, count: batch * width, random: &random)
            hidden.forward(x, into: h, batch: batch)
            rectifier.forward(h, count: batch * units)
            out.forward(h, into: y, batch: batch)
            loss(y, picked, dy)
            out.backward(h, dy: dy, batch: batch)
            out.inputGradient(dy: dy, into: dh, batch: batch)
            rectifier.backward(dh, y: h, count: batch * units)
            hidden.backward(x, dy: dh, batch: batch)
            optimization.step(rate: schedule.rate(at: step), clipNorm: 1)
        }
        self.init(
            scales: scales, hiddenWeights: hidden.weight.value.array, hiddenBias: hidden.bias.value.array,
            outputWeights: out.weight.value.array, outputBias: out.bias.value.array)
    }

    /// The outputs for a row.
    func outputs(_ row: [Float]) -> [Float] {
        var (hidden, outputs) = (hiddenBias, outputBias)
        MatrixProduct.addTimes(hiddenWeights, Self.standardise(row, scales: scales), into: &hidden)
        for unit in hidden.indices { hidden[unit] = max(hidden[unit], 0) }
        MatrixProduct.addTimes(outputWeights, hidden, into: &outputs)
        return outputs
    }

    private static func standardise(_ row: [Float], scales: [Float]) -> [Float] {
        let width = row.count
        return (0..<width).map { min(max((row[$0] - scales[$0]) * scales[width + $0], -reach), reach) }
    }

    private static func scales(of table: Buffer, rows: Int, width: Int) -> [Float] {
        var (sums, squares) = ([Double](repeating: 0, count: width), [Double](repeating: 0, count: width))
        for row in 0..<rows {
            for column in 0..<width { sums[column] += Double(table[row * width + column]) }
        }
        let means = sums.map { Float($0 / Double(rows)) }
        for row in 0..<rows {
            for column in 0..<width {
                let distance = Double(table[row * width + column] - means[column])
                squares[column] += distance * distance
            }
        }
        return means + squares.map { 1 / max(Float(($0 / Double(rows)).squareRoot()), leastSpread) }
    }
}
