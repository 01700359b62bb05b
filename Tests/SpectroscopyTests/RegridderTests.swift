import Spectroscopy
import Testing

@Suite struct RegridderTests {
    private func region(
        _ axis: EnergyAxis, _ ordinate: RegionSettings.Ordinate, name: String = "C 1s", photonEnergyEV: Double? = nil,
        dwellS: Double? = nil, sweeps: Int? = nil, transmission: [Float]? = nil, _ value: (Double) -> Float
    ) throws -> Region {
        let settings = try RegionSettings(
            name: name, axis: axis, ordinate: ordinate, photonEnergyEV: photonEnergyEV, dwellS: dwellS, sweeps: sweeps,
            transmission: transmission)
        return try Region(
            settings: settings, intensities: (0..<axis.count).map { value(settings.bindingEnergyEV(at: $0)) })
    }

    private func regrid(_ regions: Region...) throws -> GriddedSpectrum {
        Regridder.regrid(try Spectrum(regions: regions))
    }

    /// A line on a sloping background, so that shifts and reversals show.
    private func line(_ energyEV: Double) -> Float {
        let distance = (energyEV - 285) / 0.6
        return Float(40 + (energyEV - 270) + 400 / (1 + distance * distance)).rounded()
    }

    @Test func gridSpectraPassBitByBit() throws {
        let full = try region(.uniform(startEV: 40, stepEV: 0.1, count: 6601), .counts, line)
        let gridded = try regrid(full)
        #expect(gridded.intensities == full.intensities)
        #expect(gridded.variance == full.intensities.map { max($0, 1) })
        #expect(!gridded.recorded.contains(false))
        #expect(gridded.recordedEV == [40...700])
    }

    @Test func descendingAndKineticAxesLandOnTheSameCells() throws {
        let up = try regrid(region(.uniform(startEV: 280, stepEV: 0.1, count: 101), .counts, line))
        let down = try regrid(region(.uniform(startEV: 290, stepEV: -0.1, count: 101), .counts, line))
        let kinetic = try regrid(
            region(
                .uniform(.kinetic, startEV: 1196.6, stepEV: 0.1, count: 101), .counts, photonEnergyEV: 1486.6, line))
        let explicit = try regrid(
            region(.explicit(energiesEV: (0...100).map { 280 + Double($0) * 0.1 }), .counts, line))
        #expect(up.intensities == down.intensities)
        #expect(up.intensities == kinetic.intensities)
        #expect(up.intensities == explicit.intensities)
        #expect(up.recordedEV == [280...290])
        #expect(up.intensities[2450] == line(285))
        #expect(up.intensities[2399] == 0 && up.intensities[2501] == 0)
    }

    @Test(arguments: [
        (280.0, 0.05, 201), (280.013, 0.05, 201), (280.04, 0.1, 101), (280.0, 0.25, 41), (280.0, 1.0, 11),
        (290.0, -0.025, 401), (280.001, 0.1, 101), (280.0, 0.4, 26),
    ])
    func countsKeepTheirSum(startEV: Double, stepEV: Double, count: Int) throws {
        let region = try region(.uniform(startEV: startEV, stepEV: stepEV, count: count), .counts, line)
        let gridded = try regrid(region)
        let sum = region.intensities.reduce(0.0) { $0 + Double($1) }
        #expect(abs(gridded.intensities.reduce(0.0) { $0 + Double($1) } / sum - 1) < 1e-6)
        for cell in gridded.intensities.indices where !gridded.recorded[cell] {
            #expect(gridded.intensities[cell] == 0 && gridded.variance[cell] == 0)
        }
    }

    @Test func irregularCountsKeepTheirSum() throws {
        var random = SplitMix(seed: 4)
        for _ in 0..<50 {
            var energies = [275 + Double.random(in: 0...1, using: &random)]
            for _ in 0..<150 { energies.append((energies.last ?? 0) + Double.random(in: 0.01...0.4, using: &random)) }
            let region = try region(.explicit(energiesEV: energies), .counts, line)
            let sum = region.intensities.reduce(0.0) { $0 + Double($1) }
            let gridded = try regrid(region).intensities.reduce(0.0) { $0 + Double($1) }
            #expect(abs(gridded / sum - 1) < 1e-5)
        }
    }

