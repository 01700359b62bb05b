import Spectroscopy
import Testing

struct PeakFinderTests {
    @Test(arguments: [0.3, 1, 10, 100, 1e4, 1e6])
    func noiseAloneHasNoPeaks(level: Double) {
        var generator = SeededGenerator(seed: UInt64(level * 10) + 5)
        let flat = SyntheticWindow(stepEV: 0.1, offset: level)
        let found = (0..<12).map { _ in PeakFinder().peaks(in: flat.counted(with: &generator)).count }.reduce(0, +)
        // One in a hundred regions is promised; two of twelve would be too many.
        #expect(found <= 1, "\(found) peaks in 12 regions of \(level) counts")
    }

    @Test(arguments: [1e4, 1e6])
    func aStepIsNoPeak(level: Double) {
        var generator = SeededGenerator(seed: 3)
        let step = SyntheticWindow(
            lines: [.init(energyEV: 289, height: 0.001, fwhmEV: 0.4)], stepFraction: 0.5 * level / 0.000426,
            offset: level)
        for _ in 0..<5 { #expect(PeakFinder().peaks(in: step.counted(with: &generator)).isEmpty) }
    }

    /// The envelope of poly(ethylene terephthalate)'s C 1s: 284.7, 286.3 and 288.7 eV, 6 to 2 to 2.
    @Test(arguments: [(1e2, 1), (1e3, 2), (1e4, 3), (1e5, 3), (1e6, 3)])
    func linesAreFoundAsTheCountsAllow(counts: Double, atLeast: Int) {
        var generator = SeededGenerator(seed: UInt64(counts))
        let spectrum = SyntheticWindow(
            lines: [
                .init(energyEV: 284.7, height: counts, fwhmEV: 1),
                .init(energyEV: 286.3, height: counts / 3, fwhmEV: 1),
                .init(energyEV: 288.7, height: counts / 3, fwhmEV: 1),
            ], stepFraction: 0.01, offset: counts / 20)
        for _ in 0..<5 {
            let peaks = PeakFinder().peaks(in: spectrum.counted(with: &generator))
            #expect((atLeast...3).contains(peaks.count), "\(peaks)")
            for peak in peaks {
                let nearest = spectrum.lines.map { ($0.energyEV - peak.energyEV).magnitude }.min() ?? .infinity
                // At 100 counts two lines 1.6 eV apart are one.
                #expect(nearest < (counts < 1e3 ? 0.6 : 0.15), "\(peak)")
                #expect(peak.significance >= 5)
            }
        }
    }

    @Test(arguments: [1e3, 1e5])
    func heightWidthAndEnergyOfASingleLine(counts: Double) throws {
        var generator = SeededGenerator(seed: 11)
        let spectrum = SyntheticWindow(
            lines: [.init(energyEV: 288.23, height: counts, fwhmEV: 1.4)], offset: counts / 10)
        for _ in 0..<5 {
            let peaks = PeakFinder().peaks(in: spectrum.counted(with: &generator))
            let peak = try #require(peaks.first)
            #expect(peaks.count == 1)
            #expect((peak.energyEV - 288.23).magnitude < 0.05)
            #expect((peak.height / counts - 1).magnitude < 0.1)
            #expect((peak.fwhmEV / 1.4 - 1).magnitude < 0.15)
        }
    }

    @Test func significanceGrowsWithTheSquareRootOfCounts() throws {
        func significance(_ counts: Double) throws -> Double {
            let spectrum = SyntheticWindow(lines: [.init(energyEV: 288, height: counts)], offset: counts)
            return try #require(PeakFinder().peaks(in: spectrum.window).first).significance
        }
        #expect(try abs(significance(1e4) / significance(1e2) - 10) < 0.1)
    }

    @Test func tooFewPointsHaveNone() {
        #expect(PeakFinder().peaks(in: PeakWindow(energiesEV: [1, 2, 3], intensities: [0, 9, 0])).isEmpty)
    }
}
