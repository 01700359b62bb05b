import Classifier
import Foundation
import NeuralNetwork
import Spectroscopy
import Synthesis
import Testing

@Suite struct RegionReadingTests {
    let layout = CoreLevelWindow.layout
    let sample = SampleSpectrum()

    func read(_ regions: [Region], knowsVariance: Bool = true) throws -> RegionReading {
        var reading = RegionReading()
        try reading.read(
            Regridder.regrid(Spectrum(regions: regions)), settings: regions.map(\.settings),
            photons: PhotonScale(regions.map(\.settings)), knowsVariance: knowsVariance)
        return reading
    }

    func window(_ name: String) throws -> Int {
        try #require(CoreLevelWindow.all.firstIndex { $0.name == name })
    }

    /// The moving row's cells of a window, its room included.
    func strip(_ window: Int) -> Range<Int> {
        layout.movingStarts[window]..<layout.movingStarts[window] + layout.lengths[window] + 2 * layout.padding
    }

    func largestDifference(_ one: [Float], _ other: [Float]) -> Float {
        zip(one, other).map { abs($0 - $1) }.max() ?? .infinity
    }

    @Test func scaleDoesNotMatter() throws {
        var random = RandomSource(seed: 3)
        let counted = try SampleSpectrum.counted(sample.region("C 1s", 275...300), &random)
        // Of counts the variance would not scale like their square: told as something proportional to them.
        func scaled(_ factor: Float) throws -> RegionReading {
            let settings = try RegionSettings(name: "C 1s", axis: counted.axis)
            return try read([Region(settings: settings, intensities: counted.intensities.map { $0 * factor })])
        }
        let one = try scaled(1)
        for factor in [Float(1e-6), 1e-3, 37, 1e6] {
            let other = try scaled(factor)
            #expect(largestDifference(one.values, other.values) < 1e-4)
            #expect(one.mask == other.mask && largestDifference(one.noise, other.noise) < 1e-3)
            #expect(abs(other.scale * factor / one.scale - 1) < 1e-4)
        }
        // The largest sum over 1 eV is ten cells of one.
        let highest = try read([sample.region("C 1s", 275...300)]).values.max() ?? 0
        #expect((1...1.6).contains(highest))
    }

    /// A narrower window takes away what it cuts off and another straight line, and nothing else.
    @Test func windowsCrop() throws {
        let wide = try read([sample.region("C 1s", 262...318)])
        let narrow = try read([sample.region("C 1s", 277...297)])
        let carbon = try window("C 1s")
        let low = strip(carbon).lowerBound + Int(((277 - (279 - CoreLevelWindow.roomEV)) * 10).rounded())
        // But for the first and last cell, which a region may fill in part.
        let kept = low + 1..<low + 200
        for cell in strip(carbon) {
            #expect(wide.mask[cell] == 1 && narrow.mask[cell] == (kept.contains(cell) ? 1 : 0))
            if !kept.contains(cell) { #expect(narrow.values[cell] == 0) }
        }
        for window in CoreLevelWindow.all.indices {
            let cells = strip(window).filter { narrow.mask[$0] == 1 }
            guard let first = cells.first, let last = cells.last, cells.count > 2 else { continue }
            let difference = cells.map { Double(narrow.values[$0] / narrow.scale - wide.values[$0] / wide.scale) }
            let slope = (difference[cells.count - 1] - difference[0]) / Double(last - first)
            for (index, value) in difference.enumerated() {
                #expect(abs(value - difference[0] - slope * Double(index)) < 0.05, "of some 300 counts")
            }
        }
    }

    /// Of a few events of unknown scale most values are zero, which is not the noise of a million counts.
    @Test func fewEventsAreNotTakenForNoNoise() throws {
        var random = RandomSource(seed: 9)
        func rates(_ region: Region, exposure: Double) throws -> Region {
            let settings = try RegionSettings(name: region.name, axis: region.axis, ordinate: .countsPerSecond)
            return try Region(
                settings: settings,
                intensities: region.intensities.map { Float(random.poisson(mean: Double($0) * exposure) * 7) })
        }
        let few = SampleSpectrum(lines: [(285.1, 300)], backgroundPerEV: 0.5)
        let carbon = try window("C 1s")
        let noise = try read([rates(few.region("C 1s", 275...300), exposure: 1)]).noise[carbon]
        // Some two hundred events in the highest 1 eV, a few elsewhere: their mean over the region, and no more.
        #expect((-2.2 ... -1.2).contains(noise), "\(noise)")
        // Nothing at all was counted of nitrogen: as much is known of it as of what is known best.
        let reading = try read([
            rates(few.region("C 1s", 275...300), exposure: 1), rates(few.region("N 1s", 392...410), exposure: 0),
        ])
        #expect(reading.noise[try window("N 1s")] == reading.noise[carbon])
        #expect(throws: AnalysisError.lostInNoise) {
            try read([rates(few.region("C 1s", 290...300), exposure: 0.4)])
        }
    }

