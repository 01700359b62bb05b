package import Decomposition
package import Synthesis

/// A ceiling: least squares that are told more or less of each spectrum.
package struct OracleJudge: Sendable {
    /// What an oracle knows.
    package enum Knowledge: Sendable {
        /// Shift, background, instrument, and the lines that made the spectrum, errors of the library included.
        case drawnLines
        /// Shift, background, instrument, and the library's lines as tabulated with the statistics of their errors.
        case library
        /// The library, and the statistics of all that may be wrong with a spectrum: about what anybody can know.
        case statistics
    }

    /// Its answer to a spectrum.
    package struct Answer: Sendable {
        /// The share of each group's carriers.
        let groupShares: [Double]
        /// How far the shift that it finds is off, in eV; nil where it is told.
        let shiftErrorEV: Double?
        /// How badly the library explains the spectrum; nil where the shift is told.
        let misfit: Double?
        /// Whether the spectrum can decide each group; nil where that was not asked.
        let canDecide: [Bool]?

        /// Whether each group is present.
        package func calls(by threshold: GroupThreshold) -> [Bool] { threshold.calls(groupShares) }
    }

    private let knowledge: Knowledge
    private let carriers: [[Bool]]

    /// An oracle on a library.
    package init(library: PolymerLibrary, knows knowledge: Knowledge) {
        self.knowledge = knowledge
        carriers = library.functionalGroups.indices.map { library.carriers(of: $0) }
    }

    /// The answer to a measurement; what can be decided costs more than the rest.
    package func answer(
        _ measurement: Measurement, from generator: MeasurementGenerator, decides: Bool
    ) -> Answer {
        let oracle =
            switch knowledge {
            case .drawnLines: Oracle(measurement, from: generator)
            case .library: Oracle(tabulatedFor: measurement, from: generator)
            case .statistics: Oracle(tabulatedFor: measurement, from: generator, isTold: false)
            }
        return Answer(
            groupShares: GroupThreshold.groupShares(oracle.shares, carriers: carriers),
            shiftErrorEV: oracle.shiftErrorEV, misfit: oracle.misfit,
            canDecide: decides
                ? carriers.map { !$0.contains(true) || oracle.support(of: $0).decision != .undecided } : nil)
    }

    /// The share with which most label vectors of the selection split are right as a whole.
    package func threshold(
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
