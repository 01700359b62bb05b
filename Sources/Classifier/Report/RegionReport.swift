import Decomposition
import NeuralNetwork
public import Synthesis

/// How well a model on regions does on measurements as instruments deliver them, part by part, on the test split.
public final class RegionReport {
    let model: Model
    let judge: MeasurementJudge
    let library: PolymerLibrary
    let plan: ReportPlan
    let emit: (ReportRecord) -> Void
    let groups: [String]

    /// A report on a model.
    ///
    /// - Parameter emit: Called with each line as soon as it is known.
    public init(
        model: Model, library: PolymerLibrary, plan: ReportPlan, emit: @escaping (ReportRecord) -> Void
    ) throws(ModelError) {
        self.model = model
        judge = try MeasurementJudge(model: model, library: library)
        self.library = library
        self.plan = plan
        self.emit = emit
        groups = library.functionalGroups
    }

    /// A cell of the table: counts at the highest channel, and what was recorded.
    struct Cell {
        let counts: Double
        let regions: ReportRegions
        let stream: UInt64

        /// What its spectra are drawn by.
        var measurements: MeasurementPlan { MeasurementPlan(peakCounts: counts, regions: regions.regions) }
    }

    /// What a cell gave.
    struct Judged {
        let cell: Cell
        let spectra: [JudgedSpectrum]
        /// The oracle with the lines that made each spectrum, and that with the library's and their statistics.
        let oracle: JudgedByOracle
        let libraryOracle: JudgedByOracle
        /// The oracle that is told nothing but statistics.
        let statisticsOracle: JudgedByOracle
        let figures: AnswerFigures
        /// Whether the oracle's posterior of the shift has one mode, of the first spectra.
        let hasOneShift: [Bool]
        /// Of the first spectra, those whose shift is missed.
        let missed: MissedShifts
    }

    /// An oracle's answers to a cell's first spectra.
    struct JudgedByOracle {
        let judge: OracleJudge
        let threshold: GroupThreshold
        var answers: [OracleJudge.Answer] = []

        /// An oracle whose threshold is chosen on other spectra of the cell.
        init(knows knowledge: OracleJudge.Knowledge, library: PolymerLibrary, plan: ReportPlan, cell: Cell) {
            judge = OracleJudge(library: library, knows: knowledge)
            threshold = judge.threshold(
                library: library, plan: cell.measurements, maxShiftEV: plan.maxShiftEV,
                spectra: max(1, plan.oracleSpectra / 2), stream: cell.stream)
        }

        mutating func add(_ measurement: Measurement, from generator: MeasurementGenerator, decides: Bool) {
            answers.append(judge.answer(measurement, from: generator, decides: decides))
        }

        /// A model beside the oracle.
        func comparison(with spectra: [JudgedSpectrum], seed: UInt64) -> OracleComparison {
            OracleComparison(
                Array(spectra.prefix(answers.count)), answers: answers, threshold: threshold, seed: seed)
        }

        /// Of spectra by their numbers, those with every group right.
        func subset(of indices: [Int], spectra: [JudgedSpectrum]) -> Share {
            Share(of: indices.filter { $0 < answers.count }) { index in
                answers[index].calls(by: threshold) == spectra[index].truth.labels
            }
        }
    }

    /// All parts.
    public func run() {
        let judged = Self.cells.map { cell in
            let judged = judge(cell)
            emitAccuracy(of: judged)
            return judged
        }
        for cell in judged { emit(limits(of: cell)) }
        for cell in judged { emit(confidence(of: cell)) }
        let classical = ClassicalBaseline(library: library, options: .measured(maxShiftEV: plan.maxShiftEV))
        for cell in judged { emit(answer(of: classical, to: cell)) }
        for cell in judged where cell.cell.regions == .all { emitFractions(of: cell) }
        judgePurePolymers()
        judgePhotonEnergies()
        if judge.isCalibrated { judgeUnfamiliar(known: judged) }
        emit(
            WindowProbe.ofMeasurements(
                library: library, training: plan.probe.training, test: plan.probe.test, maxShiftEV: plan.maxShiftEV,
                seed: stream(ReportStream.probe)))
    }

