/// Appends JSON to bytes: what a result line needs and no more, without an encoder's allocations.
package struct JSONText {
    /// What was written so far.
    package private(set) var bytes: [UInt8] = []
    private var needsComma = false

    /// An empty text.
    package init(reserving capacity: Int = 0) {
        bytes.reserveCapacity(capacity)
    }

    /// Opens an object.
    package mutating func openObject() { open(UInt8(ascii: "{")) }
    /// Closes the innermost object.
    package mutating func closeObject() { close(UInt8(ascii: "}")) }
    /// Opens an array.
    package mutating func openArray() { open(UInt8(ascii: "[")) }
    /// Closes the innermost array.
    package mutating func closeArray() { close(UInt8(ascii: "]")) }

    /// Begins a member of an object; a value must follow.
    package mutating func key(_ name: String) {
        separate()
        appendQuoted(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// A string value.
    package mutating func string(_ value: String) {
        separate()
        appendQuoted(value)
        needsComma = true
    }

    /// An integer value.
    package mutating func integer(_ value: Int) {
        separate()
        bytes.append(contentsOf: "\(value)".utf8)
        needsComma = true
    }

    /// An array of strings.
    package mutating func strings(_ values: [String]) {
        openArray()
        for value in values { string(value) }
        closeArray()
    }

    /// An array of integers.
    package mutating func integers(_ values: [Int]) {
        openArray()
        for value in values { integer(value) }
        closeArray()
    }

    /// A number with at most so many decimals, trailing zeros dropped; null where it is not finite.
    package mutating func number(_ value: Double, decimals: Int) {
        separate()
        appendNumber(value, decimals: decimals)
        needsComma = true
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }

    private mutating func appendQuoted(_ value: String) {
        bytes.append(UInt8(ascii: "\""))
        var value = value
        value.withUTF8 { utf8 in
            if utf8.contains(where: Self.needsEscape) {
                for byte in utf8 { appendEscaped(byte) }
            } else {
                bytes.append(contentsOf: utf8)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func appendEscaped(_ byte: UInt8) {
        guard Self.needsEscape(byte) else { return bytes.append(byte) }
        bytes.append(UInt8(ascii: "\\"))
        guard byte < 0x20 else { return bytes.append(byte) }
        bytes.append(contentsOf: byte < 0x10 ? "u000".utf8 : "u001".utf8)
        let digit = byte & 15
        bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }

    private mutating func appendNumber(_ value: Double, decimals: Int) {
        guard value.isFinite else {
            bytes.append(contentsOf: "null".utf8)
            return
        }
        var scale = 1
        for _ in 0..<decimals { scale *= 10 }
        let scaled = (value.magnitude * Double(scale)).rounded()
        guard scaled < 1e15 else {
            bytes.append(contentsOf: "\(value)".utf8)
            return
        }
        let digits = Int(scaled)
        if value < 0, digits != 0 { bytes.append(UInt8(ascii: "-")) }
        appendDigits(digits / scale, width: 1)
        var fraction = digits % scale
        var width = decimals
        guard fraction != 0 else { return }
        while fraction % 10 == 0 {
            fraction /= 10
            width -= 1
        }
        bytes.append(UInt8(ascii: "."))
        appendDigits(fraction, width: width)
    }

    /// Decimal digits, with leading zeros up to a width.
    private mutating func appendDigits(_ value: Int, width: Int) {
        var divisor = 1
        for _ in 1..<max(width, 1) { divisor *= 10 }
        while value / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(value / divisor % 10))
            divisor /= 10
        }
    }
}
