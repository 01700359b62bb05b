import Spectroscopy
import Testing

/// Spikes and dead channels are found and replaced; lines and noise are not.
@Suite struct LoneChannelsTests {
    /// A C 1s region of a polymer, counted.
    private func counted(
        seed: UInt64, fwhmEV: Double = 1.2, stepEV: Double = 0.1, height: Double = 5000, offset: Double = 500,
        ordinate: RegionSettings.Ordinate = .counts
    ) throws -> Region {
        var generator = SeededGenerator(seed: seed)
        let lines = [
            SyntheticWindow.Line(energyEV: 285, height: height, fwhmEV: fwhmEV),
            SyntheticWindow.Line(energyEV: 288.7, height: height / 3, fwhmEV: fwhmEV),
        ]
        return try SyntheticWindow(stepEV: stepEV, lines: lines, stepFraction: 0.04, offset: offset)
            .region("C 1s", generator: &generator, ordinate: ordinate)
    }

    private func replacing(_ region: Region, _ values: [Int: Float]) throws -> Spectrum {
        var intensities = region.intensities
        for (point, value) in values { intensities[point] = value }
        return try Spectrum(regions: [Region(settings: region.settings, intensities: intensities)])
    }

    @Test("a spike, a dead channel and channels before the detector counts are read as their neighbours")
    func glitches() throws {
        let region = try counted(seed: 1)
        // On the level, on a flank, and at either end.
        for (point, value) in [(20, Float(3000)), (20, 0), (46, 60_000), (150, 0), (0, 9000), (180, 9000)] {
            let found = LoneChannels(in: try replacing(region, [point: value]))
            #expect(found.channels.count == 1 && found.areCountsWhole)
            #expect(abs((found.channels.first?.energyEV ?? 0) - region.settings.bindingEnergyEV(at: point)) < 1e-9)
            let mended = found.spectrum.regions[0].intensities
            #expect(abs(mended[point] - region.intensities[point]) < 0.25 * region.intensities[point])
            #expect(mended.indices.allSatisfy { $0 == point || mended[$0] == region.intensities[$0] })
        }
        let dark = LoneChannels(in: try replacing(region, [0: 0, 1: 0, 2: 0, 3: 0, 180: 0]))
        #expect(dark.channels.count == 5 && dark.spectrum.regions[0].intensities.allSatisfy { $0 > 300 })
    }

    @Test(
        "neither lines nor noise stand alone",
        arguments: [
            (1.2, 0.1, 5000, 500), (0.4, 0.2, 1e6, 1000), (0.4, 0.1, 300, 2), (1, 0.02, 20, 0.2), (1.2, 0.05, 100, 5),
            (1, 0.2, 1e5, 0),
        ])
    func nothing(fwhmEV: Double, stepEV: Double, height: Double, offset: Double) throws {
        for seed: UInt64 in 0..<40 {
            for ordinate in [RegionSettings.Ordinate.counts, .arbitrary] {
                let region = try counted(
                    seed: seed, fwhmEV: fwhmEV, stepEV: stepEV, height: height, offset: offset, ordinate: ordinate)
                let spectrum = try Spectrum(regions: [region])
                let found = LoneChannels(in: spectrum)
                #expect(found.channels.isEmpty && found.spectrum == spectrum)
            }
        }
    }

    /// Rates that were rounded look like counts, and are noisier.
    @Test func roundedRatesKeepTheirNoise() throws {
        for seed: UInt64 in 0..<40 {
            let region = try counted(seed: seed, height: 200, offset: 30)
            let rates = try Region(settings: region.settings, intensities: region.intensities.map { $0 * 20 })
            #expect(LoneChannels(in: try Spectrum(regions: [rates])).channels.isEmpty)
        }
    }

    @Test func stepsThatAreCoarseAgainstALineTellNothing() throws {
        let region = try counted(seed: 3, stepEV: 0.5)
        #expect(LoneChannels(in: try replacing(region, [4: 60_000])).channels.isEmpty)
    }
}
