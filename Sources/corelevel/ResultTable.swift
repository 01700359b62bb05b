import Classifier
import Foundation

/// What people are shown of results: a line for each spectrum as it comes, and what must be known beside them.
struct ResultTable {
    private let width: Int
    private var undetermined: (spectra: Int, most: Int) = (0, 0)
    private var outside: [(label: String, elements: [String])] = []
    private var unfamiliar = 0
    private var withoutCarbon = 0
    private var count = 0

    /// A table whose first column is as wide as these labels.
    init(labels: some Sequence<String>) {
        width = min(60, max(8, labels.map(\.count).max() ?? 0))
    }

    /// Prints a spectrum, under the heading if it is the first.
    mutating func print(_ row: ResultRow, label: String) {
        if count == 0 { Swift.print("\(pad("spectrum"))  shift, eV       functional groups present, with probability") }
        count += 1
        // What the model does not know is said beside what it says, not in a note below.
        let isUnfamiliar = row.familiarity.map { $0 < Double(CalibratedAnswer.leastFamiliarity) } ?? false
        unfamiliar += isUnfamiliar ? 1 : 0
        withoutCarbon += row.lacksCarbon ? 1 : 0
        Swift.print("\(pad(label))  \(row.shiftInWords)  \(row.groupsInWords)\(isUnfamiliar ? "  (unfamiliar)" : "")")
        if row.recordedEV?.isEmpty == false, row.undeterminedCount > 0 {
            undetermined.spectra += 1
            undetermined.most = max(undetermined.most, row.undeterminedCount)
        }
        if let elements = row.outsideTraining, !elements.isEmpty { outside.append((label, elements)) }
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
        if withoutCarbon > 0 {
            Swift.print(
                "\(withoutCarbon) of \(count) spectra hold no C 1s, on which the shift rests: record it. Of an oxide's O 1s "
                    + "alone neither the shift nor the familiarity can be relied on.")
        }
        Swift.print("corrected = measured - shift. \(TrainingScope.statement)")
        for (label, elements) in outside.prefix(20) {
            Swift.print("\(label) has regions of \(elements.joined(separator: ", ")): do not trust what is said of it.")
        }
        if outside.count > 20 { Swift.print("... and so have \(outside.count - 20) more.") }
    }

    private func pad(_ text: String) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