    /// The table's cells.
    static let cells = ReportRegions.allCases.enumerated().flatMap { row, regions in
        ReportPlan.counts.enumerated().map { column, counts in
            Cell(counts: counts, regions: regions, stream: UInt64(row * ReportPlan.counts.count + column))
        }
    }

    /// The seed of a stream of the test split.
    func stream(_ number: UInt64) -> UInt64 { RandomGenerator.seed(plan.seed, stream: number) }

    private func judge(_ cell: Cell) -> Judged {
        var oracle = JudgedByOracle(knows: .drawnLines, library: library, plan: plan, cell: cell)
        var libraryOracle = JudgedByOracle(knows: .library, library: library, plan: plan, cell: cell)
        var statisticsOracle = JudgedByOracle(knows: .statistics, library: library, plan: plan, cell: cell)
        var generator = MeasurementGenerator(
            library: library, effects: .all, maxShiftEV: plan.maxShiftEV,
            seed: stream(ReportStream.cells + cell.stream), plan: cell.measurements)
        var hasOneShift: [Bool] = []
        let search = OracleShiftSearch(generator: generator)
        let source = generator
        var asked: [Measurement] = []
        let spectra = judge.answers(
            to: &generator, count: plan.spectra, seed: stream(ReportStream.cells + cell.stream),
            onMeasurement: { index, measurement, generator in
                if index < plan.oracleShifts {
                    hasOneShift.append(
                        search.posterior(of: measurement).hasOneMode(holding: AnswerFigures.weightOfOneMode))
                }
                guard index < plan.oracleSpectra else { return }
                asked.append(measurement)
                oracle.add(measurement, from: generator, decides: true)
                libraryOracle.add(measurement, from: generator, decides: false)
                statisticsOracle.add(measurement, from: generator, decides: false)
            })
        return Judged(
            cell: cell, spectra: spectra, oracle: oracle, libraryOracle: libraryOracle,
            statisticsOracle: statisticsOracle,
            figures: AnswerFigures(spectra, seed: stream(ReportStream.bootstrap)),
            hasOneShift: hasOneShift, missed: MissedShifts(spectra, measurements: asked, from: source))
    }

    private func emitAccuracy(of judged: Judged) {
        let cell = judged.cell
        let seed = stream(ReportStream.bootstrap)
        let figures = judged.figures
        let constant = AnswerFigures(
            ConstantPredictor(library: library, plan: cell.measurements, maxShiftEV: plan.maxShiftEV)
                .answers(to: judged.spectra), seed: seed)
        let comparison = judged.oracle.comparison(with: judged.spectra, seed: seed)
        let ofLibrary = judged.libraryOracle.comparison(with: judged.spectra, seed: seed)
        var record = Self.record("accuracy", cell)
        record.add("spectra", "n", count: judged.spectra.count)
        record.add("subset_accuracy", "subset", figures.subset)
        record.add("constant_subset_accuracy", "const", constant.subset)
        record.add("oracle_spectra", "n orac", count: judged.oracle.answers.count)
        record.add("oracle_subset_accuracy", "oracle", comparison.oracle.subset)
        record.add("ratio_to_oracle", "ratio", comparison.ratio)
        record.add("library_oracle_subset_accuracy", "lib", ofLibrary.oracle.subset)
        record.add("ratio_to_library_oracle", "ratio", ofLibrary.ratio)
        record.add("library_oracle_threshold", nil, judged.libraryOracle.threshold.share)
        record.add("covered_spectra", "covrd", count: figures.subsetOfCovered.trials)
        record.add("covered_subset_accuracy", "subset", figures.subsetOfCovered)
        record.add("covered_oracle_subset_accuracy", "oracle", comparison.oracle.subsetOfCovered)
        record.add("covered_ratio_to_oracle", "ratio", comparison.ratioOfCovered)
        record.add("covered_library_oracle_subset_accuracy", "lib", ofLibrary.oracle.subsetOfCovered)
        record.add("covered_ratio_to_library_oracle", "ratio", ofLibrary.ratioOfCovered)
        record.add("combination_accuracy", "whole", figures.combined)
        record.add("combination_stated", "stated", figures.statedCombination, decimals: 3)
        record.add("combination_ratio_to_library_oracle", "ratio", ofLibrary.combinedRatio)
        record.add("covered_combination_accuracy", "whole", figures.combinedOfCovered)
        record.add("covered_combination_ratio_to_library_oracle", "ratio", ofLibrary.combinedRatioOfCovered)
        record.add("strict_subset_accuracy", "strict", comparison.strictSubset)
        record.add("decided_share", "decid", judge.isCalibrated ? figures.decided.value : 1, decimals: 3)
        record.add("oracle_decidable_share", "o.dec", comparison.decidable.value, decimals: 3)
        record.add("micro_f1", "microF1", figures.microF1, decimals: 3)
        record.add("micro_f1_interval", interval: figures.microF1Interval)
        record.add("constant_micro_f1", "const", constant.microF1, decimals: 3)
        record.add("oracle_micro_f1", "oracle", comparison.oracle.microF1, decimals: 3)
        record.add("oracle_micro_f1_interval", interval: comparison.oracle.microF1Interval)
        record.add("library_oracle_micro_f1", "lib", ofLibrary.oracle.microF1, decimals: 3)
        record.add("library_oracle_micro_f1_interval", interval: ofLibrary.oracle.microF1Interval)
        record.add("macro_f1", "macroF1", figures.macroF1, decimals: 3)
        record.add("constant_macro_f1", nil, constant.macroF1, decimals: 3)
        record.add("oracle_macro_f1", "oracle", comparison.oracle.macroF1, decimals: 3)
        record.add("library_oracle_macro_f1", "lib", ofLibrary.oracle.macroF1, decimals: 3)
        record.add("mean_average_precision", "mAP", figures.meanAveragePrecision, decimals: 3)
        record.add("constant_mean_average_precision", "const", constant.meanAveragePrecision, decimals: 3)
        record.add("average_precision", named: Array(zip(groups, figures.averagePrecisions)))
        emit(record)
    }

