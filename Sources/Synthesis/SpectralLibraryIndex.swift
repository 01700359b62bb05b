import Foundation

/// The index of a folder of reference spectra: a CSV file with a header line (RFC 4180).
///
/// Its columns, in any order: `file`, the text file beside it; `name`, the polymer's; `groups`, the functional groups
/// with semicolons between them; and, if wanted, `reference_eV`, where aliphatic C 1s lies in that file. Other columns
/// are ignored.
struct SpectralLibraryIndex {
    /// One spectrum of the index.
    struct Row {
        let line: Int
        let file: String
        let name: String
        let groups: [String]
        let referenceEV: Double?
    }

    static let fileName = "index.csv"
    private static let needed = ["file", "name", "groups"]
    private static let reference = "reference_eV"
    /// Aliphatic C 1s lies in these bounds on every charged sample that is worth aligning.
    private static let possibleReferencesEV = 270.0...300.0

    private(set) var rows: [Row] = []
    private(set) var faults: [SpectralLibraryError.Fault] = []

    /// Reads a text; what is wrong with it is kept as faults.
    init(_ text: String) {
        read(text)
    }

    private mutating func read(_ text: String) {
        var records = Self.records(text)[...]
        guard let header = records.popFirst() else {
            return fault(nil, "is empty; its first line names the columns \(Self.needed.joined(separator: ", "))")
        }
        var columns: [String: Int] = [:]
        for (column, name) in header.fields.enumerated() { columns[name.lowercased()] = column }
        let missing = Self.needed.filter { columns[$0] == nil }
        guard missing.isEmpty else {
            return fault(
                header.line,
                "the column \(missing.joined(separator: " and ")) is missing; the first line names the "
                    + "columns \(Self.needed.joined(separator: ", ")) and, if wanted, \(Self.reference)")
        }
        for record in records { add(record, columns: columns, width: header.fields.count) }
        if rows.isEmpty, faults.isEmpty { fault(header.line, "no spectrum follows the header") }
    }

    private mutating func add(_ record: Record, columns: [String: Int], width: Int) {
        guard record.fields.count == width else {
            return fault(
                record.line,
                "\(record.fields.count) fields, the header has \(width); put names with commas between double quotes")
        }
        func field(_ name: String) -> String { columns[name.lowercased()].map { record.fields[$0] } ?? "" }
        let (file, name) = (field("file"), field("name"))
        guard !file.isEmpty, !name.isEmpty else { return fault(record.line, "the file or the name is empty") }
        if let other = rows.first(where: { $0.file == file }) {
            return fault(record.line, "\(file) is listed in line \(other.line) already")
        }
        var referenceEV: Double?
        let written = field(Self.reference)
        if !written.isEmpty {
            guard let value = Double(written), Self.possibleReferencesEV.contains(value) else {
                return fault(
                    record.line, "\(Self.reference) “\(written)” is no energy of aliphatic C 1s between 270 and 300 eV")
            }
            referenceEV = value
        }
        let groups = field("groups").split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
        rows.append(
            Row(
                line: record.line, file: file, name: name, groups: groups.filter { !$0.isEmpty },
                referenceEV: referenceEV))
    }

    private mutating func fault(_ line: Int?, _ reason: String) {
        faults.append(.init(file: Self.fileName, line: line, reason: reason))
    }

    /// A line of the table, its fields trimmed.
    private struct Record {
        let line: Int
        var fields: [String]
    }

    /// The records of a CSV text, those without any content left out; a quoted field may hold commas, doubled quotes
    /// and line ends.
    private static func records(_ text: String) -> [Record] {
        var records: [Record] = []
        var (record, field) = (Record(line: 1, fields: []), "")
        var (isQuoted, line) = (false, 1)
        func endField() {
            record.fields.append(field.trimmingCharacters(in: .whitespaces))
            field = ""
        }
        func endRecord() {
            endField()
            if record.fields != [""] { records.append(record) }
            record = Record(line: line, fields: [])
        }
        // A byte order mark is no part of the first column's name.
        var rest = Substring(text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text)
        while let character = rest.popFirst() {
            if character.isNewline { line += 1 }
            switch character {
            case "\"" where isQuoted && rest.first == "\"":
                field.append("\"")
                rest.removeFirst()
            case "\"": isQuoted.toggle()
            case "," where !isQuoted: endField()
            case let end where end.isNewline && !isQuoted: endRecord()
            default: field.append(character)
            }
        }
        if !field.isEmpty || !record.fields.isEmpty { endRecord() }
        return records
    }
}
