import Spectroscopy
public import Synthesis

/// Runs a model over labelled spectra, fresh or from a file, and collects its figures.
public final class Evaluator {
    private let engine: Engine
    private let batch: Int
    private let points = EnergyGrid.standard.count
    private let labelCount: Int
    private var input: [Float]
    private var labels: [Float]
    private var appliedShiftsEV: [Float]
    private var probabilities: [Float]
    private var shiftsEV: [Float]
    private var reading = RegionReading()

    /// What answers: one of the paper's networks on the whole axis, or a network on regions.
    private enum Engine {
        case axis(Inference)
        case regions(RegionEngine, Calibration, unmixes: Bool)
    }

    /// Memory for a batch of a model.
    public init(model: Model, batch: Int = 256) throws {
        engine =
            Architecture.paper.contains(model.architecture)
            ? .axis(try Inference(model: model, maxBatch: batch))
            : .regions(
                try RegionEngine(model: model, maxBatch: batch), try Calibration(of: model),
                unmixes: model.architecture == .unmixingSTN)
        self.batch = batch
        labelCount = model.labels.count
        input = [Float](repeating: 0, count: batch * points)
        labels = [Float](repeating: 0, count: batch * labelCount)
        appliedShiftsEV = [Float](repeating: 0, count: batch)
        probabilities = [Float](repeating: 0, count: batch * labelCount)
        shiftsEV = [Float](repeating: 0, count: batch)
    }

    /// The figures for the next `count` spectra of a stream.
    public func evaluate(
        _ generator: inout MixtureGenerator, count: Int, onProgress: (Int) -> Void = { _ in }
    ) throws(AnalysisError) -> Evaluation.Metrics {
        var evaluation = Evaluation(labelCount: labelCount)
        var done = 0
        while done < count {
            let rows = min(batch, count - done)
            draw(&generator, rows: rows)
            for row in 0..<rows { try prepare(row: row, windows: [0..<points], variance: nil) }
            answer(rows: rows, knowsShifts: true, into: &evaluation)
            done += rows
            onProgress(rows)
        }
        return evaluation.metrics
    }

    /// The figures for a labelled set.
    ///
    /// - Throws: `LabelledSetError`, which names the spectrum that cannot be used.
    public func evaluate(
        _ set: LabelledSet, onProgress: (Int) -> Void = { _ in }
    ) throws(LabelledSetError) -> Evaluation.Metrics {
        var evaluation = Evaluation(labelCount: labelCount)
        var done = 0
        while done < set.count {
            let range = done..<min(done + batch, set.count)
            input.replaceSubrange(0..<range.count * points, with: try set.spectra(in: range))
            labels.replaceSubrange(0..<range.count * labelCount, with: try set.labels(in: range))
            appliedShiftsEV.replaceSubrange(0..<range.count, with: try set.shiftsEV(in: range))
            let variances = try set.variances(in: range)
            for row in 0..<range.count {
                let windows = try set.windows(of: range.lowerBound + row)
                do {
                    let variance = variances?.span.extracting(self.range(row, points))
                    try prepare(row: row, windows: windows, variance: variance)
                } catch {
                    throw .malformed(file: set.path, "spectrum \(range.lowerBound + row): \(error)")
                }
            }
            answer(rows: range.count, knowsShifts: set.knowsShifts, into: &evaluation)
            done = range.upperBound
            onProgress(range.count)
        }
        return evaluation.metrics
    }

    private func draw(_ generator: inout MixtureGenerator, rows: Int) {
        for row in 0..<rows {
            appliedShiftsEV[row] = input.withUnsafeMutableBufferPointer { input in
                labels.withUnsafeMutableBufferPointer { labels in
                    let (spectrumRange, labelRange) = (range(row, points), range(row, labelCount))
                    var spectrum = UnsafeMutableBufferPointer(rebasing: input[spectrumRange]).mutableSpan
                    var label = UnsafeMutableBufferPointer(rebasing: labels[labelRange]).mutableSpan
                    return generator.next(spectrum: &spectrum, labels: &label)
                }
            }
        }
    }

    private func prepare(
        row: Int, windows: [Range<Int>], variance: Span<Float>?
    ) throws(AnalysisError) {
        switch engine {
        case .axis:
            try input.withUnsafeMutableBufferPointer { input throws(AnalysisError) in
                var spectrum = UnsafeMutableBufferPointer(rebasing: input[range(row, points)]).mutableSpan
                try Preprocessing.prepare(&spectrum, windows: windows)
            }
        case .regions(let engine, _, let unmixes):
            let spectrum = Array(input[range(row, points)])
            if unmixes, windows == [0..<points] {
                try reading.read(clean: spectrum.span)
            } else {
                try reading.read(row: spectrum.span, variance: variance, windows: windows)
            }
            engine.set(reading, row: row)
        }
    }

    private func answer(rows: Int, knowsShifts: Bool, into evaluation: inout Evaluation) {
        var estimatesShift = true
        switch engine {
        case .axis(let inference):
            var probabilitySpan = probabilities.mutableSpan
            var shiftSpan = shiftsEV.mutableSpan
            inference.run(spectra: input.span, count: rows, probabilities: &probabilitySpan, shiftsEV: &shiftSpan)
            estimatesShift = inference.estimatesShift
        case .regions(let engine, let calibration, _):
            for (row, answer) in engine.answers(batch: rows).enumerated() {
                let calibrated = calibration.apply(answer)
                shiftsEV[row] = calibrated.shiftEV
                probabilities.replaceSubrange(range(row, labelCount), with: calibrated.probabilities)
                if let combination = calibrated.combination {
                    evaluation.add(
                        combination: combination.groups, labels: labels.span.extracting(range(row, labelCount)))
                }
            }
        }
        evaluation.add(probabilities: probabilities.span, labels: labels.span, count: rows)
        if knowsShifts, estimatesShift {
            let (estimated, applied) = (shiftsEV, appliedShiftsEV)
            evaluation.add(estimatedShiftsEV: estimated.span, appliedShiftsEV: applied.span, count: rows)
        }
    }

    private func range(_ row: Int, _ width: Int) -> Range<Int> {
        row * width..<(row + 1) * width
    }
}
