import NeuralNetwork
import Testing

/// What is left out because it is zero must not be missed: every result equals the one of the whole matrix.
@Suite struct ActiveColumnsTests {
    static let (rows, columns) = (5, 203)

    /// Numbers in a few columns, `elsewhere` in all others.
    static func sparse(_ ranges: [Range<Int>], seed: UInt64, elsewhere: Double = 0) -> [Double] {
        let values = numbers(rows * columns, seed: seed)
        return values.indices.map { index in
            ranges.contains { $0.contains(index % columns) } ? values[index] : elsewhere
        }
    }

    static func active(_ x: [Double], margin: Int = 0) -> ActiveColumns {
        var active = ActiveColumns(columns: columns)
        active.find(in: Buffer(x), rows: rows, margin: margin)
        return active
    }

    @Test func findsWholeBlocks() {
        let active = Self.active(Self.sparse([40..<41, 90..<100, 202..<203], seed: 1))
        #expect(active.ranges == [32..<48, 80..<112, 192..<203])
        #expect(active.gaps == [0..<32, 48..<80, 112..<192])
        #expect(active.count == 59)
        #expect(Self.active(Self.sparse([], seed: 1)).ranges.isEmpty)
        #expect(Self.active(numbers(Self.rows * Self.columns, seed: 1)).gaps.isEmpty)
    }

    @Test func bridgesASingleIdleBlock() {
        #expect(Self.active(Self.sparse([0..<1, 32..<33], seed: 2)).ranges == [0..<48])
    }

    @Test func marginReachesIntoTheNextBlock() {
        #expect(Self.active(Self.sparse([31..<32], seed: 3)).ranges == [16..<32])
        #expect(Self.active(Self.sparse([31..<32], seed: 3), margin: 1).ranges == [16..<48])
        #expect(Self.active(Self.sparse([64..<65], seed: 3), margin: 1).ranges == [48..<80])
    }

    @Test func whatIsNoNumberCounts() {
        var x = [Float](repeating: -0.0, count: Self.rows * Self.columns)
        var active = ActiveColumns(columns: Self.columns)
        active.find(in: Buffer(x), rows: Self.rows)
        #expect(active.ranges.isEmpty)
        x[3 * Self.columns + 50] = .nan
        active.find(in: Buffer(x), rows: Self.rows)
        #expect(active.ranges == [48..<64])
    }

    @Test(arguments: [0, 0.7]) func linear(background: Double) {
        let outputs = 9
        let ranges = [40..<47, 90..<111, 200..<203]
        let (x, c) = (Self.sparse(ranges, seed: 4), numbers(Self.rows * outputs, seed: 5))
        let active = Self.active(x)
        let whole = x.indices.map { index in
            active.ranges.contains { $0.contains(index % Self.columns) } ? x[index] : background
        }
        var random = RandomGenerator(seed: 6)
        let dense = Linear(name: "layer", inputs: Self.columns, outputs: outputs, random: &random)
        random = RandomGenerator(seed: 6)
        let layer = Linear(name: "layer", inputs: Self.columns, outputs: outputs, random: &random)
        for each in [dense, layer] { [each.weight, each.bias].forEach { $0.prepareForTraining() } }
        let y = (0..<2).map { _ in Buffer(count: c.count) }
        let dx = (0..<2).map { _ in Buffer(count: x.count) }

        dense.forward(Buffer(whole), into: y[0], batch: Self.rows)
        dense.backward(Buffer(whole), dy: Buffer(c), batch: Self.rows)
        dense.inputGradient(dy: Buffer(c), into: dx[0], batch: Self.rows)
        let fill = Float(background)
        layer.forward(Buffer(x), into: y[1], batch: Self.rows, active: active, background: fill)
        layer.backward(Buffer(x), dy: Buffer(c), batch: Self.rows, active: active, background: fill)
        layer.inputGradient(dy: Buffer(c), into: dx[1], batch: Self.rows, active: active)

        expectEqual(y[1], y[0].array.map(Double.init), tolerance: 1e-5, "y")
        expectEqual(layer.weight.gradient, dense.weight.gradient.array.map(Double.init), tolerance: 1e-5, "dW")
        expectEqual(layer.bias.gradient, dense.bias.gradient.array.map(Double.init), tolerance: 1e-5, "db")
        let norms = [dense, layer].map(\.weight.squaredGradientNorm)
        #expect(abs(norms[1] - norms[0]) < 1e-5 * norms[0])
        let gradient = dx[0].array.map(Double.init)
        let isNamed = gradient.indices.map { index in active.ranges.contains { $0.contains(index % Self.columns) } }
        expectEqual(dx[1], zip(gradient, isNamed).map { $1 ? $0 : 0 }, tolerance: 1e-5, "dx")
        if background != 0 {
            let outer = zip(gradient, isNamed).reduce(0) { $0 + ($1.1 ? 0 : $1.0) }
            #expect(abs(Double(layer.outerInputGradient) - outer) < 1e-4)
        }
    }

