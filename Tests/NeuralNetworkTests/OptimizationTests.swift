import NeuralNetwork
import Testing

@Suite struct OptimizationTests {
    @Test func adamWFollowsItsFormula() {
        let parameter = Parameter(name: "w", shape: [3])
        parameter.prepareForTraining()
        parameter.value.copy([1, -2, 0.5])
        let moments = AdamW.Moments(count: 3)
        var optimizer = AdamW()
        var (w, m, v) = ([1.0, -2.0, 0.5], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0])
        let (b1, b2) = (Double(optimizer.beta1), Double(optimizer.beta2))
        var (power1, power2) = (1.0, 1.0)
        for step in 1...50 {
            let gradient = numbers(3, seed: UInt64(step))
            parameter.gradient.copy(gradient.map { Float($0) })
            optimizer.begin()
            optimizer.update(parameter, moments, learningRate: 0.01, gradientScale: 0.5)
            (power1, power2) = (power1 * b1, power2 * b2)
            for i in 0..<3 {
                let g = gradient[i] * 0.5
                m[i] = b1 * m[i] + (1 - b1) * g
                v[i] = b2 * v[i] + (1 - b2) * g * g
                w[i] -= 0.01 * 0.01 * w[i]
                w[i] -= 0.01 * (m[i] / (1 - power1)) / ((v[i] / (1 - power2)).squareRoot() + 1e-8)
            }
            expectEqual(parameter.value, w, tolerance: 1e-5, "step \(step)")
        }
        #expect(optimizer.step == 50)
    }

    @Test func rateScaleSlowsAParameter() {
        let (fast, slow) = (Parameter(name: "a", shape: [1]), Parameter(name: "b", shape: [1]))
        slow.rateScale = 0.1
        var optimizer = AdamW()
        optimizer.begin()
        for parameter in [fast, slow] {
            parameter.prepareForTraining()
            parameter.gradient[0] = 1
            optimizer.update(parameter, AdamW.Moments(count: 1), learningRate: 0.01, gradientScale: 1)
        }
        #expect(abs(fast.value[0] / slow.value[0] - 10) < 1e-3)
    }

    @Test(arguments: [1, 15, 16, 4095, 4096, 4097, 100_003]) func gradientNorm(count: Int) {
        let parameter = Parameter(name: "w", shape: [count])
        parameter.prepareForTraining()
        let gradient = numbers(count, seed: 1)
        parameter.gradient.copy(gradient.map { Float($0) })
        let expected = gradient.reduce(0) { $0 + $1 * $1 }
        #expect(abs(parameter.squaredGradientNorm - expected) < 1e-5 * expected)
    }

    @Test func plateauDividesTheRateAfterItsPatience() {
        var schedule = PlateauSchedule(rate: 1e-4)
        schedule.observe(1)
        for _ in 0..<5 { schedule.observe(1) }
        #expect(schedule.rate == 1e-4, "five epochs are borne")
        schedule.observe(1)
        #expect(abs(schedule.rate - 1e-5) < 1e-11)
        schedule.observe(0.5)
        #expect(schedule.best == 0.5)
        for _ in 0..<6 { schedule.observe(0.49999) }
        #expect(abs(schedule.rate - 1e-6) < 1e-12, "an improvement of one part in fifty thousand does not count")
    }

    @Test func earlyStoppingEndsAfterItsPatience() {
        var stopping = EarlyStopping(patience: 3)
        let improved = [1, 1, 0.9].map { stopping.observe($0) }
        #expect(improved == [true, false, true])
        for _ in 0..<2 { stopping.observe(0.95) }
        #expect(!stopping.isDone)
        stopping.observe(.nan)
        #expect(stopping.isDone)
    }

    @Test func oneCycleRisesAndFalls() {
        let cycle = OneCycleSchedule(peak: 2e-3, steps: 1000, warmUp: 0.3)
        #expect(abs(cycle.rate(at: 0) - 2e-3 / 25) < 1e-9)
        #expect(abs(cycle.rate(at: 300) - 2e-3) < 1e-9)
        #expect(cycle.rate(at: 1000) < 1e-8)
        #expect((0..<300).allSatisfy { cycle.rate(at: $0) < cycle.rate(at: $0 + 1) })
        #expect((300..<1000).allSatisfy { cycle.rate(at: $0) > cycle.rate(at: $0 + 1) })
    }

    @Test func dropoutKeepsTheMeanAndItsMask() {
        let count = 100_000
        let layer = Dropout(rate: 0.1, maxCount: count)
        var random = RandomGenerator(seed: 1)
        let (x, dy) = (Buffer([Float](repeating: 1, count: count)), Buffer([Float](repeating: 1, count: count)))
        layer.forward(x, count: count, random: &random)
        layer.backward(dy, count: count)
        #expect(dy.array == x.array, "the gradient passes where the value did")
        let zeros = x.array.count { $0 == 0 }
        #expect(abs(Double(zeros) / Double(count) - 0.1) < 0.005)
        #expect(x.array.allSatisfy { $0 == 0 || $0 == 1 / (1 - layer.rate) })
    }

    @Test func randomNumbersAreSeededAndEven() {
        var (a, b, c) = (RandomGenerator(seed: 0), RandomGenerator(seed: 0), RandomGenerator(seed: 1))
        let (first, second, other) = ((0..<100).map { _ in a.next() }, (0..<100).map { _ in b.next() }, c.next())
        #expect(first == second && first[0] != other)
        var bins = [Int](repeating: 0, count: 10)
        for _ in 0..<100_000 { bins[Int(a.uniform() * 10)] += 1 }
        #expect(bins.allSatisfy { abs($0 - 10_000) < 500 })
        let streams = Set((0..<1000).map { RandomGenerator.seed(7, stream: $0) })
        #expect(streams.count == 1000)
    }
}
