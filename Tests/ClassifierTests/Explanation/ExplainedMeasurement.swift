import Classifier
import Spectroscopy
import Synthesis

/// Synthetic measurements as spectra, and analyses of them in which only the shift is filled in.
enum ExplainedMeasurement {
    /// Counting, windows, a step under each line; the library's lines with their vibrations and nothing else.
    static var quiet: InstrumentEffects {
        var effects = InstrumentEffects.none
        for path in [\InstrumentEffects.counting, \.windows, \.offset, \.shirleyStep, \.vibronic] {
            effects[keyPath: path].isOn = true
        }
        return effects
    }

    /// Measurements with their truth, drawn from a seed.
    static func measurements(
        _ count: Int, seed: UInt64, plan: MeasurementPlan, maxShiftEV: Double = 3, library: PolymerLibrary? = nil,
        effects: InstrumentEffects = .all
    ) throws -> [(spectrum: Spectrum, truth: Measurement)] {
        var generator = MeasurementGenerator(
            library: try library ?? .shipped, effects: effects, maxShiftEV: maxShiftEV, seed: seed, plan: plan)
        var measurement = Measurement.empty
        return try (0..<count).map { _ in
            generator.next(&measurement)
            let regions = try zip(measurement.setup.regions, measurement.intensities).map { settings, intensities in
                try Region(settings: settings, intensities: intensities)
            }
            return (try Spectrum(regions: regions), measurement)
        }
    }

    /// An untrained model on regions: what it answers is arbitrary, what the fit and the peaks say is not.
    static func untrained() -> Model {
        Model(
            network: RegionSTN(maxBatch: 1, seed: 5), name: "untrained", labels: FunctionalGroup.all.map(\.name),
            preprocessing: RegionReading.name, shiftOriginEV: 0, trainingRecord: [:])
    }

    /// What an untrained model says, corrected to a known shift and contamination, with no group called present.
    static func analysis(
        of spectrum: Spectrum, shiftEV: Double, contamination: Double, reference: Analysis.Reference = .standard
    ) throws -> Analysis {
        var analysis = try Analyzer(model: untrained(), maxBatch: 1, reference: reference).analyze([spectrum])[0].get()
        analysis.shiftEV = reference.shiftEV(fromStandard: shiftEV)
        analysis.contamination = contamination
        analysis.groups = []
        return analysis
    }

    /// Lines on a constant background of 200 counts, the areas in counts times eV.
    static func region(
        _ name: String, from startEV: Double, to endEV: Double, lines: [(energyEV: Double, area: Double)]
    ) throws -> Region {
        let count = Int(((endEV - startEV) / 0.1).rounded()) + 1
        let axis = EnergyAxis.uniform(startEV: startEV, stepEV: 0.1, count: count)
        let shapes = lines.map {
            (area: $0.area, shape: LineShape(centreEV: $0.energyEV, fwhmEV: 1.1, lorentzianFraction: 0.1))
        }
        return try Region(
            settings: RegionSettings(name: name, axis: axis, ordinate: .counts),
            intensities: (0..<count).map { point in
                let energyEV = axis.energyEV(at: point)
                let signal = shapes.reduce(0) { $0 + $1.area * $1.shape.density(atEV: energyEV) }
                return Float((200 + signal).rounded())
            })
    }
}
