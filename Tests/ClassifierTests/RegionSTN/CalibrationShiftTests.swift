import Classifier
import Synthesis
import Testing

struct CalibrationShiftTests {
    @Test func sigmasThatAreTooSmallAreWidened() {
        var random = RandomSource(seed: 11)
        /// Errors of 0.15 eV, in modes that say 0.05, in answers that say 0.1.
        let errorsEV = (0..<6000).map { _ in abs(Float(0.15 * random.normal())) }
        let shift = CalibrationShift(
            ratios: errorsEV.map { $0 / 0.1 }, modeRatios: errorsEV.map { $0 / 0.05 },
            pools: CalibrationPools(classes: [Int](repeating: 0, count: errorsEV.count)))
        let fresh = (0..<6000).map { _ in abs(Float(0.15 * random.normal())) }
        let sigmaEV = shift.sigmaEV(0.1, in: 0)
        #expect(abs(Double(fresh.count { $0 <= sigmaEV }) / 6000 - 0.68) < 0.025)
        #expect(abs(Double(fresh.count { $0 <= 2 * sigmaEV }) / 6000 - 0.953) < 0.015)
        // Of a mode it is two sigmas that count.
        let modeSigmaEV = shift.sigmaEV(ofMode: 0.05, in: 0)
        #expect(abs(Double(fresh.count { $0 <= 2 * modeSigmaEV }) / 6000 - 0.95) < 0.015)
    }

    /// One in twelve is an outlier: 68 % within one sigma would leave 91 % within two, 95 % within two 80 % within one.
    @Test func tailsAreSharedBetweenOneSigmaAndTwo() {
        var random = RandomSource(seed: 12)
        func error() -> Float {
            let isOutlier = random.chance(1.0 / 12)
            return abs(Float((isOutlier ? 0.7 : 0.1) * random.normal()))
        }
        let errorsEV = (0..<12_000).map { _ in error() }
        let shift = CalibrationShift(
            ratios: errorsEV, modeRatios: errorsEV,
            pools: CalibrationPools(classes: [Int](repeating: 0, count: errorsEV.count)))
        let sigmaEV = shift.sigmaEV(1, in: 0)
        let fresh = (0..<12_000).map { _ in error() }
        let (one, two) = (fresh.count { $0 <= sigmaEV }, fresh.count { $0 <= 2 * sigmaEV })
        #expect((0.69...0.725).contains(Double(one) / 12_000))
        #expect((0.91...0.945).contains(Double(two) / 12_000))
    }

    @Test func classesHaveFactorsOfTheirOwn() {
        let classes = (0..<2000).map { $0 % 2 }
        let shift = CalibrationShift(
            ratios: classes.map { $0 == 0 ? 1 : 3 }, modeRatios: classes.map { $0 == 0 ? 4 : 6 },
            pools: CalibrationPools(classes: classes))
        #expect(shift.sigmaEV(0.1, in: 0) == 0.1)
        #expect(abs(shift.sigmaEV(0.1, in: 1) - 0.3) < 1e-6)
        #expect(shift.sigmaEV(ofMode: 0.1, in: 0) == 0.2)
        #expect(abs(shift.sigmaEV(ofMode: 0.1, in: 1) - 0.3) < 1e-6)
    }
}
