import Classifier
import Foundation

/// Prints a report's lines as they come: JSON objects, or tables with a title each.
struct ReportPrinter {
    private let json: Bool
    private var section: String?

    init(json: Bool) {
        self.json = json
    }

    mutating func show(_ record: ReportRecord) {
        var text = ""
        if json {
            text = String(decoding: record.json, as: UTF8.self) + "\n"
        } else {
            if record.section != section {
                text += (section == nil ? "" : "\n") + record.section.uppercased() + "\n" + record.heading + "\n"
                section = record.section
            }
            text += record.row + "\n"
        }
        // At once, for whoever follows a report of minutes through a pipe.
        FileHandle.standardOutput.write(Data(text.utf8))
    }
}
