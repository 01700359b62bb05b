import Classifier
import Spectroscopy
import Synthesis
import Testing

@Suite("Preprocessing")
struct PreprocessingTests {
    func prepared(_ row: [Float], windows: [Range<Int>]) throws(AnalysisError) -> [Float] {
        var row = row
        var span = row.mutableSpan
        try Preprocessing.prepare(&span, windows: windows)
        return row
    }

    @Test("leaves synthetic spectra over the whole range as they are", arguments: [0.0, 3.0, 5.0])
    func noOperation(maxShiftEV: Double) throws {
        var generator = MixtureGenerator(library: try .shipped, maxShiftEV: maxShiftEV, seed: 1)
        var spectrum = [Float](repeating: 0, count: 6601)
        var labels = [Float](repeating: 0, count: 40)
        for _ in 0..<50 {
            var spectrumSpan = spectrum.mutableSpan
            var labelSpan = labels.mutableSpan
            _ = generator.next(spectrum: &spectrumSpan, labels: &labelSpan)
            let input = try prepared(spectrum, windows: [0..<6601])
            let worst = zip(input, spectrum).map { abs($0 - $1) }.max() ?? 1
            #expect(worst < 2e-6)
        }
    }

    @Test("takes a straight background off each window, clips, and brings the area to 1")
    func background() throws {
        var row = [Float](repeating: 7, count: 6601)
        for point in 2400..<2600 { row[point] = 1000 - 2 * Float(point - 2400) + (point == 2500 ? 50 : 0) }
        for point in 4900..<5000 { row[point] = 300 + Float(point - 4900) + (point == 4950 ? 150 : 0) }
        let input = try prepared(row, windows: [2400..<2600, 4900..<5000])
        // 50 and 150 remain, of area 200 x 0.1 eV.
        #expect(abs(input[2500] - 2.5) < 1e-3)
        #expect(abs(input[4950] - 7.5) < 1e-3)
        #expect(abs(input.reduce(0) { $0 + Double($1) } * 0.1 - 1) < 1e-5)
        #expect(input.enumerated().allSatisfy { $0 == 2500 || $0 == 4950 || $1 < 1e-3 })
        #expect(input[..<2400].allSatisfy { $0 == 0 } && input[5000...].allSatisfy { $0 == 0 })
        #expect(input.allSatisfy { $0 >= 0 })
    }

    @Test("refuses a spectrum without signal", arguments: [0, 5, -3, 12.3, 1e30, 0.1] as [Float])
    func noSignal(level: Float) {
        #expect(throws: AnalysisError.noSignal) {
            try prepared([Float](repeating: level, count: 6601), windows: [0..<6601])
        }
        #expect(throws: AnalysisError.noSignal) { try prepared([Float](repeating: 1, count: 6601), windows: []) }
    }

    @Test("windows of one point or a few do not break it")
    func tinyWindows() throws {
        var row = [Float](repeating: 0, count: 6601)
        row[100] = 5
        row[2500] = 1
        let input = try prepared(row, windows: [0..<1, 100..<101, 2490..<2511, 6600..<6601])
        #expect(input[100] == 0 && input[2500] > 0)
        #expect(input.allSatisfy { $0.isFinite })
    }

    @Test("a region measured twice as long, or on finer steps, is not twice as loud")
    func exposure() throws {
        func region(_ name: String, startEV: Double, stepEV: Double, dwellS: Double, rate: Float) throws -> Region {
            let count = Int(20 / stepEV) + 1
            let settings = try RegionSettings(
                name: name, axis: .uniform(startEV: startEV, stepEV: stepEV, count: count), ordinate: .counts,
                dwellS: dwellS, sweeps: 1)
            let counts = (0..<count).map { point -> Float in
                abs(Double(point) * stepEV - 10) < 1.01 ? rate * Float(dwellS) : 0
            }
            return try Region(settings: settings, intensities: counts)
        }
        let spectrum = try Spectrum(regions: [
            region("C 1s", startEV: 275, stepEV: 0.1, dwellS: 1, rate: 1000),
            region("O 1s", startEV: 525, stepEV: 0.05, dwellS: 4, rate: 1000),
        ])
        var input = [Float](repeating: 0, count: 6601)
        var span = input.mutableSpan
        try Preprocessing.prepare(
            Regridder.regrid(spectrum), settings: spectrum.regions.map(\.settings), into: &span)
        let carbon = input[2350...2550].max() ?? 0
        let oxygen = input[4850...5050].max() ?? 0
        #expect(carbon > 0 && abs(oxygen / carbon - 1) < 0.02)
    }
}
