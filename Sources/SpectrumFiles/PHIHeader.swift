/// The text header of a PHI file: lines of `Name: value` between SOFH and EOFH.
struct PHIHeader {
    private static let startMark = Array("SOFH".utf8)
    private static let endMark = Array("EOFH".utf8)
    private static let mostBytes = 1 << 20

    /// Where the binary part begins.
    let end: Int
    private let file: String
    private var lines: [(number: Int, name: String, value: String)] = []

    init(_ bytes: [UInt8], file: String) throws(SpectrumFileError) {
        self.file = file
        var cursor = LineCursor(file: file, bytes: Array(bytes.prefix(Self.mostBytes)))
        var consumed: Int?
        while let range = cursor.next() {
            let text = cursor.bytes[range]
            if text.elementsEqual(Self.endMark) {
                consumed = Self.behindLine(range, bytes)
                break
            }
            if cursor.line == 1, !text.elementsEqual(Self.startMark) {
                throw cursor.error("a PHI file begins with SOFH, this one with \(cursor.quoted(range))")
            }
            let line = ByteReader(file: file, bytes: Array(text)).text(0..<text.count)
            guard let split = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: split)...].drop { $0 == " " }
            lines.append((cursor.line, String(line[..<split]), String(value)))
        }
        guard let consumed else {
            throw cursor.error("the header has no end (EOFH) up to here; the file is cut off")
        }
        end = consumed
    }

    /// The first value of a name; nil where it is empty.
    func value(_ name: String) -> String? {
        lines.first { $0.name == name && !$0.value.isEmpty }?.value
    }

    /// All values of a name with their lines.
    func all(_ name: String) -> [(line: Int, value: String)] {
        lines.filter { $0.name == name }.map { ($0.number, $0.value) }
    }

    /// `Al 1486.6 mono`: the number, or the line that the label names.
    var photonEnergyEV: Double? {
        guard let source = value("XraySource") else { return nil }
        let number = source.split(separator: " ").lazy.compactMap { Double($0) }.first { $0 > 0 }
        return number ?? SourceLine(label: source)?.energyEV
    }

    /// `(1, SnO2_10nm)`: what the user called it.
    var sample: String {
        guard let description = value("FileDesc") else { return "" }
        let inner = description.trimmingParentheses
        guard let comma = inner.firstIndex(of: ",") else { return inner }
        return String(inner[inner.index(after: comma)...].drop { $0 == " " })
    }

    /// What is worth keeping beside a spectrum.
    var metadata: [String: String] {
        var metadata: [String: String] = [:]
        for (key, name) in [
            ("instrument", "InstrumentModel"), ("institution", "Institution"), ("experiment", "ExperimentID"),
            ("operator", "Operator"), ("platen", "PlatenID"), ("source", "XraySource"),
            ("energy_reference", "EnergyReference"), ("sputter_mode", "SputterMode"),
        ] {
            if let value = value(name), value != "none 0.0" { metadata[key] = value }
        }
        let date = (value("AcqFileDate") ?? value("FileDate") ?? "").split(separator: " ").compactMap { Int($0) }
        if date.count == 3, (1900...9999).contains(date[0]), (1...12).contains(date[1]), (1...31).contains(date[2]) {
            metadata["acquired"] = date.map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: "-")
        }
        return metadata
    }

    func error(line: Int, _ reason: String) -> SpectrumFileError {
        SpectrumFileError(file: file, line: line, reason: reason)
    }

    func error(of name: String, _ reason: String) -> SpectrumFileError {
        error(line: lines.first { $0.name == name }?.number ?? 1, reason)
    }

    /// The place behind a line's end.
    private static func behindLine(_ range: Range<Int>, _ bytes: [UInt8]) -> Int {
        var end = range.upperBound
        while end < bytes.count, bytes[end] == 0x0D || bytes[end] == 0x20 { end += 1 }
        return min(end + (end < bytes.count && bytes[end] == 0x0A ? 1 : 0), bytes.count)
    }
}

extension String {
    fileprivate var trimmingParentheses: String {
        var text = self[...].drop { $0 == " " || $0 == "(" }
        while let last = text.last, last == " " || last == ")" { text = text.dropLast() }
        return String(text)
    }
}
