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

    /// Axes whose regridding plans are kept.
    private static let keptRegridders = 8
    /// Where lines are looked for when the model reports a shift beyond anything it was trained on.
    private static let largestBelievedShiftEV = 10.0

    private let inference: Inference
    private let evidence: [GroupEvidence]
    private let grid = EnergyGrid.standard
    private var regridders: [Regridder] = []
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
        /// Row of the batch, and what it rests on.
        case row(Int, recordedEV: [ClosedRange<Double>])
        /// Nothing lies within the grid: there is nothing to ask.
        case nothingRecorded
        case failed(AnalysisError)
    }

    private func analyzeBatch(
        _ spectra: ArraySlice<Spectrum>, into results: inout [Result<Analysis, AnalysisError>]
    ) {
        var rows = 0
        let prepared = spectra.map { spectrum in
            do throws(AnalysisError) {
                let recordedEV = try prepare(spectrum, row: rows)
                guard !recordedEV.isEmpty else { return Prepared.nothingRecorded }
                rows += 1
                return .row(rows - 1, recordedEV: recordedEV)
            } catch {
                return .failed(error)
            }
        }
        var answers = probabilities.mutableSpan
        var shifts = shiftsEV.mutableSpan
        inference.run(spectra: input.span, count: rows, probabilities: &answers, shiftsEV: &shifts)
        for spectrum in prepared {
            switch spectrum {
            case .row(let row, let recordedEV): results.append(judge(row: row, recordedEV: recordedEV))
            case .nothingRecorded: results.append(.success(nothingRecorded))
            case .failed(let error): results.append(.failure(error))
            }
        }
    }

    /// Fills one row of the input and returns which energies it rests on.
    private func prepare(_ spectrum: Spectrum, row: Int) throws(AnalysisError) -> [ClosedRange<Double>] {
        if let region = spectrum.regions.first, spectrum.regions.count == 1, isOnGrid(region.settings) {
            try fill(row: row) { target throws(AnalysisError) in
                for point in 0..<target.count { target[unchecked: point] = region.intensities[point] }
                try Preprocessing.prepare(&target, windows: [0..<target.count])
            }
            return [grid.startEV...grid.endEV]
        }
        let settings = spectrum.regions.map(\.settings)
        let regridder = regridder(for: settings)
        regridder.prepare(&gridded)
        guard !gridded.windows.isEmpty else { return [] }
        for (index, region) in spectrum.regions.enumerated() {
            do {
                try regridder.regrid(region: index, region.intensities.span, into: &gridded)
            } catch {
                throw .spectrum(error)
            }
        }
        let gridded = gridded
        try fill(row: row) { target throws(AnalysisError) in
            try Preprocessing.prepare(gridded, settings: settings, into: &target)
        }
        return gridded.recordedEV
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

    /// Whether a region lies on the grid point by point, so that it needs no regridding.
    private func isOnGrid(_ settings: RegionSettings) -> Bool {
        guard settings.axis.kind == .binding, settings.isTransmissionCorrected || settings.transmission == nil,
            case .uniform(let startEV, let stepEV, let count) = settings.axis.points
        else { return false }
        return count == grid.count && abs(startEV - grid.startEV) < 1e-6 && abs(stepEV - grid.stepEV) < 1e-9
    }

    /// The plan for some axes, from the last ones or made anew; the latest stands first.
    private func regridder(for settings: [RegionSettings]) -> Regridder {
        if let index = regridders.firstIndex(where: { $0.settings == settings }) {
            if index > 0 { regridders.insert(regridders.remove(at: index), at: 0) }
        } else {
            if regridders.count == Self.keptRegridders { regridders.removeLast() }
            regridders.insert(Regridder(settings, grid: grid), at: 0)
        }
        return regridders[0]
    }

    private func judge(row: Int, recordedEV: [ClosedRange<Double>]) -> Result<Analysis, AnalysisError> {
        let shiftEV = Double(shiftsEV[row])
        guard shiftEV.isFinite else { return .failure(.notFinite) }
        let limit = Self.largestBelievedShiftEV
        var groups: [Analysis.Group] = []
        groups.reserveCapacity(evidence.count)
        for (index, evidence) in evidence.enumerated() {
            let probability = Double(probabilities[row * self.evidence.count + index])
            guard probability.isFinite else { return .failure(.notFinite) }
            let missing = evidence.missing(recordedEV: recordedEV, shiftEV: min(max(shiftEV, -limit), limit))
            groups.append(Self.judge(evidence, probability: probability, missing: missing))
        }
        return .success(
            Analysis(
                shiftEV: inference.estimatesShift ? reference.shiftEV(fromStandard: shiftEV) : nil,
                reference: reference, groups: groups, recordedEV: recordedEV, model: model.name))
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
    private var nothingRecorded: Analysis {
        let reason = "nothing recorded between \(Int(grid.startEV)) and \(Int(grid.endEV)) eV binding energy"
        return Analysis(
            shiftEV: nil, reference: reference,
            groups: evidence.map { group in
                Analysis.Group(
                    name: group.group, probability: nil, call: group.isCovered ? .undetermined : .notCovered,
                    reason: group.isCovered ? reason : "no training example has this group")
            },
            recordedEV: [], model: model.name)
    }

    /// "C 1s", "C 1s and N 1s", "C 1s, N 1s and O 1s".
    private static func enumeration(_ names: [String]) -> String {
        guard let last = names.last, names.count > 1 else { return names.first ?? "" }
        return names.dropLast().joined(separator: ", ") + " and " + last
    }
}
