package import Decomposition
package import Synthesis

/// A ceiling: least squares with shift and background of each spectrum known, and its lines in one of two ways.
package struct OracleJudge: Sendable {
    /// What an oracle knows of the lines.
    package enum Lines: Sendable {
        /// Those that made the spectrum, errors of the library included: more than anybody can know.
        case drawn
        /// Those of the library as tabulated: what anybody can know.
        case tabulated

        /// Relative errors of the lines that are tried where they are not those that made the spectrum.
        package static let modelErrors = [0, 0.02, 0.05, 0.1, 0.2]

        fileprivate var modelErrors: [Double] {
            switch self {
            case .drawn: [0]
            case .tabulated: Self.modelErrors
            }
        }
    }

    /// How an oracle calls, chosen on spectra of the selection split.
    package struct Rule: Sendable, Hashable {
        /// Relative error of the lines beside that of counting.
        package let modelError: Double
        /// The share from which a group counts as present.
        package let threshold: GroupThreshold

        /// Whether each group is present.
        package func calls(_ answer: Answer) -> [Bool] { threshold.calls(answer.groupShares) }
    }

    /// Its answer to a spectrum.
    package struct Answer: Sendable {
        /// The share of each group's carriers.
        let groupShares: [Double]
        /// Whether the spectrum can decide each group; nil where that was not asked.
        let canDecide: [Bool]?
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
        _ measurement: Measurement, from generator: MeasurementGenerator, modelError: Double, decides: Bool
    ) -> Answer {
        answer(columns(measurement, from: generator), modelError: modelError, decides: decides)
    }

    /// Model error and threshold with which most label vectors of the selection split are right as a whole; of model
    /// errors that do equally well, the smallest.
    package func rule(
        library: PolymerLibrary, plan: MeasurementPlan, maxShiftEV: Double, spectra: Int, stream: UInt64
    ) -> Rule {
        var generator = MeasurementGenerator(
            library: library, effects: .all, maxShiftEV: maxShiftEV,
            seed: Split.selection.seed(stream: ReportStream.thresholds + stream), plan: plan)
        var measurement = Measurement.empty
        let modelErrors = lines.modelErrors
        var shares = [[[Double]]](repeating: [], count: modelErrors.count)
        var labels: [[Bool]] = []
        for _ in 0..<spectra {
            generator.next(&measurement)
            let columns = columns(measurement, from: generator)
            for (index, modelError) in modelErrors.enumerated() {
                shares[index].append(answer(columns, modelError: modelError, decides: false).groupShares)
            }
            labels.append(measurement.labels.map { $0 > 0.5 })
        }
        var best: (rule: Rule, right: Int)?
        for (modelError, shares) in zip(modelErrors, shares) {
            let rule = Rule(modelError: modelError, threshold: GroupThreshold(choosingFrom: shares, labels: labels))
            let right = zip(shares, labels).count { rule.threshold.calls($0) == $1 }
            if right > best?.right ?? -1 { best = (rule, right) }
        }
        return best?.rule ?? Rule(modelError: 0, threshold: GroupThreshold(choosingFrom: [], labels: []))
    }

    private func columns(_ measurement: Measurement, from generator: MeasurementGenerator) -> OracleColumns {
        switch lines {
        case .drawn: OracleColumns(drawnFor: measurement, from: generator)
        case .tabulated: OracleColumns(tabulatedFor: measurement, from: generator)
        }
    }

    private func answer(_ columns: OracleColumns, modelError: Double, decides: Bool) -> Answer {
        let oracle = Oracle(columns, modelError: modelError)
        return Answer(
            groupShares: GroupThreshold.groupShares(oracle.shares, carriers: carriers),
            canDecide: decides
                ? carriers.map { !$0.contains(true) || oracle.support(of: $0).decision != .undecided } : nil)
    }
}
