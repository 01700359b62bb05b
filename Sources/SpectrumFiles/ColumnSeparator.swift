/// What stands between the columns of a text file.
enum ColumnSeparator: CaseIterable {
    case tab
    case semicolon
    case comma
    case blanks

    /// The numbers that a line begins with, column by column.
    ///
    /// A comma is a decimal point where something else separates the columns.
    func numbers(_ bytes: [UInt8], _ range: Range<Int>) -> [Double] {
        var numbers: [Double] = []
        forEachField(bytes, range) { field in
            var value = Decimal.parse(bytes, field)
            if value == nil, self != .comma { value = Decimal.parse(bytes, field, point: UInt8(ascii: ",")) }
            guard let value else { return false }
            numbers.append(value)
            return true
        }
        return numbers
    }

    /// The columns of a line of names.
    func names(_ line: String) -> [String] {
        let bytes = Array(line.utf8)
        var names: [String] = []
        forEachField(bytes, bytes.indices) { field in
            names.append(String(decoding: bytes[field], as: UTF8.self))
            return true
        }
        return names
    }

    private func forEachField(_ bytes: [UInt8], _ range: Range<Int>, _ visit: (Range<Int>) -> Bool) {
        var start = range.lowerBound
        while start < range.upperBound {
            var end = start
            while end < range.upperBound, !separates(bytes[end]) { end += 1 }
            var field = start..<end
            while let first = field.first, Self.isBlank(bytes[first]) { field.removeFirst() }
            while let last = field.last, Self.isBlank(bytes[last]) { field.removeLast() }
            // Several blanks separate once.
            if self != .blanks || !field.isEmpty, !visit(field) { return }
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
