import Synthesis
import Testing

@Suite("Random source")
struct RandomSourceTests {
    @Test("is xoshiro256** behind splitmix64: the first numbers of seed 0 as the reference code gives them")
    func reference() {
        var random = RandomSource(seed: 0)
        let first = (0..<4).map { _ in random.next() }
        #expect(first == [0x99EC_5F36_CB75_F2B4, 0xBF6E_1F78_4956_452A, 0x1A5F_849D_4933_E6E0, 0x6AA5_94F1_262D_2D2C])
    }

    @Test("normal numbers have mean 0 and variance 1, uniform ones lie in (0, 1]")
    func moments() {
        var random = RandomSource(seed: 9)
        let normals = (0..<100_000).map { _ in random.normal() }
        let mean = normals.reduce(0, +) / 100_000
        #expect(abs(mean) < 0.02)
        #expect(abs(normals.reduce(0) { $0 + $1 * $1 } / 100_000 - 1) < 0.03)
        for _ in 0..<10_000 {
            let value = random.uniform()
            #expect(value > 0 && value <= 1)
        }
    }

    @Test("counts have the mean and the variance of Poisson", arguments: [0.5, 5, 29, 31, 200, 1e6])
    func poisson(mean: Double) {
        var random = RandomSource(seed: 21)
        let count = 40_000.0
        let drawn = (0..<Int(count)).map { _ in random.poisson(mean: mean) }
        let average = drawn.reduce(0, +) / count
        let variance = drawn.reduce(0) { $0 + ($1 - average) * ($1 - average) } / count
        #expect(abs(average - mean) < 5 * (mean / count).squareRoot())
        #expect(abs(variance / mean - 1) < 0.06)
        #expect(drawn.allSatisfy { $0 >= 0 && $0 == $0.rounded() })
    }
}