    /// Columns come and go from batch to batch; momentum and decay go on where a column has fallen silent.
    @Test func optimizerGoesOnAsIfAllHadBeenComputed() {
        let outputs = 3
        var random = RandomGenerator(seed: 7)
        let dense = Linear(name: "layer", inputs: Self.columns, outputs: outputs, random: &random)
        random = RandomGenerator(seed: 7)
        let layer = Linear(name: "layer", inputs: Self.columns, outputs: outputs, random: &random)
        for each in [dense, layer] { [each.weight, each.bias].forEach { $0.prepareForTraining() } }
        let moments = (0..<2).map { _ in AdamW.Moments(count: dense.weight.value.count) }
        var optimizer = AdamW()
        for (step, ranges) in [[0..<9], [50..<60, 100..<120], [0..<9], [190..<203]].enumerated() {
            let x = Self.sparse(ranges, seed: UInt64(20 + step))
            let c = Buffer(numbers(Self.rows * outputs, seed: UInt64(30 + step)))
            dense.backward(Buffer(x), dy: c, batch: Self.rows)
            layer.backward(Buffer(x), dy: c, batch: Self.rows, active: Self.active(x))
            optimizer.begin()
            optimizer.update(dense.weight, moments[0], learningRate: 1e-2, gradientScale: 0.5)
            optimizer.update(layer.weight, moments[1], learningRate: 1e-2, gradientScale: 0.5)
            let gradient = dense.weight.gradient.array.map(Double.init)
            expectEqual(layer.weight.gradient, gradient, tolerance: 1e-5, "gradient \(step)")
        }
        expectEqual(layer.weight.value, dense.weight.value.array.map(Double.init), tolerance: 1e-5, "weights")
        expectEqual(moments[1].square, moments[0].square.array.map(Double.init), tolerance: 1e-5, "moments")
        #expect(layer.weight.movedColumns?.ranges == [0..<16, 48..<64, 96..<128, 176..<203])
    }

    @Test func convolution() {
        let x = Self.sparse([0..<3, 70..<97, 150..<151], seed: 8)
        let active = Self.active(x, margin: 1)
        var random = RandomGenerator(seed: 9)
        let layer = Convolution1D(
            name: "layer", inputs: 1, outputs: 1, kernel: 3, padding: 1, points: Self.columns, random: &random)
        [layer.weight, layer.bias].forEach { $0.prepareForTraining() }
        let y = (0..<2).map { _ in Buffer(count: x.count) }
        layer.forward(Buffer(x), into: y[0], batch: Self.rows)
        layer.forward(Buffer(x), into: y[1], batch: Self.rows, active: active)
        let isNamed = x.indices.map { index in active.ranges.contains { $0.contains(index % Self.columns) } }
        for index in x.indices {
            #expect(isNamed[index] ? y[1][index] == y[0][index] : y[0][index] == layer.bias.value[0])
        }
        let c = zip(numbers(x.count, seed: 10), isNamed).map { $1 ? $0 : 0 }
        layer.backward(Buffer(x), dy: Buffer(c), batch: Self.rows)
        let whole = (layer.weight.gradient.array.map(Double.init), layer.bias.gradient.array.map(Double.init))
        layer.backward(Buffer(x), dy: Buffer(c), batch: Self.rows, active: active)
        expectEqual(layer.weight.gradient, whole.0, tolerance: 1e-5, "dW")
        expectEqual(layer.bias.gradient, whole.1, tolerance: 1e-5, "db")
    }

    @Test(arguments: [0, 0.3, -7.6, 40.2, -250]) func translation(shift: Double) {
        let x = Self.sparse([60..<75, 130..<131, 202..<203], seed: 11).map { abs($0) }
        let sampler = LinearSampler(points: Self.columns)
        let t = Buffer([Double](repeating: shift * 2 / Double(Self.columns), count: Self.rows))
        let (y, c) = (Buffer(count: x.count), Buffer(numbers(x.count, seed: 12)))
        sampler.forward(Buffer(x), translations: t, into: y, batch: Self.rows)
        let active = Self.active(y.array.map(Double.init), margin: 1)
        let dt = (0..<2).map { _ in Buffer(count: Self.rows) }
        sampler.backward(Buffer(x), translations: t, dy: c, into: dt[0], batch: Self.rows)
        sampler.backward(Buffer(x), translations: t, dy: c, into: dt[1], batch: Self.rows, active: active)
        expectEqual(dt[1], dt[0].array.map(Double.init), tolerance: 1e-5, "dt")
    }
}