    private func confidence(of judged: Judged) -> ReportRecord {
        let figures = judged.figures
        var record = Self.record("confidence", judged.cell)
        record.add("calibration_error", "cal.err", figures.calibrationError, decimals: 3)
        record.add("shift_bias_eV", "bias/eV", figures.shift?.biasEV, decimals: 3)
        record.add("shift_spread_eV", "spread", figures.shift?.spreadEV, decimals: 3)
        record.add("shift_median_eV", "median", figures.shift?.medianEV, decimals: 3)
        record.add("shift_p95_eV", "95 %", figures.shift?.percentile95EV, decimals: 3)
        record.add("one_mode_share", "1 mode", figures.oneMode)
        record.add("one_mode_shift_median_eV", "median", figures.shiftOfOneMode?.medianEV, decimals: 3)
        record.add("one_mode_shift_p95_eV", "95 %", figures.shiftOfOneMode?.percentile95EV, decimals: 3)
        record.add("within_sigma", "1 sigma", figures.withinSigma)
        record.add("within_two_sigma", "2 sigma", figures.withinTwoSigma)
        record.add("truth_among_alternatives", "altern", figures.truthAmongModes)
        record.add("conformal_coverage", "conf90", figures.conformal)
        record.add("conformal_stated_coverage", "stated", figures.statedCoverage, decimals: 3)
        record.add("conformal_median_ambiguous", "set", figures.medianAmbiguous, decimals: 1)
        record.add("familiarity_false_positives", "strange", figures.unfamiliar)
        addOracleShifts(of: judged, to: &record)
        return record
    }

    /// Errors where the shift can be known, and alternatives where it cannot.
    private func addOracleShifts(of judged: Judged, to record: inout ReportRecord) {
        guard !judged.hasOneShift.isEmpty else { return }
        let pairs = zip(judged.spectra, judged.hasOneShift)
        let seed = stream(ReportStream.bootstrap)
        let known = AnswerFigures(pairs.filter(\.1).map(\.0), seed: seed)
        let ambiguous = AnswerFigures(pairs.filter { !$0.1 }.map(\.0), seed: seed)
        record.add("oracle_one_shift", "o.1mode", Share(of: judged.hasOneShift) { $0 })
        record.add("oracle_one_shift_median_eV", "median", known.shift?.medianEV, decimals: 3)
        record.add("oracle_one_shift_p95_eV", "95 %", known.shift?.percentile95EV, decimals: 3)
        record.add("ambiguous_truth_among_alternatives", "altern", ambiguous.truthAmongModes)
    }

