import NeuralNetwork
import Spectroscopy
package import Synthesis

/// A model that is shown where there are data, and no data: what it learns of shift and groups has leaked.
///
/// Ridge regression on the share of each eV that was recorded and on the windows' ends; a group is called from a
/// prediction of one half on. Of several penalties the one that does best on the test spectra counts, in the probe's
/// favour.
package enum WindowProbe {
    private static let penalties = [1e-4, 1e-2, 1]
    /// Where the axis that is looked at begins, and how many eV it has.
    private static let startEV = 40
    private static let widthEV = 660

    /// Labelled rows.
    private struct Sample {
        var x: [Float] = []
        var y: [Float] = []
        var count = 0
    }

    /// The probe on measurements: windows as they were recorded.
    package static func ofMeasurements(
        library: PolymerLibrary, training: Int, test: Int, maxShiftEV: Double, seed: UInt64
    ) -> ReportRecord {
        func sample(_ count: Int, seed: UInt64) -> Sample {
            // A setup of its own for each, so that as many windows are seen as spectra.
            var generator = MeasurementGenerator(
                library: library, effects: .all, maxShiftEV: maxShiftEV, seed: seed,
                plan: MeasurementPlan(drawsPerSetup: 1))
            var measurement = Measurement.empty
            var sample = Sample(count: count)
            for _ in 0..<count {
                generator.nextTruth(&measurement)
                sample.x += features(of: measurement.setup)
                sample.y += [Float(measurement.shiftEV)] + measurement.labels
            }
            return sample
        }
        return record(
            "measurements",
            training: sample(training, seed: Split.selection.seed(stream: ReportStream.probe)),
            test: sample(test, seed: seed))
    }

    /// The probe on the paper's mixtures, which have no windows: where the intensity is not exactly zero, since lines
    /// are cut at a distance.
    package static func ofMixtures(
        library: PolymerLibrary, training: Int, test: Int, maxShiftEV: Double, seed: UInt64
    ) -> ReportRecord {
        func sample(_ count: Int, seed: UInt64) -> Sample {
            var generator = MixtureGenerator(library: library, maxShiftEV: maxShiftEV, seed: seed)
            var spectrum = [Float](repeating: 0, count: generator.spectrumCount)
            var labels = [Float](repeating: 0, count: generator.labelCount)
            var sample = Sample(count: count)
            for _ in 0..<count {
                var spectrumSpan = spectrum.mutableSpan
                var labelSpan = labels.mutableSpan
                let shiftEV = generator.next(spectrum: &spectrumSpan, labels: &labelSpan)
                sample.x += features(of: spectrum)
                sample.y += [shiftEV] + labels
            }
            return sample
        }
        return record(
            "mixtures",
            training: sample(training, seed: Split.selection.seed(stream: ReportStream.probe)),
            test: sample(test, seed: seed))
    }

    private static func features(of setup: InstrumentSetup) -> [Float] {
        var recorded = [Float](repeating: 0, count: widthEV)
        var ends: [String: (low: Float, high: Float)] = [:]
        for region in setup.regions {
            let lowEV = region.axis.energyEV(at: 0)
            let highEV = region.axis.energyEV(at: region.axis.count - 1)
            ends[region.name] = (Float(lowEV), Float(highEV))
            for cell in max(0, Int(lowEV) - startEV)..<max(1, min(widthEV, Int(highEV) - startEV + 1)) {
                let overlap = min(highEV, Double(startEV + cell + 1)) - max(lowEV, Double(startEV + cell))
                recorded[cell] = max(recorded[cell], Float(overlap))
            }
        }
        let names = MeasurementPlan.regionNames + ["survey"]
        // In the scale of the shares, so that one penalty does for both.
        return recorded + names.flatMap { ends[$0].map { [$0.low / 10, $0.high / 10] } ?? [0, 0] }
    }

    private static func features(of spectrum: [Float]) -> [Float] {
        let cells = Int((1 / EnergyGrid.standard.stepEV).rounded())
        return (0..<widthEV).map { eV in
            Float(spectrum[eV * cells..<(eV + 1) * cells].count { $0 != 0 }) / Float(cells)
        }
    }

    private static func record(_ generator: String, training: Sample, test: Sample) -> ReportRecord {
        let targets = training.y.count / training.count
        let width = training.x.count / training.count
        let regression = RidgeRegression(x: training.x, y: training.y, count: training.count)
        let truths = (0..<test.count).map { Array(test.y[$0 * targets..<($0 + 1) * targets]) }
        let labels = truths.map { $0.dropFirst().map { $0 > 0.5 } }
        var best: (r2: Double, micro: Double, macro: Double) = (-.infinity, 0, 0)
        for penalty in penalties {
            let coefficients = regression.coefficients(penalty: penalty)
            let predictions = (0..<test.count).map {
                regression.predict(test.x[$0 * width..<($0 + 1) * width], coefficients: coefficients)
            }
            let figures = figures(
                labels, probabilities: predictions.map { $0.dropFirst().map { Float($0) } })
            let r2 = explained(predictions.map { $0[0] }, truths.map { Double($0[0]) })
            best = (max(best.r2, r2), max(best.micro, figures.microF1), max(best.macro, figures.macroF1))
        }
        let priors = (0..<training.count).map { row in
            training.y[row * targets + 1..<(row + 1) * targets].map { $0 > 0.5 }
        }
        let constant = AnswerFigures(
            ConstantPredictor(labels: priors).answers(to: judged(labels, probabilities: nil)), seed: 0)
        var record = ReportRecord(section: "probe of windows")
        record.add("generator", "generator", text: generator, width: 12)
        record.add("training_spectra", "learned", count: training.count)
        record.add("test_spectra", "tested", count: test.count)
        record.add("shift_r2", "R2 of shift", best.r2)
        record.add("micro_f1", "microF1", best.micro)
        record.add("constant_micro_f1", "constant", constant.microF1)
        record.add("constant_micro_f1_interval", interval: constant.microF1Interval)
        record.add("macro_f1", "macroF1", best.macro)
        record.add("constant_macro_f1", "constant", constant.macroF1)
        return record
    }

    private static func judged(_ labels: [[Bool]], probabilities: [[Float]]?) -> [JudgedSpectrum] {
        labels.indices.map { row in
            JudgedSpectrum(
                answer: .init(probabilities: probabilities?[row] ?? [], modes: []),
                truth: .init(
                    labels: labels[row], shiftEV: 0, fractions: labels[row].map { $0 ? 1 : 0 },
                    coversPresentElements: true))
        }
    }

    private static func figures(_ labels: [[Bool]], probabilities: [[Float]]) -> AnswerFigures {
        AnswerFigures(judged(labels, probabilities: probabilities), seed: 0)
    }

    /// 1 - Σ(y - p)² / Σ(y - mean)².
    private static func explained(_ predictions: [Double], _ truths: [Double]) -> Double {
        let mean = truths.reduce(0, +) / Double(truths.count)
        let total = truths.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let left = zip(predictions, truths).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        return total > 0 ? 1 - left / total : 0
    }
}
