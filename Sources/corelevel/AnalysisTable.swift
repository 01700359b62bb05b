import Classifier
import Foundation
import Spectroscopy

/// What people are shown of analyses: a line for each spectrum, and what must be known beside it.
struct AnalysisTable {
    private var rows: [(spectrum: String, shift: String, groups: String)] = []
    private var notes: [String] = []
    private var outside: [(file: String, elements: [String])] = []
    private var reference: Analysis.Reference?

    /// Adds one spectrum.
    mutating func add(_ analysis: Analysis, source: String, block: Int, spectrum: Spectrum) {
        let file = URL(fileURLWithPath: source).lastPathComponent
        let sample = spectrum.sample.isEmpty ? "" : " (\(spectrum.sample))"
        let name = "\(file):\(block)\(sample)"
        rows.append((name, analysis.shiftEV.map { String(format: "%+.2f", $0) } ?? "?", Self.groups(of: analysis)))
        reference = analysis.reference
        let undetermined = analysis.groups.filter { $0.call == .undetermined }
        if !undetermined.isEmpty, !analysis.recordedEV.isEmpty {
            let missing = Set(undetermined.flatMap(\.missingCoreLevels)).sorted().joined(separator: ", ")
            notes.append("\(name): \(undetermined.count) groups undetermined, not recorded: \(missing)")
        }
        note(analysis.elementsOutsideTraining, file: file)
    }

    private static func groups(of analysis: Analysis) -> String {
        if analysis.recordedEV.isEmpty { return "undetermined: nothing recorded between 40 and 700 eV" }
        let present = analysis.groups.filter { $0.call == .present }
            .sorted { ($0.probability ?? 0) > ($1.probability ?? 0) }
            .map { String(format: "%@ %.2f", $0.name, $0.probability ?? 0) }
        if !present.isEmpty { return present.joined(separator: ", ") }
        return analysis.groups.contains { $0.call == .absent } ? "none" : "undetermined"
    }

    /// Remembers what a file's regions are named for; it concerns the file's surveys too.
    private mutating func note(_ elements: [String], file: String) {
        guard !elements.isEmpty else { return }
        guard let index = outside.firstIndex(where: { $0.file == file }) else {
            return outside.append((file, elements))
        }
        outside[index].elements += elements.filter { !outside[index].elements.contains($0) }
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
        for (file, elements) in outside {
            Swift.print("\(file) has regions of \(elements.joined(separator: ", ")): do not trust what is said of it.")
        }
    }
}