    /// What least squares on the library, told nothing and searching over shifts, make of the cell's first spectra.
    private func answer(of classical: ClassicalBaseline, to judged: Judged) -> ReportRecord {
        let cell = judged.cell
        let figures = classical.figures(
            of: library, plan: cell.measurements, maxShiftEV: plan.maxShiftEV, spectra: plan.classicalSpectra,
            seed: stream(ReportStream.cells + cell.stream),
            choiceSeed: Split.selection.seed(stream: ReportStream.thresholds + cell.stream))
        let own = AnswerFigures(Array(judged.spectra.prefix(figures.spectra)), seed: stream(ReportStream.bootstrap))
        var record = Self.record("classical answer", cell)
        record.add("spectra", "n", count: figures.spectra)
        record.add("subset_accuracy", "subset", figures.subsetAccuracy, decimals: 3)
        record.add("model_subset_accuracy", "model", own.subset)
        record.add("micro_f1", "microF1", figures.microF1, decimals: 3)
        record.add("model_micro_f1", "model", own.microF1, decimals: 3)
        record.add("shift_median_eV", "median/eV", figures.shiftMedianEV, decimals: 3)
        record.add("model_shift_median_eV", "model", own.shift?.medianEV, decimals: 3)
        record.add("shift_p95_eV", "95 %", figures.shiftPercentile95EV, decimals: 3)
        record.add("seconds_per_spectrum", "s each", figures.secondsPerSpectrum)
        return record
    }

    /// Accuracy by the smallest fraction on which a label rests.
    private func emitFractions(of judged: Judged) {
        for range in Self.fractionBins {
            let indices = judged.spectra.indices.filter { range.contains(judged.spectra[$0].truth.smallestFraction) }
            let figures = AnswerFigures(indices.map { judged.spectra[$0] }, seed: stream(ReportStream.bootstrap))
            let oracle = judged.oracle.subset(of: indices, spectra: judged.spectra)
            let ofLibrary = judged.libraryOracle.subset(of: indices, spectra: judged.spectra)
            var record = Self.record("smallest fraction", judged.cell)
            record.add("fraction_from", "from", range.lowerBound, decimals: 2)
            record.add("fraction_to", "to", min(range.upperBound, 1), decimals: 2)
            record.add("spectra", "n", count: indices.count)
            record.add("subset_accuracy", "subset", figures.subset)
            record.add("micro_f1", "microF1", indices.isEmpty ? nil : figures.microF1, decimals: 3)
            record.add("oracle_spectra", "n orac", count: oracle.trials)
            record.add("oracle_subset_accuracy", "oracle", oracle)
            record.add("library_oracle_subset_accuracy", "lib", ofLibrary)
            let calls = Self.calls(ofGroupsOn: range, in: judged.spectra)
            record.add("groups", "groups", count: calls.present.trials)
            record.add("groups_called_present", "present", calls.present)
            record.add("groups_called_absent", "absent", calls.absent)
            emit(record)
        }
    }

    /// Of the groups that are there and rest on such a share of the atoms, those called present, and those called absent.
    private static func calls(
        ofGroupsOn range: Range<Double>, in spectra: [JudgedSpectrum]
    ) -> (present: Share, absent: Share) {
        var (present, absent) = (Share(), Share())
        for spectrum in spectra {
            guard let decisions = spectrum.answer.decisions else { continue }
            for group in decisions.indices where spectrum.truth.labels[group] {
                guard range.contains(spectrum.truth.fractions[group]) else { continue }
                present.add(decisions[group] == .present)
                absent.add(decisions[group] == .absent)
            }
        }
        return (present, absent)
    }

    private static let fractionBins = [0.05..<0.07, 0.07..<0.1, 0.1..<0.2, 0.2..<0.4, 0.4..<1.01]

    static func record(_ section: String, _ cell: Cell) -> ReportRecord {
        var record = ReportRecord(section: section)
        record.add("regions", "regions", text: cell.regions.rawValue, width: 10)
        record.add("counts", "counts", count: Int(cell.counts))
        return record
    }
}
