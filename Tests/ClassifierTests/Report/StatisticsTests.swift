import Classifier
import Synthesis
import Testing

@Suite("Statistics of reports")
struct StatisticsTests {
    @Test("Wilson's interval: 8 of 10 give 0.490 to 0.943")
    func wilson() {
        let interval = ConfidenceInterval.wilson(successes: 8, trials: 10)
        #expect(abs(interval.low - 0.4902) < 1e-4 && abs(interval.high - 0.9433) < 1e-4)
        let none = ConfidenceInterval.wilson(successes: 0, trials: 100)
        #expect(none.low == 0 && none.high > 0.02)
    }

    @Test("the bootstrap of a mean is about as wide as the normal distribution says")
    func bootstrap() throws {
        var random = RandomSource(seed: 4)
        let values = (0..<400).map { _ in random.normal() }
        let interval = try #require(
            ConfidenceInterval.bootstrap(count: values.count, seed: 5) { indices in
                indices.reduce(0) { $0 + values[$1] } / Double(indices.count)
            })
        let width = interval.high - interval.low
        #expect(abs(width - 0.196) < 0.05)
    }

    @Test("average precision: constant scores give the share of the present ones")
    func averagePrecision() {
        let constant: [(score: Float, isPresent: Bool)] = (0..<10).map { (0.5, $0 < 3) }
        #expect(AveragePrecision.of(constant) == 0.3)
        let mixed = AveragePrecision.of([(0.9, true), (0.8, false), (0.7, true)]) ?? 0
        #expect(abs(mixed - 5.0 / 6) < 1e-12)
        #expect(AveragePrecision.of([(0.9, false)]) == nil)
        #expect(AveragePrecision.of([(.nan, true), (.nan, false)]) != nil)
    }

    @Test("recall at a precision takes the lowest threshold that keeps it")
    func recall() throws {
        let scored: [(score: Float, isPresent: Bool)] = [
            (0.9, true), (0.8, true), (0.7, false), (0.6, true), (0.5, true), (0.4, false), (0.3, false),
        ]
        let best = try #require(AveragePrecision.recall(scored, precision: 0.8))
        #expect(best.recall == 1 && best.threshold == 0.5)
        let strict = try #require(AveragePrecision.recall(scored, precision: 0.95))
        #expect(strict.recall == 0.5 && strict.threshold == 0.8)
    }

    @Test("separation counts pairs, ties half")
    func separation() {
        #expect(AveragePrecision.separation(higher: [3, 2], lower: [1, 2]) == 0.875)
        #expect(AveragePrecision.separation(higher: [], lower: [1]) == nil)
    }

    @Test("ridge regression finds a linear law, and nothing where nothing varies")
    func ridge() {
        var random = RandomSource(seed: 2)
        var (x, y): ([Float], [Float]) = ([], [])
        for _ in 0..<500 {
            let row = (0..<3).map { _ in Float(random.normal()) }
            x += row + [7]
            y += [2 * row[0] - row[2] + 0.5, row[1]]
        }
        let regression = RidgeRegression(x: x, y: y, count: 500)
        let prediction = regression.predict([1, -1, 2, 7], coefficients: regression.coefficients(penalty: 1e-8))
        #expect(abs(prediction[0] - 0.5) < 1e-3 && abs(prediction[1] + 1) < 1e-3)
        let flat = RidgeRegression(x: [1, 1, 1], y: [1, 2, 3], count: 3)
        #expect(flat.predict([1], coefficients: flat.coefficients(penalty: 1e-8)) == [2])
    }
}