    /// What lies in the room for shifts alone is another core level, which longer counting does not change.
    @Test func noiseOfAnotherCoreLevelIsNothingRecorded() throws {
        var random = RandomSource(seed: 2)
        let flat = SampleSpectrum(lines: [])
        let iron = try SampleSpectrum.counted(flat.region("Fe 2p", 694...740), &random)
        #expect(throws: AnalysisError.nothingRecorded) { try read([iron]) }
        let fluorine = try SampleSpectrum.counted(flat.region("F 1s", 680...700), &random)
        #expect(throws: AnalysisError.lostInNoise) { try read([fluorine]) }
    }

    /// A region that is longer than its window loses its ends to other cells under each offset, but not its background.
    @Test func backgroundOfALongRegionMovesWithIt() throws {
        func reading(movedEV: Double) throws -> RegionReading {
            var random = RandomSource(seed: 5)
            let axis = EnergyAxis.uniform(startEV: 266 + movedEV, stepEV: 0.1, count: 351)
            // A line at 285 eV on a background that bends, so that another pair of ends has another line.
            let counts = (0..<axis.count).map { point in
                let energyEV = axis.energyEV(at: point)
                let x = (energyEV - movedEV - 285) / 1.2
                let bend = (energyEV - movedEV - 266) / 35
                return Float(random.poisson(mean: 4000 * exp(-x * x) + 1500 + 2500 * bend * bend * bend))
            }
            return try read([Region(settings: RegionSettings(name: "C 1s", axis: axis), intensities: counts)])
        }
        let still = try reading(movedEV: 0)
        let cells = strip(try window("C 1s"))
        for cellsMoved in [-50, -20, 20, 50] {
            let moved = try reading(movedEV: Double(cellsMoved) / 10)
            var compared = 0
            for cell in cells where cells.contains(cell + cellsMoved) {
                guard still.mask[cell] == 1, moved.mask[cell + cellsMoved] == 1 else { continue }
                #expect(abs(still.values[cell] - moved.values[cell + cellsMoved]) < 1e-4)
                compared += 1
            }
            #expect(compared > 280)
        }
    }

