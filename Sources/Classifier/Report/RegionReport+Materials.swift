import Decomposition
import Synthesis

extension RegionReport {
    /// Counts at the highest channel of the pure polymers' spectra.
    private static let pureCounts = 1e4

    /// Every polymer of the library alone, clean and under hydrocarbon.
    func judgePurePolymers() {
        let contaminations: [(name: String, contamination: MeasurementPlan.Contamination)] = [
            ("none", .none), ("5 to 15 %", .within(0.05...0.15)),
        ]
        var number: UInt64 = 0
        for regions in [ReportRegions.carbonAndOxygen, .all] {
            for (name, contamination) in contaminations {
                let measurements = MeasurementPlan(
                    peakCounts: Self.pureCounts, regions: regions.regions, sample: .pureInTurn,
                    contamination: contamination)
                let seed = stream(ReportStream.pure + number)
                number += 1
                var generator = MeasurementGenerator(
                    library: library, effects: .all, maxShiftEV: plan.maxShiftEV, seed: seed, plan: measurements)
                var polymers: [Int] = []
                let judged = judge.answers(
                    to: &generator, count: library.polymers.count * plan.pureRounds, seed: seed,
                    onMeasurement: { _, measurement, _ in polymers.append(measurement.constituents.first?.polymer ?? 0)
                    })
                emit(pure(judged, polymers: polymers, regions: regions, hydrocarbon: name))
            }
        }
    }

    private func pure(
        _ judged: [JudgedSpectrum], polymers: [Int], regions: ReportRegions, hydrocarbon: String
    ) -> ReportRecord {
        let figures = AnswerFigures(judged, seed: stream(ReportStream.bootstrap))
        var record = Self.record("pure polymers", Cell(counts: Self.pureCounts, regions: regions, stream: 0))
        record.add("hydrocarbon", "hydrocarbon", text: hydrocarbon, width: 11)
        record.add("spectra", "n", count: judged.count)
        record.add("subset_accuracy", "subset", figures.subset)
        record.add("micro_f1", "microF1", figures.microF1, decimals: 3)
        record.add("shift_median_eV", "median/eV", figures.shift?.medianEV, decimals: 3)
        record.add("shift_p95_eV", "95 %", figures.shift?.percentile95EV, decimals: 3)
        record.add("familiarity_false_positives", "strange", figures.unfamiliar)
        if let alkane = groups.firstIndex(of: "alkane") {
            let without = judged.filter { !$0.truth.labels[alkane] }
            record.add("alkane_specificity_spectra", "n no alkane", count: without.count)
            record.add("alkane_specificity", "specificity", Share(of: without) { !$0.answer.isCalled(alkane) })
        }
        var rights = [Share](repeating: Share(), count: library.polymers.count)
        for (spectrum, polymer) in zip(judged, polymers) { rights[polymer].add(spectrum.isRight) }
        record.add("polymers_always_right", "always", count: rights.count { $0.value == 1 })
        record.add("polymers_never_right", "never", count: rights.count { $0.value == 0 })
        record.add(
            "never_right",
            texts: rights.indices.filter { rights[$0].value == 0 }.map { library.polymers[$0].abbreviation })
        return record
    }

    /// False alarms at which materials are compared, whatever the model's own threshold makes of a cell.
    private static let falseAlarms = 0.05

    /// Materials that the library does not hold, in the windows of the known ones: how many are called unfamiliar, how
    /// many a detector finds that was told what to look for, and how many the least squares do that know the library
    /// alone.
    func judgeUnfamiliar(known: [Judged]) {
        // The judge has loaded the same weights.
        let told = try? ToldDetector(
            model: model, library: library, cells: known.map(\.cell), plan: ToldDetector.Plan(plan))
        for (index, material) in UnfamiliarMaterial.allCases.enumerated() {
            for judged in known {
                let (cell, spectra) = (judged.cell, judged.spectra)
                let own = ReportStream.unfamiliar + UInt64(index * Self.cells.count) + cell.stream
                let seed = stream(own)
                var generator = MeasurementGenerator(
                    library: library, effects: .all, maxShiftEV: plan.maxShiftEV, seed: seed,
                    plan: MeasurementPlan(
                        peakCounts: cell.counts, regions: cell.regions.regions, sample: .unfamiliar(material)))
                var misfits: [Double] = []
                let strange = judge.answers(
                    to: &generator, count: max(1, plan.spectra / 10), seed: seed,
                    onMeasurement: { index, measurement, generator in
                        guard index < plan.oracleSpectra / 4 else { return }
                        let oracle = Oracle(tabulatedFor: measurement, from: generator, isTold: false)
                        if let misfit = oracle.misfit { misfits.append(-misfit) }
                    })
                var record = ReportRecord(section: "unfamiliar materials")
                record.add("material", "material", text: material.rawValue, width: 13)
                record.add("regions", "regions", text: cell.regions.rawValue, width: 10)
                record.add("counts", "counts", count: Int(cell.counts))
                record.add("spectra", "n", count: strange.count)
                record.add("true_positives", "called", AnswerFigures.unfamiliar(strange))
                record.add("false_positives", "known", AnswerFigures.unfamiliar(spectra))
                let familiarity = (
                    known: spectra.compactMap { $0.answer.familiarity?.value }.sorted(),
                    strange: strange.compactMap { $0.answer.familiarity?.value }
                )
                if let called = Share.called(
                    familiarity.strange, among: familiarity.known, falseAlarms: Self.falseAlarms)
                {
                    record.add("true_positives_at_5_percent", "at 5 %", called)
                }
                if let found = told?.found(material, in: cell, stream: own, falseAlarms: Self.falseAlarms) {
                    record.add("told_true_positives_at_5_percent", "told", found)
                }
                let usual = judged.statisticsOracle.answers.compactMap { $0.misfit.map { -$0 } }
                if let found = Share.called(misfits, among: usual, falseAlarms: Self.falseAlarms) {
                    record.add("misfit_true_positives_at_5_percent", "misfit", found)
                }
                record.add(
                    "separation", "AUC",
                    AveragePrecision.separation(higher: familiarity.known, lower: familiarity.strange), decimals: 3)
                emit(record)
            }
        }
    }
}
