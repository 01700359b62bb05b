import Decomposition
import Synthesis

/// The ceiling: least squares with shift, lines and background of each spectrum known.
struct OracleJudge: Sendable {
    /// Its answer to a spectrum.
    struct Answer: Sendable {
        /// The share of each group's carriers.
        let groupShares: [Double]
        /// Whether the spectrum can decide each group; nil where that was not asked.
        let canDecide: [Bool]?
    }

    private let carriers: [[Bool]]

    init(library: PolymerLibrary) {
        carriers = library.functionalGroups.indices.map { ConstituentFit.carriers(of: $0, in: library) }
    }

    /// The answer to a measurement; what can be decided costs more than the rest.
    func answer(_ measurement: Measurement, from generator: MeasurementGenerator, decides: Bool) -> Answer {
        let oracle = Oracle(measurement, from: generator)
        return Answer(
            groupShares: GroupThreshold.groupShares(oracle.shares, carriers: carriers),
            canDecide: decides
                ? carriers.map { !$0.contains(true) || oracle.support(of: $0).decision != .undecided } : nil)
    }

    /// The share from which a group counts as present, chosen on spectra of the selection split.
    func threshold(
        library: PolymerLibrary, plan: MeasurementPlan, maxShiftEV: Double, spectra: Int, stream: UInt64
    ) -> GroupThreshold {
        var generator = MeasurementGenerator(
            library: library, effects: .all, maxShiftEV: maxShiftEV,
            seed: Split.selection.seed(stream: ReportStream.thresholds + stream), plan: plan)
        var measurement = Measurement.empty
        var shares: [[Double]] = []
        var labels: [[Bool]] = []
        for _ in 0..<spectra {
            generator.next(&measurement)
            shares.append(answer(measurement, from: generator, decides: false).groupShares)
            labels.append(measurement.labels.map { $0 > 0.5 })
        }
        return GroupThreshold(choosingFrom: shares, labels: labels)
    }
}
