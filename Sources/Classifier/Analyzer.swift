public import Spectroscopy
import Synthesis

/// Turns spectra into analyses: regrids, preprocesses, asks the model in batches, and judges what it may say.
///
/// It holds the memory for one batch and the plans for the axes it met last, and belongs to one thread.
public final class Analyzer {
    /// The model that answers.
    public let model: Model
    /// What shifts are counted from.
    public let reference: Analysis.Reference

    /// Sets of regions whose plans are kept.
    private static let keptPlans = 8
    /// Where lines are looked for when the model reports a shift beyond anything it was trained on.
    private static let largestBelievedShiftEV = 10.0

    private let inference: Inference
    private let evidence: [GroupEvidence]
    private let grid = EnergyGrid.standard
    private var plans: [AxisPlan] = []
    private var gridded = GriddedSpectrum()
    private var input: [Float]
    private var probabilities: [Float]
    private var shiftsEV: [Float]

    /// Memory for batches of up to `maxBatch` spectra.
    ///
    /// - Throws: If the model does not fit this program, or the polymer library is missing.
    public init(model: Model, maxBatch: Int = 64, reference: Analysis.Reference = .standard) throws {
        let library = try PolymerLibrary.shipped
        let groups = Dictionary(uniqueKeysWithValues: FunctionalGroup.all.map { ($0.name, $0) })
        evidence = try model.labels.map { label in
            guard let group = groups[label] else {
                throw ModelError("\(model.name): answers for “\(label)”, which is none of the 40 functional groups")
            }
            return GroupEvidence(group: group, library: library)
        }
        inference = try Inference(model: model, maxBatch: maxBatch)
        self.model = model
        self.reference = reference
        input = [Float](repeating: 0, count: maxBatch * grid.count)
        probabilities = [Float](repeating: 0, count: maxBatch * model.labels.count)
        shiftsEV = [Float](repeating: 0, count: maxBatch)
    }

    /// Analyses spectra, in batches as large as there is memory for; a spectrum that cannot be read fails alone.
    public func analyze(_ spectra: [Spectrum]) -> [Result<Analysis, AnalysisError>] {
        var results: [Result<Analysis, AnalysisError>] = []
        results.reserveCapacity(spectra.count)
        var start = 0
        while start < spectra.count {
            let end = min(start + inference.maxBatch, spectra.count)
            analyzeBatch(spectra[start..<end], into: &results)
            start = end
        }
        return results
    }

    /// What a spectrum is before the network has answered.
    private enum Prepared {
        /// Row of the batch that holds it.
        case row(Int, AxisPlan)
        /// Nothing lies within the grid: there is nothing to ask.
        case nothingRecorded(AxisPlan)
        case failed(AnalysisError)
    }

    private func analyzeBatch(
        _ spectra: ArraySlice<Spectrum>, into results: inout [Result<Analysis, AnalysisError>]
    ) {
        var rows = 0
        let prepared = spectra.map { spectrum in
            let plan = plan(for: spectrum.regions.map(\.settings))
            do throws(AnalysisError) {
                guard !plan.recordedEV.isEmpty else { return Prepared.nothingRecorded(plan) }
                try prepare(spectrum, plan: plan, row: rows)
                rows += 1
                return .row(rows - 1, plan)
            } catch {
                return .failed(error)
            }
        }
        var answers = probabilities.mutableSpan
        var shifts = shiftsEV.mutableSpan
        inference.run(spectra: input.span, count: rows, probabilities: &answers, shiftsEV: &shifts)
        for spectrum in prepared {
            switch spectrum {
            case .row(let row, let plan): results.append(judge(row: row, plan: plan))
            case .nothingRecorded(let plan): results.append(.success(nothingRecorded(plan)))
            case .failed(let error): results.append(.failure(error))
            }
        }
    }

