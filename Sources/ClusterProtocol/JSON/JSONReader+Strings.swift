extension JSONReader {
    /// Reads a string; its escapes are checked here and replaced when the text is asked for.
    public mutating func string() throws(JSONError) -> JSONString {
        skipWhitespace()
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
            throw JSONError("a string should be here", at: position)
        }
        let start = position + 1
        var index = start
        var isEscaped = false
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") {
                position = index + 1
                return JSONString(content: .init(rebasing: bytes[start..<index]), isEscaped: isEscaped)
            }
            if byte == UInt8(ascii: "\\") {
                isEscaped = true
                index = try endOfEscape(at: index)
            } else if byte < 0x20 {
                throw JSONError("a control character stands in a string without an escape", at: index)
            } else {
                index &+= 1
            }
        }
        throw JSONError("the text ends inside a string", at: index)
    }

    /// The offset behind the escape that begins at `index`, a surrogate pair taken as one.
    private func endOfEscape(at index: Int) throws(JSONError) -> Int {
        guard index + 1 < bytes.count else { throw JSONError("the text ends inside a string", at: index) }
        switch bytes[index + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return index + 2
        case UInt8(ascii: "u"):
            let unit = try codeUnit(at: index)
            if unit & 0xFC00 == 0xDC00 { throw JSONError("half a surrogate pair stands alone", at: index) }
            guard unit & 0xFC00 == 0xD800 else { return index + 6 }
            guard index + 7 < bytes.count, bytes[index + 6] == UInt8(ascii: "\\"),
                bytes[index + 7] == UInt8(ascii: "u"),
                try codeUnit(at: index + 6) & 0xFC00 == 0xDC00
            else { throw JSONError("half a surrogate pair stands alone", at: index) }
            return index + 12
        default:
            throw JSONError("an unknown escape stands in a string", at: index)
        }
    }

    private func codeUnit(at index: Int) throws(JSONError) -> UInt16 {
        guard index + 6 <= bytes.count else { throw JSONError("the text ends inside a string", at: index) }
        var unit: UInt16 = 0
        for offset in index + 2..<index + 6 {
            guard let digit = Self.hexDigit(bytes[offset]) else {
                throw JSONError("four hexadecimal digits should follow \\u", at: index)
            }
            unit = unit << 4 | UInt16(digit)
        }
        return unit
    }

    static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
