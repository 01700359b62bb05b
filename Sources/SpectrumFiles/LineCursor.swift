/// Walks over the lines of a file's bytes, and names file and line in every complaint.
///
/// It is a value: a copy looks ahead and leaves the original where it was.
struct LineCursor {
    let file: String
    let bytes: [UInt8]
    /// Number of the line read last, counted from 1.
    private(set) var line = 0
    /// What the lines belong to, such as `block 3`; put in front of every reason.
    var context: String?

    private var position: Int
    private let ending: UInt8

    init(file: String, bytes: [UInt8]) {
        self.file = file
        self.bytes = bytes
        let hasByteOrderMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
        position = hasByteOrderMark ? 3 : 0
        // Lone carriage returns end lines only in files that have nothing else to end them.
        ending = bytes.contains(UInt8(ascii: "\n")) ? UInt8(ascii: "\n") : UInt8(ascii: "\r")
    }

    /// Bytes that have not been read: no honest count of values is larger.
    var remaining: Int { bytes.count - position }

    /// The next line without blanks at its ends; nil at the end of the file.
    mutating func next() -> Range<Int>? {
        guard position < bytes.count else { return nil }
        var end = position
        while end < bytes.count, bytes[end] != ending { end += 1 }
        var trimmed = position..<end
        position = end + 1
        line += 1
        while let last = trimmed.last, Self.isBlank(bytes[last]) { trimmed.removeLast() }
        while let first = trimmed.first, Self.isBlank(bytes[first]) { trimmed.removeFirst() }
        return trimmed
    }

    func string(_ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }

    /// The next line's text.
    mutating func text(_ what: String) throws(SpectrumFileError) -> String {
        guard let range = next() else { throw ended(before: what) }
        return string(range)
    }

    /// The next line's number.
    mutating func number(_ what: String) throws(SpectrumFileError) -> Double {
        guard let range = next() else { throw ended(before: what) }
        guard let value = Decimal.parse(bytes, range) else {
            throw error("\(what) should be a number, but is \(quoted(range))")
        }
        return value
    }

    /// The next line's whole number within limits.
    mutating func count(_ what: String, in limits: ClosedRange<Int>) throws(SpectrumFileError) -> Int {
        let value = try number(what)
        guard value == value.rounded(), value >= Double(limits.lowerBound), value <= Double(limits.upperBound) else {
            throw error(
                "\(what) is \(value), but should be a whole number from \(limits.lowerBound) "
                    + "to \(limits.upperBound)")
        }
        return Int(value)
    }

    /// Passes over lines.
    mutating func skip(_ count: Int, _ what: String) throws(SpectrumFileError) {
        for _ in 0..<count {
            guard next() != nil else { throw ended(before: what) }
        }
    }

    /// An error at the line read last.
    func error(_ reason: String) -> SpectrumFileError {
        let place = context.map { "\($0): " } ?? ""
        return SpectrumFileError(file: file, line: max(line, 1), reason: place + reason)
    }

    /// The text of a line for a message: at most 60 characters.
    func quoted(_ range: Range<Int>) -> String { Self.quoted(bytes[range]) }

    /// A text for a message: at most 60 characters.
    static func quoted(_ bytes: some Collection<UInt8>) -> String {
        let text = String(decoding: bytes.prefix(60), as: UTF8.self).map { $0.isASCII && !($0 >= " ") ? "?" : $0 }
        return bytes.count > 60 ? "\"\(String(text))…\"" : "\"\(String(text))\""
    }

    private func ended(before what: String) -> SpectrumFileError {
        error("the file ends where \(what) should be; it is cut off or its counts are wrong")
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
    }
}
