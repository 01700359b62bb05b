import Synthesis
import Testing

@Suite("Counting noise")
struct CountingNoiseTests {
    @Test("counts are whole numbers that scatter by the root of what is expected, the same for one seed")
    func counts() {
        func noisy(_ expected: [Float], seed: UInt64) -> [Float] {
            var spectrum = expected
            var noise = CountingNoise(peakCounts: 400, seed: seed)
            var span = spectrum.mutableSpan
            noise.apply(to: &span)
            return spectrum
        }
        let expected = (0..<20_000).map { $0 % 2 == 0 ? Float(0.002) : 0.0005 }
        let counts = noisy(expected, seed: 4)
        #expect(counts == noisy(expected, seed: 4))
        #expect(counts != noisy(expected, seed: 5))
        #expect(counts.allSatisfy { $0 >= 0 && $0 == $0.rounded() })
        for (parity, mean) in [(0, 400.0), (1, 100.0)] {
            let drawn = stride(from: parity, to: counts.count, by: 2).map { Double(counts[$0]) }
            let average = drawn.reduce(0, +) / Double(drawn.count)
            let variance = drawn.reduce(0) { $0 + ($1 - average) * ($1 - average) } / Double(drawn.count)
            #expect(abs(average - mean) < 5 * (mean / Double(drawn.count)).squareRoot())
            #expect(abs(variance / mean - 1) < 0.08)
        }
        #expect(noisy([0, -1, 0], seed: 1) == [0, 0, 0])
    }
}
