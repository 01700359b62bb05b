import Spectroscopy
public import Synthesis

extension ClassicalBaseline {
    /// The figures on measurements with all effects, of which the answer is told nothing but what was recorded.
    ///
    /// - Parameters:
    ///   - library: What this baseline was made for.
    ///   - maxShiftEV: Spectra are shifted within ± this.
    ///   - spectra: Number of spectra that are judged; half as many others choose the threshold.
    ///   - seed: Of the judged spectra.
    ///   - choiceSeed: Of the others.
    public func figures(
        of library: PolymerLibrary, plan: MeasurementPlan, maxShiftEV: Double, spectra: Int, seed: UInt64,
        choiceSeed: UInt64
    ) -> BaselineFigures {
        func answers(_ count: Int, seed: UInt64) -> (rows: [LabelledAnswer], seconds: Double) {
            var generator = MeasurementGenerator(
                library: library, effects: .all, maxShiftEV: maxShiftEV, seed: seed, plan: plan)
            var measurement = Measurement.empty
            var gridded = GriddedSpectrum()
            var seconds = 0.0
            let rows = (0..<count).map { _ in
                generator.next(&measurement)
                // Counts that a generator drew are finite and as many as its axis has; were they not, nothing is recorded.
                try? Regridder(measurement.setup.regions).regrid(measurement.intensities, into: &gridded)
                let start = ProcessorTime.seconds
                let answer = self.answer(Observation(gridded, settings: measurement.setup.regions))
                seconds += ProcessorTime.seconds - start
                return LabelledAnswer(
                    groupShares: answer.groupShares, labels: measurement.labels.map { $0 > 0.5 },
                    shiftErrorEV: answer.shiftEV - measurement.shiftEV)
            }
            return (rows, seconds)
        }
        let threshold = Self.choose(answers(max(1, spectra / 2), seed: choiceSeed).rows)
        let judged = answers(spectra, seed: seed)
        return BaselineFigures(
            judged.rows, threshold: threshold, secondsPerSpectrum: judged.seconds / Double(max(spectra, 1)))
    }
}
