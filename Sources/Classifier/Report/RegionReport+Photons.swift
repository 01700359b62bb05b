import Synthesis

extension RegionReport {
    /// From just above oxygen's edge to hard X-rays; Mg Kα and, to compare with, Al Kα among them.
    private static let photonEnergiesEV = [500, 700, 850, 1000, 1253.6, 1486.6, 3000, 6000, 10000]
    /// Counts at the highest channel of their spectra.
    private static let photonCounts = 1e4

    /// Other photons than Al Kα, on regions that these reach.
    ///
    /// Auger lines but sodium's are not in the spectra; where they would lie under a region, an answer says so.
    func judgePhotonEnergies() {
        for (row, regions) in [ReportRegions.carbonAndOxygen, .all].enumerated() {
            for (column, energyEV) in Self.photonEnergiesEV.enumerated() {
                let seed = stream(ReportStream.photons + UInt64(row * Self.photonEnergiesEV.count + column))
                var generator = MeasurementGenerator(
                    library: library, effects: .all, maxShiftEV: plan.maxShiftEV, seed: seed,
                    plan: MeasurementPlan(
                        peakCounts: Self.photonCounts, regions: regions.regions, photonEnergyEV: energyEV))
                let judged = judge.answers(to: &generator, count: max(1, plan.spectra / 4), seed: seed)
                let figures = AnswerFigures(judged, seed: stream(ReportStream.bootstrap))
                var record = ReportRecord(section: "photon energies")
                record.add("regions", "regions", text: regions.rawValue, width: 10)
                record.add("photon_energy_eV", "hv/eV", energyEV, decimals: 1)
                record.add("spectra", "n", count: judged.count)
                record.add("subset_accuracy", "subset", figures.subset)
                record.add("combination_accuracy", "whole", figures.combined)
                record.add("micro_f1", "microF1", figures.microF1, decimals: 3)
                record.add("calibration_error", "cal.err", figures.calibrationError, decimals: 3)
                record.add("shift_median_eV", "median/eV", figures.shift?.medianEV, decimals: 3)
                record.add("shift_p95_eV", "95 %", figures.shift?.percentile95EV, decimals: 3)
                record.add("within_sigma", "1 sigma", figures.withinSigma)
                record.add("truth_among_alternatives", "altern", figures.truthAmongModes)
                record.add("familiarity_false_positives", "strange", figures.unfamiliar)
                emit(record)
            }
        }
    }
}
