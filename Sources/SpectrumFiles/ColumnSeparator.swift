/// What stands between the columns of a text file.
enum ColumnSeparator: CaseIterable {
    case tab
    case semicolon
    case comma
    case blanks

    private static let quote = UInt8(ascii: "\"")

    /// What several of it are called.
    var plural: String {
        switch self {
        case .tab: "tabs"
        case .semicolon: "semicolons"
        case .comma: "commas"
        case .blanks: "blanks"
        }
    }

    /// The numbers that a line begins with, column by column.
    func numbers(_ bytes: [UInt8], _ range: Range<Int>, _ notation: NumberNotation = .plain) -> [Double] {
        var numbers: [Double] = []
        forEachField(bytes, range) { field, isQuoted in
            let value = notation.number(bytes, field, allowingBlanks: allowsBlanks(isQuoted))
            guard let value else { return false }
            numbers.append(value)
            return true
        }
        return numbers
    }

    /// The numbers that a line begins with, as they are written.
    func writtenNumbers(_ bytes: [UInt8], _ range: Range<Int>) -> [WrittenNumber] {
        var numbers: [WrittenNumber] = []
        forEachField(bytes, range) { field, isQuoted in
            guard let number = WrittenNumber(bytes, field, allowingBlanks: allowsBlanks(isQuoted)) else { return false }
            numbers.append(number)
            return true
        }
        return numbers
    }

    /// The columns of a line of names.
    func names(_ line: String) -> [String] {
        let bytes = Array(line.utf8)
        var names: [String] = []
        forEachField(bytes, bytes.indices) { field, _ in
            names.append(String(decoding: bytes[field], as: UTF8.self))
            return true
        }
        return names
    }

    /// Whether a blank in a number can part its thousands: behind a comma, `280,5 301,25` is two numbers.
    private func allowsBlanks(_ isQuoted: Bool) -> Bool {
        isQuoted || self == .tab || self == .semicolon
    }

    /// Visits the fields, without the blanks around them and the quotation marks of spreadsheets, which keep a separator
    /// within a field.
    private func forEachField(
        _ bytes: [UInt8], _ range: Range<Int>, _ visit: (_ field: Range<Int>, _ isQuoted: Bool) -> Bool
    ) {
        var start = range.lowerBound
        while start < range.upperBound {
            var end = start
            while end < range.upperBound, bytes[end] == UInt8(ascii: " ") { end += 1 }
            if end < range.upperBound, bytes[end] == Self.quote {
                end += 1
                while end < range.upperBound, bytes[end] != Self.quote { end += 1 }
            } else if self == .blanks {
                end = start
            }
            while end < range.upperBound, !separates(bytes[end]) { end += 1 }
            var field = start..<end
            while let first = field.first, Self.isBlank(bytes[first]) { field.removeFirst() }
            while let last = field.last, Self.isBlank(bytes[last]) { field.removeLast() }
            let isQuoted =
                field.count > 1 && bytes[field.lowerBound] == Self.quote && bytes[field.upperBound - 1] == Self.quote
            if isQuoted { field = field.dropFirst().dropLast() }
            // Several blanks separate once.
            if self != .blanks || !field.isEmpty, !visit(field, isQuoted) { return }
            start = end + 1
        }
    }

    private func separates(_ byte: UInt8) -> Bool {
        switch self {
        case .tab: byte == UInt8(ascii: "\t")
        case .semicolon: byte == UInt8(ascii: ";")
        case .comma: byte == UInt8(ascii: ",")
        case .blanks: Self.isBlank(byte)
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }
}
