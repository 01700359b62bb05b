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

    private let engine: Engine
    /// The largest shift of the model's training in eV.
    private let mostTrainedShiftEV: Double
    private let maxBatch: Int
    private let needs: [GroupNeeds]
    private var plans: [AxisPlan] = []
    private var gridded = GriddedSpectrum()
    private var reading = RegionReading()

    /// What answers: one of the paper's networks on the whole axis, or a network on regions.
    private enum Engine {
        case axis(AxisBatch)
        case regions(RegionEngine, Calibration)

        var reader: AxisPlan.Reader {
            switch self {
            case .axis: .wholeAxis
            case .regions: .regions
            }
        }
    }

    /// Memory for batches of up to `maxBatch` spectra.
    ///
    /// - Throws: If the model does not fit this program, or the polymer library is missing.
    public init(model: Model, maxBatch: Int = 256, reference: Analysis.Reference = .standard) throws {
        let library = try PolymerLibrary.shipped
        let groups = Dictionary(uniqueKeysWithValues: FunctionalGroup.all.map { ($0.name, $0) })
        needs = try model.labels.map { label in
            guard let group = groups[label] else {
                throw ModelError("\(model.name): answers for “\(label)”, which is none of the 40 functional groups")
            }
            return GroupNeeds(group: group, library: library)
        }
        engine =
            Architecture.paper.contains(model.architecture)
            ? .axis(AxisBatch(try Inference(model: model, maxBatch: maxBatch), labels: model.labels.count))
            : .regions(
                try RegionEngine(model: model, maxBatch: maxBatch), try Calibration(of: model))
        mostTrainedShiftEV = model.trainingRecord["max_shift_eV"].flatMap(Double.init) ?? .infinity
        self.maxBatch = maxBatch
        self.model = model
        self.reference = reference
    }

    /// Analyses spectra, in batches as large as there is memory for; a spectrum that cannot be read fails alone.
    public func analyze(_ spectra: [Spectrum]) -> [Result<Analysis, AnalysisError>] {
        var results: [Result<Analysis, AnalysisError>] = []
        results.reserveCapacity(spectra.count)
        var start = 0
        while start < spectra.count {
            let end = min(start + maxBatch, spectra.count)
            analyzeBatch(spectra[start..<end], into: &results)
            start = end
        }
        return results
    }

    /// What a spectrum is before the network has answered.
    private enum Prepared {
        /// Row of the batch that holds it.
        case row(Int, AxisPlan, Remarks)
        /// There is nothing to ask of it, and why.
        case unasked(AxisPlan, Remarks, reason: String)
        case failed(AnalysisError)
    }

    /// What of the record must be said beside any answer.
    private struct Remarks {
        let departures: [String]
        let loneChannels: [LoneChannels.Channel]
    }

    private func analyzeBatch(
        _ spectra: ArraySlice<Spectrum>, into results: inout [Result<Analysis, AnalysisError>]
    ) {
        var rows = 0
        let prepared = spectra.map { spectrum in
            let plan = plan(for: spectrum.regions.map(\.settings))
            let mended = LoneChannels(in: spectrum)
            let remarks = Remarks(
                departures: plan.departures
                    + [TrainingScope.departure(ofScaled: spectrum.regions)].compactMap(\.self),
                loneChannels: mended.channels)
            do throws(AnalysisError) {
                try Self.checkSigns(of: spectrum)
                guard !plan.recordedEV.isEmpty else {
                    return Prepared.unasked(plan, remarks, reason: Self.nothingOnTheGrid)
                }
                try prepare(mended, plan: plan, row: rows)
                rows += 1
                return .row(rows - 1, plan, remarks)
            } catch {
                switch error {
                case .nothingRecorded, .lostInNoise: return .unasked(plan, remarks, reason: error.description)
                case .noSignal, .spectrum, .notFinite: return .failed(error)
                }
            }
        }
        let findings = findings(rows: rows)
        for spectrum in prepared {
            switch spectrum {
            case .row(let row, let plan, let remarks):
                results.append(judge(findings[row], plan: plan, remarks: remarks))
            case .unasked(let plan, let remarks, let reason):
                results.append(.success(unasked(plan, remarks: remarks, reason: reason)))
            case .failed(let error): results.append(.failure(error))
            }
        }
    }

    private static func checkSigns(of spectrum: Spectrum) throws(AnalysisError) {
        do {
            for region in spectrum.regions { try region.checkSigns() }
        } catch {
            throw .spectrum(error)
        }
    }

    /// What the network found in each row of the batch.
    private func findings(rows: Int) -> [Finding] {
        switch engine {
        case .axis(let batch): batch.findings(rows: rows)
        case .regions(let engine, let calibration):
            engine.answers(batch: rows).map { Finding(calibration.apply($0)) }
        }
    }

    /// Fills one row of the input.
    private func prepare(_ mended: LoneChannels, plan: AxisPlan, row: Int) throws(AnalysisError) {
        let spectrum = mended.spectrum
        if plan.isOnGrid, case .axis(let batch) = engine {
            try batch.fill(row: row) { target throws(AnalysisError) in
                for point in 0..<target.count { target[unchecked: point] = spectrum.regions[0].intensities[point] }
                try Preprocessing.prepare(&target, windows: [0..<target.count])
            }
            return
        }
        switch engine {
        case .axis(let batch):
            try plan.regrid(spectrum, into: &gridded)
            try batch.fill(row: row) { target throws(AnalysisError) in
                try Preprocessing.prepare(gridded, settings: plan.settings, into: &target)
            }
        case .regions(let engine, _):
            try reading.read(mended, plan: plan, gridded: &gridded)
            engine.set(reading, row: row)
        }
    }

    /// The plan for some regions, from the last ones or made anew; the latest stands first.
    private func plan(for settings: [RegionSettings]) -> AxisPlan {
        if let index = plans.firstIndex(where: { $0.settings == settings }) {
            if index > 0 { plans.insert(plans.remove(at: index), at: 0) }
        } else {
            if plans.count == Self.keptPlans { plans.removeLast() }
            plans.insert(AxisPlan(settings, for: engine.reader), at: 0)
        }
        return plans[0]
    }

    private func judge(
        _ finding: Finding, plan: AxisPlan, remarks: Remarks
    ) -> Result<Analysis, AnalysisError> {
        guard finding.isFinite else { return .failure(.notFinite) }
        let foundEV = finding.shiftEV.map { $0 + plan.originEV }
        let shiftEV = foundEV ?? 0
        let believedShiftEV = min(max(shiftEV, -Self.largestBelievedShiftEV), Self.largestBelievedShiftEV)
        let groups = needs.enumerated().map { index, needs in
            Self.judge(
                needs, probability: finding.probabilities[index], decision: finding.decisions[index],
                missing: needs.missing(recordedEV: plan.recordedEV, shiftEV: believedShiftEV),
                seesOxygenByCarbon: finding.seesOxygenByCarbon)
        }
        let departures =
            remarks.departures
            + [foundEV.flatMap { TrainingScope.departure(shiftEV: $0, mostEV: mostTrainedShiftEV) }]
            .compactMap(\.self)
        return .success(
            Analysis(
                shiftEV: foundEV.map(reference.shiftEV(fromStandard:)), shiftSigmaEV: finding.shiftSigmaEV,
                spreadEV: finding.spreadEV, reference: reference,
                alternatives: alternatives(finding, originEV: plan.originEV),
                groups: groups,
                combination: finding.combination.map {
                    Analysis.Combination(groups: named($0), probability: Double($0.probability))
                },
                conformal: conformal(finding), familiarity: departures.isEmpty ? finding.familiarity : 0,
                contamination: finding.contamination, recordedEV: plan.recordedEV,
                elementsOutsideTraining: plan.elementsOutsideTraining, departures: departures,
                loneChannels: remarks.loneChannels, model: model.name))
    }

    /// The shifts that fit, where more than one does, each with the groups that it would mean.
    private func alternatives(_ finding: Finding, originEV: Double) -> [Analysis.Alternative] {
        guard finding.alternatives.count > 1 else { return [] }
        return finding.alternatives.map { alternative in
            Analysis.Alternative(
                shiftEV: reference.shiftEV(fromStandard: Double(alternative.shiftEV) + originEV),
                shiftSigmaEV: Double(alternative.sigmaEV), weight: Double(alternative.weight),
                groups: alternative.combination.map(named)
                    ?? zip(needs, alternative.probabilities).compactMap { needs, probability in
                        probability >= Evaluation.threshold && needs.isCovered ? needs.group : nil
                    })
        }
    }

    private func named(_ combination: GroupCombination) -> [String] {
        zip(needs, combination.groups).compactMap { needs, isPresent in
            isPresent && needs.isCovered ? needs.group : nil
        }
    }

    private func conformal(_ finding: Finding) -> Analysis.ConformalSet? {
        finding.conformal.map { set in
            Analysis.ConformalSet(
                coverage: Double(set.coverage), ambiguous: set.ambiguous.map { needs[$0].group })
        }
    }

    private static func judge(
        _ needs: GroupNeeds, probability: Double, decision: Decision, missing: [String],
        seesOxygenByCarbon: Bool
    ) -> Analysis.Group {
        // What oxygen does to its carbon shows in C 1s alone; other elements must be seen themselves.
        let needed = seesOxygenByCarbon ? missing.filter { $0 != "O 1s" } : missing
        let verdict: (call: Analysis.Call, reason: String?) =
            if !needs.isCovered {
                (.notCovered, "no training example has this group")
            } else if !needed.isEmpty {
                (.undetermined, "\(enumeration(needed)) not recorded")
            } else {
                switch decision {
                case .present: (.present, nil)
                case .absent: (.absent, nil)
                case .undecided: (.undetermined, undecided(missing: missing))
                }
            }
        return Analysis.Group(
            name: needs.group, probability: probability, call: verdict.call, reason: verdict.reason)
    }

    /// Why the recorded regions cannot decide, and what would.
    private static func undecided(missing: [String]) -> String {
        missing.isEmpty
            ? "the recorded spectrum fits both; more counts may decide"
            : "the recorded regions fit both; record \(enumeration(missing))"
    }

    private static let nothingOnTheGrid: String = {
        let grid = EnergyGrid.standard
        return "nothing recorded between \(Int(grid.startEV)) and \(Int(grid.endEV)) eV binding energy"
    }()

    /// The answer where the model was not asked.
    private func unasked(_ plan: AxisPlan, remarks: Remarks, reason: String) -> Analysis {
        Analysis(
            shiftEV: nil, shiftSigmaEV: nil, spreadEV: nil, reference: reference, alternatives: [],
            groups: needs.map { group in
                Analysis.Group(
                    name: group.group, probability: nil, call: group.isCovered ? .undetermined : .notCovered,
                    reason: group.isCovered ? reason : "no training example has this group")
            },
            combination: nil, conformal: nil, familiarity: nil, contamination: nil,
            recordedEV: plan.recordedEV, elementsOutsideTraining: plan.elementsOutsideTraining,
            departures: remarks.departures, loneChannels: remarks.loneChannels, model: model.name)
    }

    /// "C 1s", "C 1s and N 1s", "C 1s, N 1s and O 1s".
    private static func enumeration(_ names: [String]) -> String {
        guard let last = names.last, names.count > 1 else { return names.first ?? "" }
        return names.dropLast().joined(separator: ", ") + " and " + last
    }
}
