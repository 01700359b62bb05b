import Decomposition
public import Synthesis

/// What a model does with polymers that it has never seen: whole clusters of near-identical ones are kept out of its
/// training, and it is judged on mixtures that hold exactly one of them.
///
/// Only the groups are scored that the unseen polymer alone carries, against those that nothing in the sample carries;
/// groups that lost every example with the polymers are told apart, since nobody could know them.
public struct LeaveOut: Sendable {
    /// The precision at which recall is given.
    public static let precision = 0.95
    /// At least so many polymers are left out of one draw.
    public static let polymersPerDraw = 12
    /// Counts at the highest channel of the judged spectra.
    private static let counts = 1e4

    /// Indices of the polymers that are left out.
    public let leftOut: Set<Int>
    /// The groups that no other polymer carries.
    public let lostGroups: Set<Int>
    private let library: PolymerLibrary
    private let draw: Int

    /// The `draw`-th choice of clusters, from 1; the same for the same library.
    public init(draw: Int, library: PolymerLibrary, polymers: Int = polymersPerDraw) {
        self.draw = draw
        self.library = library
        var random = RandomSource(seed: Split.selection.seed(stream: ReportStream.leaveOut + UInt64(draw)))
        var leftOut: Set<Int> = []
        for cluster in library.clusters().shuffled(using: &random) where leftOut.count < polymers {
            // A cluster that is much of the library would leave little to learn from.
            guard cluster.count <= polymers else { continue }
            leftOut.formUnion(cluster)
        }
        self.leftOut = leftOut
        lostGroups = Set(
            library.functionalGroups.indices.filter { group in
                let carriers = library.polymers.indices.filter { library.polymers[$0].labels[group] }
                return !carriers.isEmpty && carriers.allSatisfy(leftOut.contains)
            })
    }

    /// What a model may be trained on.
    public var trainingLibrary: PolymerLibrary {
        let names = Set(leftOut.map { library.polymers[$0].abbreviation })
        return library.keeping { !names.contains($0.abbreviation) }
    }

    /// The figures of a model that was trained, and calibrated if it is, on `trainingLibrary`.
    ///
    /// Of a calibrated one also how many spectra of the unseen polymers, pure, it finds unfamiliar, in each cell of a
    /// report, at 5 % false alarms among polymers that it knows; how many the misfit of least squares finds that know the
    /// rest of the library alone; and of how many anybody could know who has their lines, too.
    public func evaluate(_ model: Model, spectra: Int, maxShiftEV: Double = 5) throws(ModelError) -> ReportRecord {
        let judge = try MeasurementJudge(model: model, library: library)
        let seed = Split.test.seed(stream: ReportStream.leaveOut + UInt64(draw))
        var generator = MeasurementGenerator(
            library: library, effects: .all, maxShiftEV: maxShiftEV, seed: seed,
            plan: MeasurementPlan(peakCounts: Self.counts, regions: .all, sample: .mixtures))
        var unseen: [Int] = []
        var others: [[Int]] = []
        let judged = judge.answers(
            to: &generator, count: spectra, seed: seed,
            isAsked: { sample in sample.constituents.count { leftOut.contains($0.polymer) } == 1 },
            onMeasurement: { _, measurement, _ in
                let polymers = measurement.constituents.map(\.polymer)
                unseen += polymers.filter(leftOut.contains)
                others.append(polymers.filter { !leftOut.contains($0) })
            })
        var scored: [(score: Float, isPresent: Bool)] = []
        var lost: [(score: Float, isPresent: Bool)] = []
        for (index, spectrum) in judged.enumerated() {
            for group in spectrum.truth.labels.indices {
                let isOthers = others[index].contains { library.polymers[$0].labels[group] }
                guard !isOthers else { continue }
                let entry = (spectrum.answer.probabilities[group], library.polymers[unseen[index]].labels[group])
                if lostGroups.contains(group) { lost.append(entry) } else { scored.append(entry) }
            }
        }
        var record = record(of: judged, scored: scored, lost: lost, seed: seed)
        if judge.isCalibrated {
            record.add(
                "unfamiliar_at_5_percent",
                named: try unseenCalled(by: model, spectra: max(1, spectra / 4), maxShiftEV: maxShiftEV))
            let found = RegionReport.cells.map { cell in
                (cell, limits(in: cell, spectra: max(1, spectra / 40), maxShiftEV: maxShiftEV))
            }
            record.add("knowable", named: found.map { (Self.name($0), $1.knowable.value) })
            record.add("misfit_at_5_percent", named: found.map { (Self.name($0), $1.misfit?.value) })
        }
        return record
    }

