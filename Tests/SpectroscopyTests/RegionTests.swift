import Spectroscopy
import Testing

@Suite struct RegionTests {
    private func problem(
        _ ordinate: RegionSettings.Ordinate, _ intensities: [Float]
    ) throws -> SpectroscopyError.Problem? {
        let settings = try RegionSettings(
            name: "C 1s", axis: .uniform(startEV: 280, stepEV: 0.1, count: intensities.count), ordinate: ordinate)
        let region = try Region(settings: settings, intensities: intensities)
        do {
            try region.checkSigns()
            return nil
        } catch {
            return error.problem
        }
    }

    @Test func countsAndRatesBelowZeroAreNone() throws {
        let negative = (1...20).map { -Float($0) }
        #expect(try problem(.counts, negative) == .intensitiesNegative(count: 20, of: 20))
        #expect(try problem(.countsPerSecond, negative + [5]) == .intensitiesNegative(count: 20, of: 21))
    }

    /// A dark count that was subtracted leaves noise about zero.
    @Test func someCountsBelowZeroAreNoise() throws {
        #expect(try problem(.counts, (0..<20).map { $0 % 2 == 0 ? -1 : 2 }) == nil)
        #expect(try problem(.counts, [0, 0, 0]) == nil)
    }

    @Test func arbitraryIntensitiesMayHaveLostABackground() throws {
        let lost = (0..<20).map { $0 == 10 ? Float(90) : -10 }
        #expect(try problem(.arbitrary, lost) == nil)
        #expect(try problem(.arbitrary, lost.map { -$0.magnitude }) == .intensitiesNegative(count: 20, of: 20))
    }
}
