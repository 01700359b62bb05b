import Decomposition
import NeuralNetwork
public import Synthesis

/// How well a benchmark model does on mixtures of the paper's protocol, beside other models, the constant answer and
/// least squares, on the test split.
public struct BenchmarkReport {
    private let judges: [MixtureJudge]
    private let library: PolymerLibrary
    private let plan: ReportPlan
    private let emit: (ReportRecord) -> Void

    /// A report on a model and others for comparison.
    ///
    /// - Parameter emit: Called with each line as soon as it is known.
    public init(
        models: [Model], library: PolymerLibrary, plan: ReportPlan, emit: @escaping (ReportRecord) -> Void
    ) throws(ModelError) {
        var judges: [MixtureJudge] = []
        for model in models { judges.append(try MixtureJudge(model: model, library: library)) }
        self.judges = judges
        self.library = library
        self.plan = plan
        self.emit = emit
    }

    /// All parts.
    public func run() throws {
        for (number, mixtures) in Self.protocols.enumerated() {
            let seed = RandomGenerator.seed(plan.seed, stream: ReportStream.benchmark + UInt64(number))
            for (index, judge) in judges.enumerated() {
                // The others are there for comparison, which smaller numbers allow.
                let count = index == 0 ? plan.mixtures : max(1, plan.mixtures / 4)
                let judged = try judge.answers(to: mixtures, count: count, seed: seed)
                emit(record(of: judge.name, mixtures, AnswerFigures(judged, seed: seed)))
                if index == 0 { emitConstant(mixtures, judged, seed: seed) }
            }
        }
        for (knowsShift, name) in [(true, "oracle: shift known"), (false, "least squares")] {
            let mixtures = MixtureJudge.Mixtures(maxShiftEV: 3)
            let figures = ClassicalBaseline.benchmark(
                library: library, maxShiftEV: mixtures.maxShiftEV, spectra: plan.classicalSpectra,
                seed: RandomGenerator.seed(plan.seed, stream: ReportStream.benchmark), knowsShift: knowsShift)
            emit(record(of: name, mixtures, figures))
        }
        emit(
            WindowProbe.ofMixtures(
                library: library, training: plan.probe.training, test: plan.probe.test, maxShiftEV: 3,
                seed: RandomGenerator.seed(plan.seed, stream: ReportStream.probe)))
    }

    private static let protocols: [MixtureJudge.Mixtures] =
        (0...5).map { MixtureJudge.Mixtures(maxShiftEV: Double($0)) } + [
            MixtureJudge.Mixtures(maxShiftEV: 3, leastShare: 0.05),
            MixtureJudge.Mixtures(maxShiftEV: 3, peakCounts: 1e5),
            MixtureJudge.Mixtures(maxShiftEV: 3, leastShare: 0.05, peakCounts: 1e5),
        ]

    private func emitConstant(_ mixtures: MixtureJudge.Mixtures, _ judged: [JudgedSpectrum], seed: UInt64) {
        var generator = MixtureGenerator(
            library: library, maxShiftEV: mixtures.maxShiftEV,
            seed: Split.selection.seed(stream: ReportStream.constant))
        var spectrum = [Float](repeating: 0, count: generator.spectrumCount)
        var labels = [Float](repeating: 0, count: generator.labelCount)
        let vectors = (0..<ConstantPredictor.draws).map { _ in
            repeat {
                var spectrumSpan = spectrum.mutableSpan
                var labelSpan = labels.mutableSpan
                _ = generator.next(spectrum: &spectrumSpan, labels: &labelSpan)
            } while !mixtures.admit(MixtureJudge.portions(generator.lastMixture))
            return labels.map { $0 > 0.5 }
        }
        let constant = ConstantPredictor(labels: vectors)
        emit(record(of: "constant", mixtures, AnswerFigures(constant.answers(to: judged), seed: seed)))
    }

    private func record(of name: String, _ mixtures: MixtureJudge.Mixtures) -> ReportRecord {
        var record = ReportRecord(section: "mixtures")
        record.add("answers", "answers", text: name, width: 22)
        record.add("max_shift_eV", "±eV", mixtures.maxShiftEV, decimals: 0)
        record.add("least_share", "least", mixtures.leastShare, decimals: 2)
        record.add("peak_counts", "counts", mixtures.peakCounts, decimals: 0)
        return record
    }

    private func record(
        of name: String, _ mixtures: MixtureJudge.Mixtures, _ figures: AnswerFigures
    ) -> ReportRecord {
        var record = record(of: name, mixtures)
        record.add("spectra", "n", count: figures.subset.trials)
        record.add("subset_accuracy", "subset", figures.subset)
        record.add("micro_f1", "microF1", figures.microF1)
        record.add("micro_f1_interval", interval: figures.microF1Interval)
        record.add("macro_f1", "macroF1", figures.macroF1)
        record.add("mean_average_precision", "mAP", figures.meanAveragePrecision)
        record.add("calibration_error", "cal.err", figures.calibrationError)
        record.add("shift_bias_eV", "bias/eV", figures.shift?.biasEV, decimals: 3)
        record.add("shift_spread_eV", "spread", figures.shift?.spreadEV, decimals: 3)
        record.add("shift_median_eV", "median", figures.shift?.medianEV, decimals: 3)
        record.add("shift_p95_eV", "95 %", figures.shift?.percentile95EV, decimals: 3)
        record.add(
            "average_precision", named: Array(zip(library.functionalGroups, figures.averagePrecisions)))
        return record
    }

    private func record(
        of name: String, _ mixtures: MixtureJudge.Mixtures, _ figures: BaselineFigures
    ) -> ReportRecord {
        var record = record(of: name, mixtures)
        record.add("spectra", "n", count: figures.spectra)
        record.add("subset_accuracy", "subset", figures.subsetAccuracy, decimals: 3)
        record.add(
            "subset_accuracy_interval",
            interval: .wilson(
                successes: Int((figures.subsetAccuracy * Double(figures.spectra)).rounded()),
                trials: figures.spectra))
        record.add("micro_f1", "microF1", figures.microF1)
        for (key, heading) in [
            ("macro_f1", "macroF1"), ("mean_average_precision", "mAP"), ("calibration_error", "cal.err"),
        ] {
            record.add(key, heading, nil as Double?)
        }
        for (key, heading) in [("shift_bias_eV", "bias/eV"), ("shift_spread_eV", "spread")] {
            record.add(key, heading, nil as Double?, decimals: 3)
        }
        record.add("shift_median_eV", "median", figures.shiftMedianEV, decimals: 3)
        record.add("shift_p95_eV", "95 %", figures.shiftPercentile95EV, decimals: 3)
        record.add("seconds_per_spectrum", nil, figures.secondsPerSpectrum)
        return record
    }
}
