package import Decomposition
package import Synthesis

/// A ceiling: least squares with shift and background of each spectrum known, and its lines in one of two ways.
package struct OracleJudge: Sendable {
    /// What an oracle knows of the lines.
    package enum Lines: Sendable {
        /// Those that made the spectrum, errors of the library included: more than anybody can know.
        case drawn
        /// Those of the library as tabulated, and the statistics of its errors: what anybody can know.
        case tabulated
    }

    /// Its answer to a spectrum.
    package struct Answer: Sendable {
        /// The share of each group's carriers.
        let groupShares: [Double]
        /// Whether the spectrum can decide each group; nil where that was not asked.
        let canDecide: [Bool]?

        /// Whether each group is present.
        package func calls(by threshold: GroupThreshold) -> [Bool] { threshold.calls(groupShares) }
    }

    private let lines: Lines
    private let carriers: [[Bool]]

    /// An oracle on a library.
    package init(library: PolymerLibrary, lines: Lines) {
        self.lines = lines
        carriers = library.functionalGroups.indices.map { ConstituentFit.carriers(of: $0, in: library) }
    }

    /// The answer to a measurement; what can be decided costs more than the rest.
    package func answer(
        _ measurement: Measurement, from generator: MeasurementGenerator, decides: Bool
    ) -> Answer {
        let oracle =
            switch lines {
            case .drawn: Oracle(measurement, from: generator)
            case .tabulated: Oracle(tabulatedFor: measurement, from: generator)
            }
        return Answer(
            groupShares: GroupThreshold.groupShares(oracle.shares, carriers: carriers),
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
