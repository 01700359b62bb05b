import NeuralNetwork
import Testing

@Suite struct SpatialTransformerTests {
    let points = 67

    /// Whole and fractional translations to both sides, to the very ends and beyond.
    static let shifts = [0, 0.25, -0.75, 1, -3, 12.5, -30.125, 65.5, -65.5, 66.5, 67, -67, 68.5, -90, 1e9, -1e9]

    @Test(arguments: shifts) func samplesLikeTheFormula(shift: Double) {
        let sampler = LinearSampler(points: points)
        let x = numbers(points, seed: 1)
        let t = Double(Float(shift * 2 / Double(points)))
        let y = Buffer(count: points)
        sampler.forward(Buffer(x), translations: Buffer([t]), into: y, batch: 1)
        let expected =
            abs(shift) > 1e6 ? [Double](repeating: 0, count: points) : Reference.sample(x, [t], points: points)
        let distance = zip(y.array, expected).map { abs(Double($0) - $1) }.max() ?? 1
        #expect(distance < 2e-5)
    }

    @Test(arguments: [0.25, -0.75, 12.5, -30.125, 65.5, -66.5]) func gradientOfTheTranslation(shift: Double) {
        let sampler = LinearSampler(points: points)
        let (x, c) = (numbers(points, seed: 2), numbers(points, seed: 3))
        let t = Double(Float(shift * 2 / Double(points)))
        let dt = Buffer(count: 1)
        sampler.backward(Buffer(x), translations: Buffer([t]), dy: Buffer(c), into: dt, batch: 1)
        let expected = Reference.gradient(at: [t]) { projection(Reference.sample(x, $0, points: points), c) }
        expectEqual(dt, expected, "dt")
    }

    @Test func noNumberMovesEverythingOut() {
        let sampler = LinearSampler(points: points)
        let y = Buffer(count: points)
        let x = Buffer(numbers(points, seed: 1))
        sampler.forward(x, translations: Buffer([Float.nan]), into: y, batch: 1)
        #expect(y.array.allSatisfy { $0 == 0 })
    }

    @Test func startsAsTheIdentity() {
        var random = RandomGenerator(seed: 5)
        let transformer = SpatialTransformer(name: "t", points: points, maxBatch: 3, random: &random)
        let x = Buffer(numbers(3 * points, seed: 6))
        let y = Buffer(count: 3 * points)
        transformer.forward(x, into: y, batch: 3)
        #expect(y.array == x.array)
    }

    /// The whole path from the localisation network's weights to the aligned rows.
    @Test func gradientsOfTheLocalisation() {
        let batch = 3
        var random = RandomGenerator(seed: 7)
        let transformer = SpatialTransformer(name: "t", points: points, maxBatch: batch, random: &random)
        let x = numbers(batch * points, seed: 8).map { abs($0) }
        let c = numbers(batch * points, seed: 9)
        transformer.linear3.weight.value.copy(numbers(32, seed: 10).map { Float($0) })
        transformer.linear3.bias.value.copy([0.137])
        transformer.parameters.forEach { $0.prepareForTraining() }
        let y = Buffer(count: batch * points)
        transformer.forward(Buffer(x), into: y, batch: batch)
        transformer.backward(Buffer(x), dy: Buffer(c), batch: batch)

        let weights = transformer.parameters.map { $0.value.array.map(Double.init) }
        func loss(_ w: [[Double]]) -> Double {
            let h1 = Reference.leakyReLU(Reference.linear(x, w[0], w[1]), slope: 0)
            let h2 = Reference.leakyReLU(Reference.linear(h1, w[2], w[3]), slope: 0)
            return projection(Reference.sample(x, Reference.linear(h2, w[4], w[5]), points: points), c)
        }
        for (index, parameter) in transformer.parameters.enumerated() {
            // A sample of the larger blocks: each number costs two passes.
            let sample = stride(from: 0, to: weights[index].count, by: max(1, weights[index].count / 24))
            let expected = Reference.gradient(at: sample.map { weights[index][$0] }, step: 1e-7) { values in
                var w = weights
                for (position, value) in zip(sample, values) { w[index][position] = value }
                return loss(w)
            }
            expectEqual(Buffer(sample.map { parameter.gradient[$0] }), expected, "\(parameter.name)")
        }
    }
}
