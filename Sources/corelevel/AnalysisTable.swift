import Classifier
import Foundation
import Spectroscopy

/// What people are shown of analyses: a line for each spectrum, and what must be known beside it.
struct AnalysisTable {
    private var rows: [(spectrum: String, shift: String, groups: String)] = []
    private var notes: [String] = []
    private var reference: Analysis.Reference?

    /// Adds one spectrum.
    mutating func add(_ analysis: Analysis, source: String, block: Int, spectrum: Spectrum) {
        let file = URL(fileURLWithPath: source).lastPathComponent
        let sample = spectrum.sample.isEmpty ? "" : " (\(spectrum.sample))"
        let name = "\(file):\(block)\(sample)"
        let present = analysis.groups.filter { $0.call == .present }
            .sorted { ($0.probability ?? 0) > ($1.probability ?? 0) }
            .map { String(format: "%@ %.2f", $0.name, $0.probability ?? 0) }
        var groups = present.isEmpty ? "none" : present.joined(separator: ", ")
        if analysis.recordedEV.isEmpty { groups = "undetermined: nothing recorded between 40 and 700 eV" }
        rows.append((name, analysis.shiftEV.map { String(format: "%+.2f", $0) } ?? "?", groups))
        reference = analysis.reference
        let reasons = Set(analysis.groups.filter { $0.call == .undetermined }.compactMap(\.reason)).sorted()
        if !analysis.recordedEV.isEmpty, !reasons.isEmpty {
            let count = analysis.groups.count { $0.call == .undetermined }
            notes.append("\(name): \(count) groups undetermined: \(reasons.joined(separator: "; "))")
        }
        if !analysis.elementsOutsideTraining.isEmpty {
            let elements = analysis.elementsOutsideTraining.joined(separator: ", ")
            notes.append("\(name): holds \(elements), which no training example had: do not trust this line")
        }
    }

    /// Prints everything on standard output.
    func print() {
        guard let reference else { return }
        let width = rows.map(\.spectrum.count).max() ?? 0
        let heading = "spectrum".padding(toLength: max(width, 8), withPad: " ", startingAt: 0)
        Swift.print("\(heading)  shift eV  functional groups present, with probability")
        for row in rows {
            let name = row.spectrum.padding(toLength: max(width, 8), withPad: " ", startingAt: 0)
            let shift = String(repeating: " ", count: max(0, 8 - row.shift.count)) + row.shift
            Swift.print("\(name)  \(shift)  \(row.groups)")
        }
        if !notes.isEmpty { Swift.print("") }
        for note in notes { Swift.print(note) }
        Swift.print("")
        Swift.print("Shift zero: \(reference.line) at \(reference.energyEV) eV; corrected = measured - shift.")
        Swift.print(TrainingScope.statement)
    }
}