    @Test func finerCountsAreAddedWithTheirVariance() throws {
        // Points at 284.95, 285.00, 285.05: cell 285.0 holds the middle one and half of each neighbour.
        let gridded = try regrid(region(.uniform(startEV: 284, stepEV: 0.05, count: 41), .counts) { _ in 100 })
        #expect(abs(gridded.intensities[2450] - 200) < 1e-3)
        #expect(abs(gridded.variance[2450] - 150) < 1e-3)
    }

    @Test func ratesAreAveragedAndInterpolated() throws {
        func slope(_ energyEV: Double) -> Float { Float(100 + 10 * (energyEV - 280)) }
        for stepEV in [0.02, 0.05, 0.1, 0.25, 0.7, 1.0] {
            let count = Int((10 / stepEV).rounded()) + 1
            let gridded = try regrid(
                region(.uniform(startEV: 280.03, stepEV: stepEV, count: count), .countsPerSecond, slope))
            for cell in 2420...2480 {
                #expect(abs(gridded.intensities[cell] - slope(gridded.grid.energyEV(at: cell))) < 0.06)
            }
        }
    }

    @Test func rateVarianceComesFromTheExposure() throws {
        let axis = EnergyAxis.uniform(startEV: 280, stepEV: 0.1, count: 11)
        let known = try regrid(region(axis, .countsPerSecond, dwellS: 0.5, sweeps: 4) { _ in 50 })
        #expect(known.variance[2405] == 25)
        let unknown = try regrid(region(axis, .countsPerSecond) { _ in 50 })
        #expect(unknown.intensities[2405] == 50)
        #expect(unknown.variance[2405] == 0)
    }

    @Test func transmissionIsDividedOutOnce() throws {
        let axis = EnergyAxis.uniform(startEV: 290, stepEV: -0.1, count: 11)
        let transmission = (0..<11).map { Float(1 + $0) }
        let gridded = try regrid(region(axis, .counts, transmission: transmission) { _ in 120 })
        #expect(abs(gridded.intensities[2500] - 120) < 1e-3)
        #expect(abs(gridded.intensities[2497] - 30) < 1e-3)
        #expect(abs(gridded.variance[2497] - 7.5) < 1e-3)
        let corrected = try RegionSettings(
            name: "C 1s", axis: axis, ordinate: .counts, transmission: transmission, isTransmissionCorrected: true)
        let once = try regrid(Region(settings: corrected, intensities: [Float](repeating: 120, count: 11)))
        #expect(once.intensities[2497] == 120)
    }

    @Test func finerStepsWinAndSurveysFillTheRest() throws {
        let survey = try region(.uniform(startEV: 0, stepEV: 0.1, count: 10_001), .arbitrary, name: "survey") { _ in 1 }
        let coarse = try region(.uniform(startEV: 280, stepEV: 0.2, count: 91), .arbitrary, name: "coarse") { _ in 2 }
        let fine = try region(.uniform(startEV: 290, stepEV: 0.1, count: 101), .arbitrary, name: "fine") { _ in 3 }
        for regions in [[survey, coarse, fine], [fine, coarse, survey]] {
            let gridded = Regridder.regrid(try Spectrum(regions: regions))
            #expect(gridded.intensities[2390] == 1)
            #expect(gridded.intensities[2450] == 2)
            #expect(gridded.intensities[2550] == 3)
            #expect(gridded.intensities[2700] == 1)
            #expect(gridded.recordedEV == [40...700])
            #expect(gridded.windows.map { regions[$0.region].name } == ["survey", "coarse", "fine", "survey"])
        }
    }

    @Test func regionsBeyondTheGridContributeNothing() throws {
        let outside = try regrid(region(.uniform(startEV: 920, stepEV: 0.05, count: 1040), .counts, line))
        #expect(outside.recordedEV.isEmpty)
        #expect(!outside.recorded.contains(true))
        #expect(outside.intensities.allSatisfy { $0 == 0 })
        let across = try regrid(region(.uniform(startEV: 30, stepEV: 0.1, count: 201), .counts) { Float($0) })
        #expect(across.recordedEV == [40...50])
        #expect(across.intensities[0] == 40)
    }

    @Test func holesAreNotRecorded() throws {
        let carbon: [Double] = (0...100).map { 280 + Double($0) * 0.1 }
        let energies = carbon + carbon.map { $0 + 245 }
        let gridded = try regrid(region(.explicit(energiesEV: energies), .countsPerSecond) { _ in 7 })
        #expect(gridded.recordedEV == [280...290, 525...535])
        #expect(gridded.intensities[2500] == 7 && gridded.intensities[2501] == 0 && gridded.intensities[4850] == 7)
    }