    /// Steps finer and coarser than a cell; with counts that are known for counts, and with some that are not.
    @Test(arguments: [0.02, 0.05, 0.1, 0.25, 0.5], [true, false])
    func tellsTheNoiseOfOneElectronvolt(stepEV: Double, knowsVariance: Bool) throws {
        var random = RandomSource(seed: 11)
        let expected = try sample.region("C 1s", 267...315, stepEV: stepEV)
        let carbon = try window("C 1s")
        let gridOfWindow = EnergyGrid.standard
        // Ten cells each, away from the line.
        let blocks = (0..<18).compactMap { gridOfWindow.cell(ofEV: 291 + Double($0)) }
        let draws = 60
        var (told, logScale, sums): (Double, Double, [[Double]]) = (0, 0, blocks.map { _ in [] })
        for _ in 0..<draws {
            let region = try SampleSpectrum.counted(expected, &random)
            let reading = try read([region], knowsVariance: knowsVariance)
            told += Double(reading.noise[carbon]) / Double(draws)
            // Counts of steps of different width are compared by the step.
            logScale += log10(Double(reading.scale) / 10 * stepEV / 0.1) / Double(draws)
            let gridded = try Regridder.regrid(Spectrum(regions: [region]))
            for (block, start) in blocks.enumerated() {
                sums[block].append((start..<start + 10).reduce(0) { $0 + Double(gridded.intensities[$1]) })
            }
        }
        let variance = sums.reduce(0) { total, values in
            let mean = values.reduce(0, +) / Double(draws)
            return total + values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(draws - 1)
        }
        // The line counts too, and ten cells hold parts of wide steps: a fifth either way.
        let truth = 0.5 * log10(variance / Double(blocks.count)) + logScale
        #expect(abs(told - truth) < (knowsVariance ? 0.1 : 0.13), "log10 of the noise: \(told), true \(truth)")
    }

    @Test func timesAndStepsBringRegionsToOneScale() throws {
        let carbon = try sample.region("C 1s", 275...300, dwellS: 0.1)
        let oxygen = try sample.region("O 1s", 525...545, dwellS: 0.1)
        let longer = try sample.region("O 1s", 525...545, exposure: 4, dwellS: 0.4)
        let one = try read([carbon, oxygen])
        let other = try read([carbon, longer])
        #expect(largestDifference(one.values, other.values) < 1e-4)
        // Without times, counts belong to their steps: a step of twice the width counts twice as many in its time.
        let plain = try read([sample.region("C 1s", 275...300), sample.region("O 1s", 525...545)])
        let coarse = try read([
            sample.region("C 1s", 275...300), sample.region("O 1s", 525...545, stepEV: 0.2, exposure: 0.5),
        ])
        // Apart from the outermost cells, which wide steps cover in part.
        for cell in 2..<plain.mask.count - 2 where (cell - 2...cell + 2).allSatisfy({ plain.mask[$0] == 1 }) {
            #expect(abs(plain.values[cell] - coarse.values[cell]) < 0.05)
        }
    }

    @Test func tellsTheNoiseOfWhatWasRecorded() throws {
        let reading = try read([sample.region("C 1s", 280...298), sample.region("O 1s", 541...548)])
        let survey = try read([sample.region("survey", 40...700)])
        #expect(survey.noise.allSatisfy { $0 < RegionReading.noiseRange.upperBound })
        for window in CoreLevelWindow.all.indices {
            let isFar = strip(window).allSatisfy { reading.mask[$0] == 0 }
            #expect((reading.noise[window] == RegionReading.noiseRange.upperBound) == isFar)
        }
    }

    /// A set of labelled spectra is judged as a whole, those that are lost in noise and those on a bent background too.
    @Test func readsEverySpectrumOfASet() throws {
        var random = RandomSource(seed: 9)
        let cells = 2380..<2580
        var row = [Float](repeating: 0, count: EnergyGrid.standard.count)
        var reading = RegionReading()
        for bend in [0, 0.02] {
            for cell in cells {
                let distance = Double(cell - 2480)
                row[cell] = Float(200 + bend * distance * distance + 10 * random.normal())
            }
            try reading.read(row: row.span, variance: nil, windows: [cells])
        }
        // As an instrument's spectrum it would be answered as well where anything rises.
        for cell in cells { row[cell] += cell == 2450 ? 5000 : 0 }
        try reading.read(row: row.span, variance: nil, windows: [cells])
        #expect(reading.values.contains { $0 > 0.5 })
    }

