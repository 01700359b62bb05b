import Classifier
import Spectroscopy
import Synthesis

/// Labelled measurements with everything that instruments and samples do to them, drawn from a seed.
struct SimulatedMeasurements: SimulationSource {
    private var generator: MeasurementGenerator
    private var measurement = Measurement.empty
    private var gridded = GriddedSpectrum()
    private var regridder: (serial: Int, regridder: Regridder)?

    init(maxShiftEV: Double, seed: UInt64, plan: MeasurementPlan) throws {
        generator = MeasurementGenerator(
            library: try PolymerLibrary.shipped, effects: .all, maxShiftEV: maxShiftEV, seed: seed, plan: plan)
    }

    mutating func nextMeasurement(number: Int) throws -> Spectrum {
        generator.next(&measurement)
        return try Spectrum(regions: regions(), sample: "simulated \(number)")
    }

    mutating func nextPublished() throws -> PublishedSample {
        generator.next(&measurement)
        return PublishedSample(regions: try regions(), truth: truth)
    }

    /// The measurement on the grid, its regions brought to the scale of the first.
    mutating func nextLabelled() throws -> LabelledSample {
        generator.next(&measurement)
        let settings = measurement.setup.regions
        if regridder?.serial != measurement.setup.serial {
            regridder = (measurement.setup.serial, Regridder(settings))
        }
        try regridder?.regridder.regrid(measurement.intensities, into: &gridded)
        let rates = gridded.rates(settings)
        for (window, rate) in zip(gridded.windows, rates) {
            let scale = rate / rates[0]
            for cell in window.cells {
                gridded.intensities[cell] *= scale
                gridded.variance[cell] *= scale * scale
            }
        }
        return LabelledSample(
            intensities: gridded.intensities, labels: measurement.labels, shiftEV: Float(measurement.shiftEV),
            recording: LabelledSetWriter.Recording(
                variance: gridded.variance, recorded: gridded.recorded,
                photonEnergyEV: Float(settings.first?.photonEnergyEV ?? 0)))
    }

    private func regions() throws -> [Region] {
        try zip(measurement.setup.regions, measurement.intensities).map { settings, intensities in
            try Region(settings: settings, intensities: intensities)
        }
    }

    private var truth: String {
        let constituents = measurement.constituents.map { constituent in
            let name = generator.library.polymers[constituent.polymer].abbreviation
            return "{\"polymer\":\"\(name)\",\"fraction\":\(constituent.fraction),\"shift_eV\":\(constituent.shiftEV)}"
        }
        return """
            {"simulated":true,"shift_eV":\(measurement.shiftEV),"spread_eV":\(measurement.spreadEV),\
            "contamination":\(measurement.contamination),"constituents":[\(constituents.joined(separator: ","))]}
            """
    }
}
