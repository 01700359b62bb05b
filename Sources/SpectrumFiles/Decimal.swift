/// Decimal numbers read from bytes.
enum Decimal {
    private static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]

    /// The number that a range of bytes writes, correctly rounded; nil if it is not a finite number in decimal digits.
    ///
    /// A mantissa below 2^53 and a power of ten up to 22 are exact doubles, so one division or product rounds
    /// correctly (Clinger 1990); longer numbers go through the standard library.
    static func parse(_ bytes: [UInt8], _ range: Range<Int>, point: UInt8 = UInt8(ascii: ".")) -> Double? {
        var index = range.lowerBound
        let end = range.upperBound
        var isNegative = false
        if index < end, bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") {
            isNegative = bytes[index] == UInt8(ascii: "-")
            index += 1
        }
        var mantissa: UInt64 = 0
        var digits = 0
        var exponent = 0
        var isExact = true
        var hasPoint = false
        while index < end {
            let byte = bytes[index]
            if byte == point, !hasPoint {
                hasPoint = true
            } else if byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
                digits += 1
                if mantissa < 900_000_000_000_000_000 {
                    mantissa = mantissa * 10 + UInt64(byte - UInt8(ascii: "0"))
                    if hasPoint { exponent -= 1 }
                } else {
                    isExact = false
                }
            } else {
                break
            }
            index += 1
        }
        guard digits > 0 else { return nil }
        if index < end {
            guard let written = parseExponent(bytes, index..<end) else { return nil }
            exponent += written
        }
        if isExact, mantissa < 1 << 53, exponent.magnitude <= 22 {
            let power = powersOfTen[Int(exponent.magnitude)]
            let value = exponent < 0 ? Double(mantissa) / power : Double(mantissa) * power
            return isNegative ? -value : value
        }
        var text = String(decoding: bytes[range], as: UTF8.self)
        if point != UInt8(ascii: ".") { text = String(text.map { $0 == "," ? "." : $0 }) }
        guard let value = Double(text), value.isFinite else { return nil }
        return value
    }

    private static func parseExponent(_ bytes: [UInt8], _ range: Range<Int>) -> Int? {
        var index = range.lowerBound
        guard bytes[index] == UInt8(ascii: "e") || bytes[index] == UInt8(ascii: "E") else { return nil }
        index += 1
        var isNegative = false
        if index < range.upperBound, bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") {
            isNegative = bytes[index] == UInt8(ascii: "-")
            index += 1
        }
        guard index < range.upperBound else { return nil }
        var exponent = 0
        while index < range.upperBound {
            let byte = bytes[index]
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9"), exponent < 10_000 else { return nil }
            exponent = exponent * 10 + Int(byte - UInt8(ascii: "0"))
            index += 1
        }
        return isNegative ? -exponent : exponent
    }
}