    /// Flat and straight intensities leave nothing but their rounding.
    @Test func refusesWhatShowsNothing() throws {
        func refuses(
            _ rangeEV: ClosedRange<Double> = 278...298, as error: AnalysisError = .noSignal, _ intensity: (Int) -> Float
        ) throws {
            let count = Int(((rangeEV.upperBound - rangeEV.lowerBound) * 10).rounded()) + 1
            let axis = EnergyAxis.uniform(startEV: rangeEV.lowerBound, stepEV: 0.1, count: count)
            let region = try Region(
                settings: RegionSettings(name: "C 1s", axis: axis), intensities: (0..<count).map(intensity))
            var reading = RegionReading()
            let gridded = try Regridder.regrid(Spectrum(regions: [region]))
            #expect(throws: error) {
                try reading.read(gridded, settings: [region.settings], photons: PhotonScale([region.settings]))
            }
        }
        for level: Float in [0, 12, 12.3, 1e-9, 1234567.8] { try refuses { _ in level } }
        try refuses { 5.7 + 0.31 * Float($0) }
        try refuses { 1e6 - 0.7 * Float($0) }
        // Counts of a closed shutter, and a peak of the wrong sign.
        var random = RandomSource(seed: 8)
        for _ in 0..<500 {
            let noise = (0..<201).map { _ in 50 + Float(50.0.squareRoot() * random.normal()) }
            try refuses(as: .lostInNoise) { noise[$0] }
        }
        try refuses { 1e4 - 5e3 * exp(-pow(Float($0 - 70) / 8, 2)) }
        // Less than 2 eV show no line with both its flanks; nothing here lies in any window's reach.
        try refuses(284.3...285.9, as: .nothingRecorded) { Float($0 % 7) }
        try refuses(330...350, as: .nothingRecorded) { Float($0 % 7) }
    }

    @Test func gridRowAndRegionsAgree() throws {
        let region = try sample.region("survey", 40...700)
        let gridded = try Regridder.regrid(Spectrum(regions: [region]))
        for knowsVariance in [true, false] {
            let fromRegions = try read([region], knowsVariance: knowsVariance)
            var fromRow = RegionReading()
            try fromRow.read(
                row: gridded.intensities.span, variance: knowsVariance ? gridded.variance.span : nil,
                windows: gridded.windows.map(\.cells))
            #expect(fromRow.values == fromRegions.values && fromRow.mask == fromRegions.mask)
            #expect(fromRow.noise == fromRegions.noise && fromRow.scale == fromRegions.scale)
        }
    }

    /// A clean row keeps every cell as it is but for one factor; beyond 700 eV nothing is recorded.
    @Test func cleanRowsAreOnlyScaled() throws {
        let row = SampleSpectrum(backgroundPerEV: 0).row()
        var reading = RegionReading()
        try reading.read(clean: row.span)
        for (index, window) in CoreLevelWindow.all.enumerated() {
            let first = try #require(EnergyGrid.standard.cell(ofEV: window.lowEV - CoreLevelWindow.roomEV))
            for (offset, cell) in strip(index).enumerated() {
                let isOnGrid = first + offset < row.count
                #expect(reading.mask[cell] == (isOnGrid ? 1 : 0))
                #expect(reading.values[cell] == (isOnGrid ? row[first + offset] * reading.scale : 0))
            }
        }
        // No level of noise is told of a clean row: the same everywhere.
        #expect(reading.noise.allSatisfy { $0 == RegionReading.noiseRange.upperBound })
    }

    /// Reading again leaves nothing of what was read before.
    @Test func forgetsTheLastSpectrum() throws {
        var reading = try read([sample.region("survey", 40...700)])
        let region = try sample.region("O 1s", 525...545)
        try reading.read(
            Regridder.regrid(Spectrum(regions: [region])), settings: [region.settings],
            photons: PhotonScale([region.settings]))
        let fresh = try read([region])
        #expect(reading.values == fresh.values && reading.mask == fresh.mask && reading.noise == fresh.noise)
    }

    /// Another curve of the same spectrum comes to the same scale, without a background of its own taken off.
    @Test func curvesShareTheScale() throws {
        var lines = sample
        lines.backgroundPerEV = 0
        let (region, signal) = (try sample.region("C 1s", 270...312), try lines.region("C 1s", 270...312))
        let reading = try read([region])
        var curve = [Float](repeating: 5, count: layout.movingCount)
        var span = curve.mutableSpan
        reading.curve(
            try Regridder.regrid(Spectrum(regions: [signal])), settings: [signal.settings],
            photons: PhotonScale([signal.settings]), into: &span)
        let carbon = try window("C 1s")
        for cell in strip(carbon) { #expect(abs(curve[cell] - reading.values[cell]) < 1e-3) }
        let oxygen = try window("O 1s")
        #expect(curve[strip(oxygen)].allSatisfy { $0 == 0 })
    }

    /// Where only sweeps are told, regions were measured for that many times the same.
    @Test func sweepsBringRegionsToOneScale() throws {
        func region(_ name: String, _ rangeEV: ClosedRange<Double>, sweeps: Int?, told: Int?) throws -> Region {
            let once = try sample.region(name, rangeEV, exposure: Double(sweeps ?? 1))
            let settings = try RegionSettings(name: name, axis: once.axis, ordinate: .counts, sweeps: told)
            return try Region(settings: settings, intensities: once.intensities)
        }
        func values(_ sweeps: [Int?], told: Bool) throws -> [Float] {
            try read([
                region("C 1s", 275...300, sweeps: sweeps[0], told: told ? sweeps[0] : nil),
                region("O 1s", 525...545, sweeps: sweeps[1], told: told ? sweeps[1] : nil),
            ]).values
        }
        let alike = try values([nil, nil], told: false)
        #expect(largestDifference(try values([3, 20], told: true), alike) < 1e-4)
        #expect(largestDifference(try values([3, 20], told: false), alike) > 0.5)
    }

    /// A survey comes to the scale of the regions that it shows, too; where it shows nothing of them it stays.
    @Test func surveysAreTiedToRegions() throws {
        let regions = try [
            sample.region("survey", 40...700, stepEV: 0.5, exposure: 0.13), sample.region("C 1s", 275...300),
            sample.region("O 1s", 525...545),
        ]
        func factor(_ regions: [Region]) throws -> Float? {
            let settings = regions.map(\.settings)
            let gridded = try Regridder.regrid(Spectrum(regions: regions))
            let scales = SurveyScale.scales(
                settings, windows: gridded.windows, photons: PhotonScale(settings), grid: .standard)
            return try scales.first?.factor(
                regions[0].intensities, beside: gridded, rates: gridded.rates(settings))
        }
        let found = try #require(try factor(regions))
        // Five times as many counts in a step that is five times as long.
        #expect(abs(found * 0.13 * 5 - 1) < 0.03)
        #expect(try factor([regions[0]]) == nil && factor([regions[1], regions[2]]) == nil)
        let empty = try SampleSpectrum(lines: [(400, 3000)]).region("survey", 40...700, stepEV: 0.5)
        #expect(try factor([empty, regions[1], regions[2]]) == 1)
        // Neither do other surveys tell, nor noise.
        let other = try sample.region("survey", 45...695, stepEV: 1, exposure: 3)
        let besideAnother = try #require(try factor(regions + [other]))
        #expect(abs(besideAnother / found - 1) < 1e-5)
        var random = RandomSource(seed: 17)
        let noise = try SampleSpectrum.counted(
            SampleSpectrum(lines: []).region("N 1s", 390...410, ordinate: .arbitrary), &random)
        #expect(try factor([regions[0], noise]) == 1)
        // What the survey alone shows then has the height that a region would give it.
        var both = RegionReading()
        let settings = regions[0...1].map(\.settings)
        try both.read(
            Regridder.regrid(Spectrum(regions: Array(regions[0...1]))), settings: settings,
            photons: PhotonScale(settings), surveyFactors: [0: found])
        let oxygen = try strip(window("O 1s"))
        let expected = try read([regions[1], regions[2]])
        let areas = [both, expected].map { $0.values[oxygen].reduce(0, +) }
        #expect(abs(areas[0] / areas[1] - 1) < 0.1)
    }
}
