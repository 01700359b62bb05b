import Classifier
import Foundation

/// What people are shown of results: a line for each spectrum as it comes, and what must be known beside them.
struct ResultTable {
    private var width = 8
    private var undetermined: (spectra: Int, most: Int) = (0, 0)
    private var outside: [(label: String, what: String)] = []
    private var unfamiliar = 0
    private var withoutCarbon = 0
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
        withoutCarbon += row.lacksCarbon ? 1 : 0
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
        if !reasons.isEmpty { outside.append((label, reasons.joined(separator: "; "))) }
    }

    /// Prints what must be known beside the lines.
    func printNotes() {
        guard count > 0 else { return }
        Swift.print("")
        if undetermined.spectra > 0 {
            Swift.print(
                "\(undetermined.spectra) of \(count) spectra leave up to \(undetermined.most) groups undetermined: "
                    + "--json says why, and which region would decide.")
        }
        if unfamiliar > 0 {
            Swift.print(
                "\(unfamiliar) of \(count) spectra look unfamiliar to the model: less than one in twenty that it knows "
                    + "looks as strange, so do not rely on what is said of them.")
        }
        if let first = loneChannels.first {
            let more = loneChannels.count > 1 ? " and \(loneChannels.count - 1) more spectra" : ""
            Swift.print(
                "\(first)\(more): channels stand alone there (spikes, dead ones); their neighbours were read in their "
                    + "place.")
        }
        if withoutCarbon > 0 {
            Swift.print(
                "\(withoutCarbon) of \(count) spectra hold no C 1s, on which the shift rests: record it. Of an oxide's O 1s "
                    + "alone neither the shift nor the familiarity can be relied on.")
        }
        Swift.print("corrected = measured - shift. \(TrainingScope.statement)")
        // Of a depth profile all cycles have the same to be said of them.
        for (what, labels) in outsideByReason {
            let spectra = labels.count == 1 ? labels[0] : "\(labels[0]) and \(labels.count - 1) more"
            Swift.print("\(spectra): outside the training, do not trust what is said of it (\(what)).")
        }
    }

    /// What lies outside of the training, in the order of its first appearance, with the spectra that it is said of.
    private var outsideByReason: [(what: String, labels: [String])] {
        var found: [(what: String, labels: [String])] = []
        for (label, what) in outside {
            if let index = found.firstIndex(where: { $0.what == what }) {
                found[index].labels.append(label)
            } else {
                found.append((what, [label]))
            }
        }
        return found
    }

    private func pad(_ text: String) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
