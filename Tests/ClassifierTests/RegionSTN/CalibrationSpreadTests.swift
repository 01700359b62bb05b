import Classifier
import Foundation
import Synthesis
import Testing

struct CalibrationSpreadTests {
    /// A row, and errors that follow from it.
    private static func draws(
        _ count: Int, seed: UInt64, _ errorEV: (_ x: Double, inout RandomSource) -> Double
    ) -> (rows: [[Float]], errorsEV: [Float]) {
        var random = RandomSource(seed: seed)
        let draws = (0..<count).map { _ in
            let x = random.uniform()
            return ([Float(x), Float(random.normal())], Float(errorEV(x, &random)))
        }
        return (draws.map(\.0), draws.map(\.1))
    }

    @Test func normalErrorsGiveTheirStandardDeviation() {
        /// From 0.05 to 0.2 eV.
        func sigma(_ x: Double) -> Double { 0.05 * exp2(2 * x) }
        let seen = Self.draws(12_000, seed: 3) { x, random in sigma(x) * random.normal() }
        let spread = CalibrationSpread(rows: seen.rows, errorsEV: seen.errorsEV)
        for x in [0.1, 0.3, 0.5, 0.7, 0.9] {
            let found = Double(spread.sigmaEV([Float(x), 0]))
            #expect(abs(log(found / sigma(x))) < 0.3, "\(found) eV for \(sigma(x)) eV")
        }
    }

    @Test func whereAnotherShiftFitsTheSigmaReachesTowardsIt() {
        // In the upper half, three in ten are off by 0.8 eV.
        let seen = Self.draws(12_000, seed: 4) { x, random in
            0.05 * random.normal() + (x > 0.5 && random.chance(0.3) ? 0.8 : 0)
        }
        let spread = CalibrationSpread(rows: seen.rows, errorsEV: seen.errorsEV)
        #expect(spread.sigmaEV([0.2, 0]) < 0.08)
        let doubted = spread.sigmaEV([0.8, 0])
        #expect(doubted > 0.35 && doubted < 0.8)
    }
}