    /// Fills one row of the input.
    private func prepare(_ spectrum: Spectrum, plan: AxisPlan, row: Int) throws(AnalysisError) {
        if plan.isOnGrid {
            try fill(row: row) { target throws(AnalysisError) in
                for point in 0..<target.count { target[unchecked: point] = spectrum.regions[0].intensities[point] }
                try Preprocessing.prepare(&target, windows: [0..<target.count])
            }
            return
        }
        plan.regridder.prepare(&gridded)
        for (index, region) in spectrum.regions.enumerated() {
            do {
                try plan.regridder.regrid(region: index, region.intensities.span, into: &gridded)
            } catch {
                throw .spectrum(error)
            }
        }
        try fill(row: row) { target throws(AnalysisError) in
            try Preprocessing.prepare(gridded, settings: plan.settings, into: &target)
        }
    }

    private func fill(
        row: Int, _ body: (inout MutableSpan<Float>) throws(AnalysisError) -> Void
    ) throws(AnalysisError) {
        let points = row * grid.count..<(row + 1) * grid.count
        try input.withUnsafeMutableBufferPointer { input throws(AnalysisError) in
            var target = UnsafeMutableBufferPointer(rebasing: input[points]).mutableSpan
            try body(&target)
        }
    }

    /// The plan for some regions, from the last ones or made anew; the latest stands first.
    private func plan(for settings: [RegionSettings]) -> AxisPlan {
        if let index = plans.firstIndex(where: { $0.settings == settings }) {
            if index > 0 { plans.insert(plans.remove(at: index), at: 0) }
        } else {
            if plans.count == Self.keptPlans { plans.removeLast() }
            plans.insert(AxisPlan(settings, grid: grid), at: 0)
        }
        return plans[0]
    }

    private func judge(row: Int, plan: AxisPlan) -> Result<Analysis, AnalysisError> {
        let shiftEV = Double(shiftsEV[row])
        guard shiftEV.isFinite else { return .failure(.notFinite) }
        let believedShiftEV = min(max(shiftEV, -Self.largestBelievedShiftEV), Self.largestBelievedShiftEV)
        var groups: [Analysis.Group] = []
        groups.reserveCapacity(evidence.count)
        for (index, evidence) in evidence.enumerated() {
            let probability = Double(probabilities[row * self.evidence.count + index])
            guard probability.isFinite else { return .failure(.notFinite) }
            let missing = evidence.missing(recordedEV: plan.recordedEV, shiftEV: believedShiftEV)
            groups.append(Self.judge(evidence, probability: probability, missing: missing))
        }
        return .success(
            Analysis(
                shiftEV: inference.estimatesShift ? reference.shiftEV(fromStandard: shiftEV) : nil,
                reference: reference, groups: groups, recordedEV: plan.recordedEV,
                elementsOutsideTraining: plan.elementsOutsideTraining, model: model.name))
    }

    private static func judge(_ evidence: GroupEvidence, probability: Double, missing: [String]) -> Analysis.Group {
        let verdict: (call: Analysis.Call, reason: String?) =
            if !evidence.isCovered {
                (.notCovered, "no training example has this group")
            } else if !missing.isEmpty {
                (.undetermined, "\(enumeration(missing)) not recorded")
            } else {
                (probability >= Double(Evaluation.threshold) ? .present : .absent, nil)
            }
        return Analysis.Group(
            name: evidence.group, probability: probability, call: verdict.call, reason: verdict.reason)
    }

    /// The answer where no window lies on the grid: the model was not asked.
    private func nothingRecorded(_ plan: AxisPlan) -> Analysis {
        let reason = "nothing recorded between \(Int(grid.startEV)) and \(Int(grid.endEV)) eV binding energy"
        return Analysis(
            shiftEV: nil, reference: reference,
            groups: evidence.map { group in
                Analysis.Group(
                    name: group.group, probability: nil, call: group.isCovered ? .undetermined : .notCovered,
                    reason: group.isCovered ? reason : "no training example has this group")
            },
            recordedEV: [], elementsOutsideTraining: plan.elementsOutsideTraining, model: model.name)
    }

    /// "C 1s", "C 1s and N 1s", "C 1s, N 1s and O 1s".
    private static func enumeration(_ names: [String]) -> String {
        guard let last = names.last, names.count > 1 else { return names.first ?? "" }
        return names.dropLast().joined(separator: ", ") + " and " + last
    }
}
