import Foundation
import Spectroscopy
import Synthesis

/// Labelled spectra of the whole range, drawn from a seed.
struct SimulatedSpectra: SimulationSource {
    /// One simulated spectrum and what is true of it.
    struct Sample {
        var intensities: [Float]
        var labels: [Float]
        var shiftEV: Float
    }

    /// Counts at the highest channel of a measurement without noise.
    private static let quietPeakCounts: Float = 10_000

    /// Core-level windows wide enough for every line of the library at a shift of up to 3 eV.
    private static let windows: [(name: String, lowEV: Double, highEV: Double)] = [
        ("Br 3d", 60, 82), ("Si 2p", 92, 112), ("P 2p", 123, 145), ("S 2p", 156, 178), ("Cl 2p", 190, 212),
        ("C 1s", 276, 306), ("N 1s", 390, 415), ("O 1s", 522, 548), ("F 1s", 678, 700),
    ]

    private var generator: MixtureGenerator
    private var noise: CountingNoise?

    /// - Parameter peakCounts: Draws counting noise for so many counts at the highest channel; nil draws none.
    init(maxShiftEV: Double, seed: UInt64, peakCounts: Double?) throws {
        generator = MixtureGenerator(library: try PolymerLibrary.shipped, maxShiftEV: maxShiftEV, seed: seed)
        noise = peakCounts.map { CountingNoise(peakCounts: $0, seed: seed &+ 0x9E37_79B9) }
    }

    mutating func next() -> Sample {
        var intensities = [Float](repeating: 0, count: generator.spectrumCount)
        var labels = [Float](repeating: 0, count: generator.labelCount)
        var spectrum = intensities.mutableSpan
        var truth = labels.mutableSpan
        let shiftEV = generator.next(spectrum: &spectrum, labels: &truth)
        noise?.apply(to: &spectrum)
        return Sample(intensities: intensities, labels: labels, shiftEV: shiftEV)
    }

    /// The next spectrum on the scale of a measurement.
    mutating func nextMeasured() -> Sample {
        var sample = next()
        guard noise == nil else { return sample }
        let scale = Self.quietPeakCounts / max(sample.intensities.max() ?? 1, .leastNormalMagnitude)
        for point in sample.intensities.indices { sample.intensities[point] *= scale }
        return sample
    }

    mutating func nextLabelled() -> LabelledSample {
        let sample = next()
        return LabelledSample(intensities: sample.intensities, labels: sample.labels, shiftEV: sample.shiftEV)
    }

    mutating func nextPublished() throws -> PublishedSample {
        let sample = nextMeasured()
        let grid = EnergyGrid.standard
        let axis = EnergyAxis.uniform(startEV: grid.startEV, stepEV: grid.stepEV, count: grid.count)
        let settings = try RegionSettings(name: "core levels", axis: axis, ordinate: .counts, photonEnergyEV: 1486.6)
        return PublishedSample(
            regions: [try Region(settings: settings, intensities: sample.intensities)],
            truth: "{\"simulated\":true,\"shift_eV\":\(sample.shiftEV)}")
    }

    /// The next spectrum as an instrument records it: window by window.
    mutating func nextMeasurement(number: Int) throws -> Spectrum {
        let sample = nextMeasured()
        let grid = EnergyGrid.standard
        let regions = try Self.windows.map { window in
            let first = Int(((window.lowEV - grid.startEV) / grid.stepEV).rounded())
            let last = Int(((window.highEV - grid.startEV) / grid.stepEV).rounded())
            let axis = EnergyAxis.uniform(
                startEV: window.lowEV, stepEV: grid.stepEV, count: last - first + 1)
            return try Region(
                settings: RegionSettings(
                    name: window.name, axis: axis, ordinate: .counts, photonEnergyEV: 1486.6, dwellS: 0.1, sweeps: 1),
                // An instrument counts whole electrons.
                intensities: sample.intensities[first...last].map { $0.rounded() })
        }
        return try Spectrum(regions: regions, sample: "simulated \(number)")
    }
}
