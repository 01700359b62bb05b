import Classifier
import Synthesis
import Testing

struct CalibrationShiftTests {
    private typealias Mode = (weight: Float, shiftEV: Float, sigmaEV: Float)

    /// One class, the first, for all examples.
    private static func pools(_ count: Int) -> CalibrationPools {
        CalibrationPools(classes: [Int](repeating: 0, count: count))
    }

    /// Shares of errors within one and two calibrated sigmas, on draws that the fit did not see.
    private static func coverage(
        _ draw: (inout RandomSource) -> (modes: [Mode], errorEV: Float)
    ) -> (one: Double, two: Double) {
        var random = RandomSource(seed: 11)
        let (seen, fresh) = ((0..<6000).map { _ in draw(&random) }, (0..<6000).map { _ in draw(&random) })
        let shift = CalibrationShift(
            raw: seen.map { CalibrationShift.Raw($0.modes) }, errorsEV: seen.map(\.errorEV), pools: pools(seen.count))
        let ratios = fresh.map { abs($0.errorEV) / shift.sigmaEV(CalibrationShift.Raw($0.modes), in: 0) }
        func share(_ bound: Float) -> Double { Double(ratios.count { $0 <= bound }) / Double(ratios.count) }
        return (share(1), share(2))
    }

    @Test func sigmasThatAreTooSmallAreWidened() {
        let found = Self.coverage { random in
            ([(1, 0, 0.05)], Float(0.15 * random.normal()))
        }
        #expect(abs(found.one - 0.68) < 0.02)
        #expect(abs(found.two - 0.95) < 0.02)
    }

    @Test func aSecondModeWidensTheFirst() {
        // Where two shifts 0.4 eV apart fit, the first is wrong as often as it says.
        let found = Self.coverage { random in
            let weight = Float(0.5 + 0.5 * random.uniform())
            let isWrong = Float(random.uniform()) > weight
            let errorEV = Float(0.04 * random.normal()) + (isWrong ? 0.4 : 0)
            return ([(weight, 0, 0.04), (1 - weight, -0.4, 0.04)], errorEV)
        }
        #expect(abs(found.one - 0.68) < 0.05)
        #expect(abs(found.two - 0.95) < 0.05)
    }

    @Test func aModesOwnSigmaIsLeftToItWhereNoOtherWeighs() {
        let alone = CalibrationShift.Raw([(1, 2, 0.07)])
        let doubted = CalibrationShift.Raw([(0.6, 2, 0.07), (0.4, 2.5, 0.07)])
        #expect(alone.sigmaEV == 0.07)
        // √(0.07² + 0.4 · 0.5²)
        #expect(abs(doubted.sigmaEV - 0.3239) < 1e-3)
    }
}