    @Test func buffersServeAgainWithoutTraces() throws {
        let full = Regridder([try RegionSettings(name: "a", axis: .uniform(startEV: 40, stepEV: 0.1, count: 6601))])
        let window = Regridder([
            try RegionSettings(name: "b", axis: .uniform(startEV: 280, stepEV: 0.1, count: 11), ordinate: .counts)
        ])
        var buffer = GriddedSpectrum()
        try window.regrid([[Float](repeating: 5, count: 11)], into: &buffer)
        try full.regrid([[Float](repeating: 9, count: 6601)], into: &buffer)
        #expect(buffer.variance.allSatisfy { $0 == 0 })
        try window.regrid([[Float](repeating: 5, count: 11)], into: &buffer)
        #expect(buffer.intensities.reduce(0, +) == 55)
        #expect(buffer.recordedEV == [280...281])
    }

    @Test func badIntensitiesAreNamed() throws {
        let regridder = Regridder([
            try RegionSettings(name: "C 1s", axis: .uniform(startEV: 280, stepEV: 0.1, count: 11)),
            try RegionSettings(name: "O 1s", axis: .uniform(startEV: 530, stepEV: 0.1, count: 5)),
        ])
        let good = [Float](repeating: 1, count: 11)
        var buffer = GriddedSpectrum()
        for bad in [Float.nan, -.nan, .infinity, -.infinity, 1.1e20, -.greatestFiniteMagnitude] {
            #expect(throws: SpectroscopyError(region: "O 1s", problem: .intensityNotFinite(index: 3))) {
                try regridder.regrid([good, [1, 2, 3, bad, 5]], into: &buffer)
            }
        }
        #expect(throws: SpectroscopyError(region: "O 1s", problem: .countMismatch(axis: 5, intensities: 4))) {
            try regridder.regrid([good, [1, 2, 3, 4]], into: &buffer)
        }
        try regridder.regrid([good, [1, -1e20, 1e20, 4, .leastNonzeroMagnitude]], into: &buffer)
    }

    @Test func anyValidAxisIsRegridded() throws {
        var random = SplitMix(seed: 11)
        for _ in 0..<300 {
            let startEV = Double.random(in: -1e7...1e7, using: &random) * (Bool.random(using: &random) ? 1 : 1e-5)
            let stepEV = Double.random(in: -60...60, using: &random) * (Bool.random(using: &random) ? 1 : 1e-3)
            let axis = EnergyAxis.uniform(
                startEV: startEV, stepEV: stepEV, count: Int.random(in: 1...300, using: &random))
            guard let settings = try? RegionSettings(name: "x", axis: axis, ordinate: .counts) else { continue }
            let region = try Region(settings: settings, intensities: [Float](repeating: 3, count: axis.count))
            let gridded = try regrid(region)
            #expect(gridded.intensities.allSatisfy { $0.isFinite && $0 >= 0 })
            #expect(gridded.intensities.reduce(0, +) <= Float(3 * axis.count) * 1.001)
        }
    }

    @Test func regionsComeToOneScale() throws {
        func rates(_ regions: Region...) throws -> [Float] {
            let spectrum = try Spectrum(regions: regions)
            return Regridder.regrid(spectrum).rates(regions.map(\.settings))
        }
        func counted(_ startEV: Double, _ stepEV: Double, dwellS: Double? = nil, sweeps: Int? = nil) throws -> Region {
            try region(.uniform(startEV: startEV, stepEV: stepEV, count: 11), .counts, dwellS: dwellS, sweeps: sweeps) {
                _ in 1
            }
        }
        let perSecond = try region(.uniform(startEV: 530, stepEV: 0.1, count: 11), .countsPerSecond) { _ in 1 }
        // A tenth of a point, in two seconds.
        let timed = try counted(280, 1, dwellS: 0.5, sweeps: 4)
        #expect(try rates(timed, perSecond) == [5, 1])
        // Without a time that all tell by their sweeps, and without those by nothing but the steps.
        #expect(try rates(counted(100, 0.1, sweeps: 3), timed) == [1 / Float(3), 2.5])
        #expect(try rates(counted(100, 0.1), timed) == [1, 10])
        #expect(try rates(counted(100, 0.1, sweeps: 3), timed, perSecond) == [1, 10, 1])
    }
}

/// A small generator with a seed (Steele, Lea and Flood 2014).
private struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
