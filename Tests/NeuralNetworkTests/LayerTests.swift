import NeuralNetwork
import Testing

/// Each fast layer against its plain version in double precision: outputs directly, gradients by finite differences.
@Suite struct LayerTests {
    @Test(arguments: [1, 2, 3, 7, 20]) func linear(batch: Int) {
        let (inputs, outputs) = (23, 9)
        var random = RandomGenerator(seed: 1)
        let layer = Linear(name: "layer", inputs: inputs, outputs: outputs, random: &random)
        layer.weight.prepareForTraining()
        layer.bias.prepareForTraining()
        let (w, b) = (layer.weight.value.array.map(Double.init), layer.bias.value.array.map(Double.init))
        let (x, c) = (numbers(batch * inputs, seed: 2), numbers(batch * outputs, seed: 3))
        let (y, dx) = (Buffer(count: batch * outputs), Buffer(count: batch * inputs))

        layer.forward(Buffer(x), into: y, batch: batch)
        layer.backward(Buffer(x), dy: Buffer(c), batch: batch)
        layer.inputGradient(dy: Buffer(c), into: dx, batch: batch)

        expectEqual(y, Reference.linear(x, w, b), tolerance: 1e-5, "y")
        expectEqual(dx, Reference.gradient(at: x) { projection(Reference.linear($0, w, b), c) }, "dx")
        expectEqual(
            layer.weight.gradient, Reference.gradient(at: w) { projection(Reference.linear(x, $0, b), c) }, "dW")
        expectEqual(layer.bias.gradient, Reference.gradient(at: b) { projection(Reference.linear(x, w, $0), c) }, "db")
    }

    @Test(arguments: [(1, 1, 3, 1), (2, 3, 5, 2), (3, 1, 4, 0), (1, 2, 7, 9)])
    func convolution(inputs: Int, outputs: Int, kernel: Int, padding: Int) {
        let (batch, points) = (3, 41)
        var random = RandomGenerator(seed: 4)
        let layer = Convolution1D(
            name: "layer", inputs: inputs, outputs: outputs, kernel: kernel, padding: padding, points: points,
            random: &random)
        layer.weight.prepareForTraining()
        layer.bias.prepareForTraining()
        let (w, b) = (layer.weight.value.array.map(Double.init), layer.bias.value.array.map(Double.init))
        let x = numbers(batch * inputs * points, seed: 5)
        let c = numbers(batch * outputs * layer.outputPoints, seed: 6)
        let (y, dx) = (Buffer(count: c.count), Buffer(count: x.count))
        func reference(_ x: [Double], _ w: [Double], _ b: [Double]) -> [Double] {
            Reference.convolution(x, w, b, inputs: inputs, points: points, padding: padding)
        }

        layer.forward(Buffer(x), into: y, batch: batch)
        layer.backward(Buffer(x), dy: Buffer(c), batch: batch)
        layer.inputGradient(dy: Buffer(c), into: dx, batch: batch)

        expectEqual(y, reference(x, w, b), tolerance: 1e-5, "y")
        expectEqual(dx, Reference.gradient(at: x) { projection(reference($0, w, b), c) }, "dx")
        expectEqual(layer.weight.gradient, Reference.gradient(at: w) { projection(reference(x, $0, b), c) }, "dW")
        expectEqual(layer.bias.gradient, Reference.gradient(at: b) { projection(reference(x, w, $0), c) }, "db")
    }

    @Test(arguments: [2, 5, 64]) func batchNorm(batch: Int) {
        let features = 11
        let layer = BatchNorm(name: "layer", features: features, maxBatch: 64)
        layer.scale.prepareForTraining()
        layer.offset.prepareForTraining()
        let (scale, offset) = (numbers(features, seed: 7), numbers(features, seed: 8))
        layer.scale.value.copy(scale.map { Float($0) })
        layer.offset.value.copy(offset.map { Float($0) })
        let (x, c) = (numbers(batch * features, seed: 9), numbers(batch * features, seed: 10))
        func reference(_ x: [Double], _ scale: [Double], _ offset: [Double]) -> [Double] {
            Reference.batchNorm(x, scale, offset, epsilon: Double(layer.epsilon))
        }

        let (y, dy) = (Buffer(x), Buffer(c))
        layer.forwardTraining(y, batch: batch)
        layer.backward(dy, batch: batch)

        expectEqual(y, reference(x, scale, offset), tolerance: 1e-5, "y")
        // Two rows are ±1 whatever they were: what is left of dx is the trace of epsilon, small against its terms.
        let tolerance = batch == 2 ? 1e-2 : 1e-4
        expectEqual(
            dy, Reference.gradient(at: x) { projection(reference($0, scale, offset), c) }, tolerance: tolerance, "dx")
        expectEqual(
            layer.scale.gradient, Reference.gradient(at: scale) { projection(reference(x, $0, offset), c) }, "dγ")
        expectEqual(
            layer.offset.gradient, Reference.gradient(at: offset) { projection(reference(x, scale, $0), c) }, "dβ")
    }

    @Test func batchNormFollowsTheData() {
        let layer = BatchNorm(name: "layer", features: 1, maxBatch: 4)
        let rows: [Float] = [1, 2, 3, 6]
        for _ in 0..<400 { layer.forwardTraining(Buffer(rows), batch: 4) }
        #expect(abs(layer.mean[0] - 3) < 1e-5)
        #expect(abs(layer.variance[0] - 14.0 / 3) < 1e-4, "the running variance is unbiased")
        let y = Buffer([5.0 as Float])
        layer.forward(y, batch: 1)
        let expected: Float = 2 / (14 / 3 + 1e-5).squareRoot()
        #expect(abs(y[0] - expected) < 1e-5)
    }

    @Test(arguments: [0, 0.01, 0.3]) func leakyReLU(slope: Double) {
        let (x, c) = (numbers(50, seed: 11), numbers(50, seed: 12))
        let (y, dy) = (Buffer(x), Buffer(c))
        let layer = LeakyReLU(slope: Float(slope))
        layer.forward(y, count: 50)
        layer.backward(dy, y: y, count: 50)
        expectEqual(y, Reference.leakyReLU(x, slope: slope), tolerance: 1e-6, "y")
        expectEqual(dy, Reference.gradient(at: x) { projection(Reference.leakyReLU($0, slope: slope), c) }, "dx")
    }

    @Test func crossEntropy() {
        let z = numbers(60, seed: 15).map { $0 * 8 }
        let y = numbers(60, seed: 16).map { $0 > 0.2 ? 1.0 : 0.0 }
        let gradient = Buffer(count: 60)
        let loss = BinaryCrossEntropy.loss(Buffer(z), targets: Buffer(y), gradient: gradient, count: 60)
        // The layer sees the logits in single precision.
        let rounded = z.map { Double(Float($0)) }
        #expect(abs(Double(loss) - Reference.crossEntropy(rounded, y)) < 1e-6)
        expectEqual(gradient, Reference.gradient(at: rounded) { Reference.crossEntropy($0, y) }, "dz")
    }

    @Test func crossEntropyBearsExtremes() {
        let gradient = Buffer(count: 4)
        let loss = BinaryCrossEntropy.loss(
            Buffer([1e4, -1e4, 1e4, -1e4] as [Float]), targets: Buffer([1, 0, 0, 1] as [Float]), gradient: gradient,
            count: 4)
        #expect(loss == 5000)
        #expect(gradient.array == [0, 0, 0.25, -0.25])
    }
}
