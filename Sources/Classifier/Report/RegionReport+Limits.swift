extension RegionReport {
    /// A cell's first spectra beside least squares that are told little but the statistics of what may be wrong with a
    /// spectrum: what a fit can find, rather than what somebody knows who made it.
    ///
    /// No bound: the fit is linear in what it is not told, and leaves polymers out one by one.
    func limits(of judged: Judged) -> ReportRecord {
        let seed = stream(ReportStream.bootstrap)
        let spectra = Array(judged.spectra.prefix(judged.statisticsOracle.answers.count))
        let comparison = judged.statisticsOracle.comparison(with: judged.spectra, seed: seed)
        let own = AnswerFigures(spectra, seed: seed)
        var record = Self.record("limits", judged.cell)
        record.add("spectra", "n", count: spectra.count)
        record.add("subset_accuracy", "subset", own.subset)
        record.add("statistics_oracle_subset_accuracy", "stat", comparison.oracle.subset)
        record.add("ratio_to_statistics_oracle", "ratio", comparison.ratio)
        record.add("covered_ratio_to_statistics_oracle", "covrd", comparison.ratioOfCovered)
        record.add("combination_accuracy", "whole", own.combined)
        record.add("combination_ratio_to_statistics_oracle", "ratio", comparison.combinedRatio)
        record.add("covered_combination_ratio_to_statistics_oracle", "covrd", comparison.combinedRatioOfCovered)
        record.add("micro_f1", "microF1", own.microF1, decimals: 3)
        record.add("statistics_oracle_micro_f1", "stat", comparison.oracle.microF1, decimals: 3)
        let shifts = AnswerFigures.Shift(judged.statisticsOracle.answers.compactMap(\.shiftErrorEV))
        record.add("shift_median_eV", "median", own.shift?.medianEV, decimals: 3)
        record.add("statistics_oracle_shift_median_eV", "stat", shifts?.medianEV, decimals: 3)
        record.add("shift_p95_eV", "95 %", own.shift?.percentile95EV, decimals: 3)
        record.add("statistics_oracle_shift_p95_eV", "stat", shifts?.percentile95EV, decimals: 3)
        record.add("shift_missed", "missed", judged.missed.missed)
        record.add("shift_missed_undecidable", "nobody", judged.missed.undecidable)
        record.add("decidable_shift_median_eV", "median", judged.missed.decidable?.medianEV, decimals: 3)
        record.add("decidable_shift_p95_eV", "95 %", judged.missed.decidable?.percentile95EV, decimals: 3)
        return record
    }
}