    /// For each cell of a report the share of the unseen polymers' spectra, pure, that look stranger than all but 5 % of
    /// the known ones'.
    private func unseenCalled(
        by model: Model, spectra: Int, maxShiftEV: Double
    ) throws(ModelError) -> [(String, Double?)] {
        let names = Set(leftOut.map { library.polymers[$0].abbreviation })
        let unseen = try FamiliarityJudge(model, library: library.keeping { names.contains($0.abbreviation) })
        let known = try FamiliarityJudge(model, library: trainingLibrary)
        return RegionReport.cells.map { cell in
            let stream = ReportStream.leaveOut + (UInt64(draw) << 16) + 2 * cell.stream
            let share = Share.called(
                unseen.values(cell, sample: .pure, spectra: spectra, maxShiftEV: maxShiftEV, stream: stream + 1),
                among: known.values(cell, sample: .drawn, spectra: spectra, maxShiftEV: maxShiftEV, stream: stream))
            return (Self.name(cell), share?.value)
        }
    }

    private static func name(_ cell: RegionReport.Cell) -> String { "\(cell.regions.rawValue), \(Int(cell.counts))" }

    /// Of the unseen polymers' spectra, pure, those that mixtures of the known ones do not explain, by least squares that
    /// are told little but statistics: with the whole library and without what is left out, and, without it, by a misfit
    /// that is larger than all but 5 % of known spectra's.
    private func limits(
        in cell: RegionReport.Cell, spectra: Int, maxShiftEV: Double
    ) -> (knowable: Share, misfit: Share?) {
        let stream = ReportStream.leaveOut + (UInt64(draw) << 16) + 2 * cell.stream
        func generator(_ stream: UInt64, _ sample: MeasurementPlan.Sample) -> MeasurementGenerator {
            MeasurementGenerator(
                library: library, effects: .all, maxShiftEV: maxShiftEV, seed: Split.test.seed(stream: stream),
                plan: MeasurementPlan(peakCounts: cell.counts, regions: cell.regions.regions, sample: sample))
        }
        var measurement = Measurement.empty
        func misfit(_ generator: MeasurementGenerator) -> Double {
            Oracle.misfit(of: measurement, from: generator, without: leftOut)
        }
        var (advantages, strange, known): ([Double], [Double], [Double]) = ([], [], [])
        var unseen = generator(stream + 1, .pure)
        while strange.count < spectra {
            unseen.next(&measurement) { leftOut.contains($0.constituents[0].polymer) }
            advantages.append(Oracle.advantage(of: leftOut, in: measurement, from: unseen))
            strange.append(-misfit(unseen))
        }
        var seen = generator(stream, .drawn)
        while known.count < 2 * spectra {
            seen.next(&measurement) { $0.constituents.allSatisfy { !leftOut.contains($0.polymer) } }
            known.append(-misfit(seen))
        }
        return (Share(of: advantages) { $0 >= Oracle.decisiveAdvantage }, Share.called(strange, among: known))
    }

    /// How familiar a model finds a library's polymers.
    private struct FamiliarityJudge {
        let judge: MeasurementJudge
        let library: PolymerLibrary

        init(_ model: Model, library: PolymerLibrary) throws(ModelError) {
            judge = try MeasurementJudge(model: model, library: library)
            self.library = library
        }

        func values(
            _ cell: RegionReport.Cell, sample: MeasurementPlan.Sample, spectra: Int, maxShiftEV: Double, stream: UInt64
        ) -> [Double] {
            let seed = Split.test.seed(stream: stream)
            var generator = MeasurementGenerator(
                library: library, effects: .all, maxShiftEV: maxShiftEV, seed: seed,
                plan: MeasurementPlan(peakCounts: cell.counts, regions: cell.regions.regions, sample: sample))
            return judge.answers(to: &generator, count: spectra, seed: seed).compactMap { $0.answer.familiarity?.value }
        }
    }

    private func record(
        of judged: [JudgedSpectrum], scored: [(score: Float, isPresent: Bool)],
        lost: [(score: Float, isPresent: Bool)], seed: UInt64
    ) -> ReportRecord {
        let figures = AnswerFigures(judged, seed: seed)
        let best = AveragePrecision.recall(scored, precision: Self.precision)
        var record = ReportRecord(section: "unseen polymers")
        record.add("draw", "draw", count: draw)
        record.add("left_out", "left out", count: leftOut.count)
        record.add("spectra", "n", count: judged.count)
        record.add("scored_labels", "labels", count: scored.count { $0.isPresent })
        record.add("recall_at_95_precision", "recall at 95 %", best?.recall, decimals: 3)
        record.add("threshold", "threshold", best.map { Double($0.threshold) }, decimals: 3)
        record.add("average_precision", "AP", AveragePrecision.of(scored), decimals: 3)
        record.add("subset_accuracy", "subset", figures.subset)
        record.add("micro_f1", "microF1", figures.microF1, decimals: 3)
        record.add("shift_median_eV", "median/eV", figures.shift?.medianEV, decimals: 3)
        record.add("lost_labels", "lost", count: lost.count { $0.isPresent })
        record.add(
            "lost_average_precision", "AP of lost", AveragePrecision.of(lost), decimals: 3)
        record.add("lost_groups", texts: lostGroups.sorted().map { library.functionalGroups[$0] })
        record.add("polymers", texts: leftOut.sorted().map { library.polymers[$0].abbreviation })
        return record
    }
}
