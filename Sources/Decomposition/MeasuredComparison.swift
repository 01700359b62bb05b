import Spectroscopy
public import Synthesis

/// Baseline and oracle on the same synthetic measurements: where a model's figures lie between the two.
public struct MeasuredComparison: Sendable {
    /// Least squares on the nominal library, shift searched.
    public let baseline: BaselineFigures
    /// The same of the spectra whose elements' main lines are all recorded.
    public let baselineCovered: BaselineFigures
    /// Least squares with shift, lines and background known.
    public let oracle: BaselineFigures
    /// The same of the spectra whose elements' main lines are all recorded.
    public let oracleCovered: BaselineFigures
    /// Of the library's groups in all spectra, the share that the oracle can decide at the standard rates.
    public let decidableShare: Double
    /// Of those it decides, the share that it decides rightly.
    public let decidedRightly: Double

    /// Judges `spectra` measurements of a plan; half as many others choose the thresholds.
    public init(
        library: PolymerLibrary, effects: InstrumentEffects = .all, plan: MeasurementPlan, maxShiftEV: Double,
        spectra: Int, seed: UInt64, oracleKnowsOwnShifts: Bool = true, onProgress: (Int) -> Void = { _ in }
    ) {
        let classical = ClassicalBaseline(library: library, options: .measured(maxShiftEV: maxShiftEV))
        func run(_ count: Int, seed: UInt64, decides: Bool) -> Sample {
            var sample = Sample()
            var generator = MeasurementGenerator(
                library: library, effects: effects, maxShiftEV: maxShiftEV, seed: seed, plan: plan)
            var measurement = Measurement.empty
            for _ in 0..<count {
                generator.next(&measurement)
                sample.add(
                    measurement, classical: classical,
                    oracle: Oracle(measurement, from: generator, knowsOwnShifts: oracleKnowsOwnShifts),
                    decides: decides)
                onProgress(1)
            }
            return sample
        }
        let chosen = run(max(1, spectra / 2), seed: ~seed, decides: false)
        let judged = run(spectra, seed: seed, decides: true)
        func figures(_ part: (Sample) -> Answers, coveredOnly: Bool) -> BaselineFigures {
            let answers = part(judged)
            let kept = answers.rows.indices.filter { !coveredOnly || judged.isCovered[$0] }.map { answers.rows[$0] }
            return BaselineFigures(
                kept, threshold: ClassicalBaseline.choose(part(chosen).rows),
                secondsPerSpectrum: answers.seconds / Double(max(1, answers.rows.count)))
        }
        baseline = figures(\.baseline, coveredOnly: false)
        baselineCovered = figures(\.baseline, coveredOnly: true)
        oracle = figures(\.oracle, coveredOnly: false)
        oracleCovered = figures(\.oracle, coveredOnly: true)
        decidableShare = Double(judged.decided) / Double(max(1, judged.asked))
        decidedRightly = Double(judged.right) / Double(max(1, judged.decided))
    }

    /// Answers of one method and the time they took.
    private struct Answers {
        var rows: [LabelledAnswer] = []
        var seconds = 0.0
    }

    /// Answers to some spectra.
    private struct Sample {
        var baseline = Answers()
        var oracle = Answers()
        var isCovered: [Bool] = []
        var asked = 0
        var decided = 0
        var right = 0

        mutating func add(
            _ measurement: Measurement, classical: ClassicalBaseline, oracle: Oracle, decides: Bool
        ) {
            let labels = measurement.labels.map { $0 > 0.5 }
            isCovered.append(measurement.coversPresentElements)
            self.oracle.rows.append(
                LabelledAnswer(
                    groupShares: GroupThreshold.groupShares(oracle.shares, carriers: classical.carriers),
                    labels: labels, shiftErrorEV: nil))
            if decides { decide(oracle, labels: labels, carriers: classical.carriers) }
            let regridder = Regridder(measurement.setup.regions)
            var gridded = GriddedSpectrum()
            // Counts that a generator drew are finite and as many as its axis has; were they not, nothing is recorded.
            try? regridder.regrid(measurement.intensities, into: &gridded)
            let start = ProcessorTime.seconds
            let answer = classical.answer(Observation(gridded, settings: measurement.setup.regions))
            baseline.seconds += ProcessorTime.seconds - start
            baseline.rows.append(
                LabelledAnswer(
                    groupShares: answer.groupShares, labels: labels,
                    shiftErrorEV: answer.shiftEV - measurement.shiftEV))
        }

        private mutating func decide(_ oracle: Oracle, labels: [Bool], carriers: [[Bool]]) {
            for (group, marks) in carriers.enumerated() where marks.contains(true) {
                let decision = oracle.support(of: marks).decision
                asked += 1
                guard decision != .undecided else { continue }
                decided += 1
                right += (decision == .present) == labels[group] ? 1 : 0
            }
        }
    }
}
