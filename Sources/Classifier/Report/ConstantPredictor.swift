import Synthesis

/// A model that answers without a look: how often each group occurs in the selection split.
struct ConstantPredictor: Sendable {
    /// Draws that the frequencies are taken from.
    static let draws = 5000

    private let answer: JudgedSpectrum.Answer

    /// From label vectors of the selection split.
    init(labels: [[Bool]]) {
        let groups = labels.first?.count ?? 0
        var probabilities = [Float](repeating: 0, count: groups)
        for group in 0..<groups {
            let present = labels.reduce(0) { $0 + ($1[group] ? 1 : 0) }
            probabilities[group] = Float(present) / Float(labels.count)
        }
        answer = JudgedSpectrum.Answer(
            probabilities: probabilities, modes: [.init(shiftEV: 0, sigmaEV: nil, weight: 1)])
    }

    /// From the samples of a plan.
    init(library: PolymerLibrary, plan: MeasurementPlan, maxShiftEV: Double) {
        var generator = MeasurementGenerator(
            library: library, effects: .all, maxShiftEV: maxShiftEV,
            seed: Split.selection.seed(stream: ReportStream.constant), plan: plan)
        var measurement = Measurement.empty
        self.init(
            labels: (0..<Self.draws).map { _ in
                generator.nextTruth(&measurement)
                return measurement.labels.map { $0 > 0.5 }
            })
    }

    /// The same spectra with the constant answer.
    func answers(to judged: [JudgedSpectrum]) -> [JudgedSpectrum] {
        judged.map { JudgedSpectrum(answer: answer, truth: $0.truth) }
    }
}
