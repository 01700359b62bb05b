import NeuralNetwork
import Synthesis

/// A detector that is told what to look for: the ceiling that familiarity is compared with.
///
/// The head that familiarity has, on what familiarity weighs, but trained on spectra of the very materials that it is
/// tried on. What it misses, that evidence does not show; what familiarity misses beyond that is for want of knowing the
/// materials. It learns from the selection split and answers on the test split's own spectra.
final class ToldDetector {
    /// The part of a report's spectra that the ceiling is taken from.
    struct Plan {
        /// Known spectra of each cell, and strange ones of each cell and material, to learn from.
        let training: (known: Int, strange: Int)
        /// The same, to answer on.
        let test: (known: Int, strange: Int)
        /// Shifts lie within ± this, in eV.
        let maxShiftEV: Double
        /// Seed of the test split's streams.
        let seed: UInt64
    }

    private let library: PolymerLibrary
    private let familiarity: Familiarity
    private let head: FamiliarityHead
    private let source: CalibrationSource
    private let plan: Plan
    /// How little strange known spectra are, by the stream of their cell.
    private var known: [UInt64: [Double]] = [:]

    /// Trains a detector on the answers of a model; nil of models without familiarity.
    init?(model: Model, library: PolymerLibrary, cells: [RegionReport.Cell], plan: Plan) throws(ModelError) {
        guard model.architecture == .regionSTN,
            let familiarity = Calibration(tensors: model.calibration)?.parts?.familiarity
        else { return nil }
        let network = RegionSTN(maxBatch: 64, labels: model.labels.count, seed: 0)
        try model.load(into: network)
        let teacher = CalibrationSource(
            network: network, maxShiftEV: plan.maxShiftEV, seed: Split.selection.rawValue)
        func rows(_ count: Int, _ measurements: MeasurementPlan, stream: UInt64) -> [[Float]] {
            teacher.examples(count, of: library, plan: measurements, stream: stream, onProgress: { _ in })
                .map { familiarity.headRow($0.spectrum) }
        }
        var (known, strange): ([[Float]], [[Float]]) = ([], [])
        for cell in cells {
            known += rows(plan.training.known, cell.measurements, stream: ReportStream.told + cell.stream)
            for (index, material) in UnfamiliarMaterial.allCases.enumerated() {
                var measurements = cell.measurements
                measurements.sample = .unfamiliar(material)
                let stream = ReportStream.told + UInt64((index + 1) * cells.count) + cell.stream
                strange += rows(plan.training.strange, measurements, stream: stream)
            }
        }
        let rows = known + strange
        head = FamiliarityHead(known: known.count, strange: strange.count, row: { rows[$0] })
        self.library = library
        self.familiarity = familiarity
        self.plan = plan
        source = CalibrationSource(network: network, maxShiftEV: plan.maxShiftEV, seed: plan.seed)
    }

    /// How many of a material's spectra it tells from a cell's known ones at a rate of false alarms.
    ///
    /// - Parameter stream: The test split's stream of the material's spectra.
    func found(
        _ material: UnfamiliarMaterial, in cell: RegionReport.Cell, stream: UInt64, falseAlarms: Double
    ) -> Share? {
        var measurements = cell.measurements
        measurements.sample = .unfamiliar(material)
        return Share.called(
            familiarity(plan.test.strange, measurements, stream: stream), among: knownFamiliarity(in: cell),
            falseAlarms: falseAlarms)
    }

    private func knownFamiliarity(in cell: RegionReport.Cell) -> [Double] {
        if let found = known[cell.stream] { return found }
        let found = familiarity(plan.test.known, cell.measurements, stream: ReportStream.cells + cell.stream)
        known[cell.stream] = found
        return found
    }

    /// The head's scores, which rise with strangeness, turned about.
    private func familiarity(_ count: Int, _ measurements: MeasurementPlan, stream: UInt64) -> [Double] {
        source.examples(count, of: library, plan: measurements, stream: stream, onProgress: { _ in })
            .map { -Double(head.score(familiarity.headRow($0.spectrum))) }
    }
}

extension ToldDetector.Plan {
    /// Of a report: enough to learn the materials by heart in a minute, and the spectra that the report shows itself.
    init(_ plan: ReportPlan) {
        self.init(
            training: (known: max(1, plan.spectra / 4), strange: max(1, plan.spectra / 8)),
            test: (known: max(1, plan.spectra / 2), strange: max(1, plan.spectra / 10)), maxShiftEV: plan.maxShiftEV,
            seed: plan.seed)
    }
}
