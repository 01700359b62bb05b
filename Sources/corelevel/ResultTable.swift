import Classifier
import Foundation

/// What people are shown of results: a line for each spectrum as it comes, and what must be known beside them.
struct ResultTable {
    private var width = 8
    private var undetermined: (spectra: Int, most: Int) = (0, 0)
    /// What lies outside of the training, one of each kind, in the order of its first appearance.
    private var outside: [(kind: String, example: String, label: String, spectra: Int)] = []
    private var unfamiliar = 0
    private var withoutCarbon = 0
    private var missingCarbon = 0
    private var loneChannels: [String] = []
    private var count = 0

    /// A table whose first column is as wide as these labels.
    init(labels: some Sequence<String>) {
        widen(for: labels)
    }

    /// Makes room for further labels.
    mutating func widen(for labels: some Sequence<String>) {
        width = min(60, max(width, labels.map(\.count).max() ?? 0))
    }

    /// Prints a spectrum, under the heading if it is the first.
    mutating func print(_ row: ResultRow, label: String) {
        if count == 0 {
            let groups = "functional groups present, with probability (?: undetermined)"
            Swift.print("\(pad("spectrum"))  shift, eV       \(groups)")
        }
        count += 1
        // What the model does not know is said beside what it says, not in a note below.
        let isUnfamiliar = row.familiarity.map { $0 < Double(CalibratedAnswer.leastFamiliarity) } ?? false
        unfamiliar += isUnfamiliar ? 1 : 0
        switch row.carbon {
        case .recorded: break
        case .missed: missingCarbon += 1
        case .none: withoutCarbon += 1
        }
        Swift.print("\(pad(label))  \(row.shiftInWords)  \(row.groupsInWords)\(isUnfamiliar ? "  (unfamiliar)" : "")")
        if row.wasAsked, row.undeterminedCount > 0 {
            undetermined.spectra += 1
            undetermined.most = max(undetermined.most, row.undeterminedCount)
        }
        if let channels = row.loneChannels, let first = channels.first {
            let more = channels.count > 1 ? " and \(channels.count - 1) more" : ""
            loneChannels.append("\(label) (\(first.region) at \(String(format: "%.2f", first.energyEV)) eV\(more))")
        }
        var reasons = row.departures ?? []
        if let elements = row.outsideTraining, !elements.isEmpty {
            reasons.append("regions of \(elements.joined(separator: ", "))")
        }
        for reason in reasons { note(reason, of: label) }
    }

    /// A shift is another one in each spectrum, and one kind of thing to be said of all of them.
    private mutating func note(_ reason: String, of label: String) {
        let kind = reason.filter { !$0.isNumber && !".+-".contains($0) }
        if let index = outside.firstIndex(where: { $0.kind == kind }) {
            outside[index].spectra += 1
        } else {
            outside.append((kind, reason, label, 1))
        }
    }

    /// Prints what must be known beside the lines.
    func printNotes() {
        guard count > 0 else { return }
        Swift.print("")
        if undetermined.spectra > 0 {
            Swift.print(
                "\(undetermined.spectra) of \(count) spectra leave up to \(undetermined.most.counting("group")) "
                    + "undetermined: "
                    + "--json says why, and which region would decide.")
        }
        if unfamiliar > 0 {
            Swift.print(
                "\(unfamiliar) of \(count) spectra look unfamiliar to the model: less than one in twenty that it knows "
                    + "looks as strange, so do not rely on what is said of them.")
        }
        if let first = loneChannels.first {
            let others = loneChannels.count - 1
            let more = others > 0 ? " and \(others.counting("more spectrum", "more spectra"))" : ""
            Swift.print(
                "\(first)\(more): channels stand alone there (spikes, dead ones); their neighbours were read in their "
                    + "place.")
        }
        if withoutCarbon > 0 {
            Swift.print(
                "\(withoutCarbon) of \(count) spectra hold no C 1s, on which the shift rests: record it. Of an oxide's O 1s "
                    + "alone neither the shift nor the familiarity can be relied on.")
        }
        if missingCarbon > 0 {
            Swift.print(
                "\(missingCarbon) of \(count) spectra show some of C 1s, but not where their shift would put its aliphatic "
                    + "line: doubt the shift, or record more to either side.")
        }
        Swift.print("corrected = measured - shift. \(TrainingScope.statement)")
        for (_, example, label, spectra) in outside {
            let which = spectra == 1 ? label : "\(spectra) of \(count) spectra, \(label) the first"
            Swift.print("\(which): outside the training, do not trust what is said there (\(example)).")
        }
    }

    private func pad(_ text: String) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
