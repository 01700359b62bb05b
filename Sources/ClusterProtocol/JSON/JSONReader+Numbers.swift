extension JSONReader {
    /// A number as it stands: its digits as an integer, and the power of ten to scale them by.
    struct NumberToken {
        var range: Range<Int>
        var isNegative: Bool
        /// All digits without the point; nil when they do not fit.
        var digits: UInt64?
        var exponent: Int
    }

    /// Reads an integer; nil when it is none or not exact.
    ///
    /// `1.0` and `1e2` are integers too, as in JSON Schema.
    public mutating func integer() throws(JSONError) -> Int? {
        let token = try numberToken()
        if token.exponent == 0, let digits = token.digits {
            guard digits <= UInt64(Int.max) else { return nil }
            return token.isNegative ? -Int(digits) : Int(digits)
        }
        guard let number = value(of: token), number.magnitude <= 0x1p53 else { return nil }
        let integer = Int(number)
        return Double(integer) == number ? integer : nil
    }

    /// Reads a number; nil when it is too large for a double.
    public mutating func number() throws(JSONError) -> Double? {
        value(of: try numberToken())
    }

    /// Passes over a number, checking it.
    mutating func skipNumber() throws(JSONError) {
        if next() == UInt8(ascii: "-") { position &+= 1 }
        let start = position
        try skipDigits()
        guard bytes[start] != UInt8(ascii: "0") || position == start + 1 else {
            throw JSONError("a number begins with a zero", at: start)
        }
        if next() == UInt8(ascii: ".") {
            position &+= 1
            try skipDigits()
        }
        if let byte = next(), byte | 0x20 == UInt8(ascii: "e") {
            position &+= 1
            if let sign = next(), sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { position &+= 1 }
            try skipDigits()
        }
    }

    @inline(__always)
    private mutating func skipDigits() throws(JSONError) {
        let start = position
        while position < bytes.count, bytes[position] &- UInt8(ascii: "0") < 10 { position &+= 1 }
        guard position > start else { throw JSONError("a digit should be here", at: position) }
    }

    mutating func numberToken() throws(JSONError) -> NumberToken {
        skipWhitespace()
        let start = position
        var token = NumberToken(range: start..<start, isNegative: false, digits: 0, exponent: 0)
        if next() == UInt8(ascii: "-") {
            token.isNegative = true
            position += 1
        }
        let leading = next()
        let integerDigits = takeDigits(into: &token)
        guard integerDigits > 0 else { throw JSONError("a digit should be here", at: position) }
        guard leading != UInt8(ascii: "0") || integerDigits == 1 else {
            throw JSONError("a number begins with a zero", at: start)
        }
        if next() == UInt8(ascii: ".") {
            position += 1
            let fractionDigits = takeDigits(into: &token)
            guard fractionDigits > 0 else { throw JSONError("a digit should follow the point", at: position) }
            token.exponent = -fractionDigits
        }
        if let byte = next(), byte | 0x20 == UInt8(ascii: "e") {
            position += 1
            let sign = next()
            if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { position += 1 }
            var power = NumberToken(range: token.range, isNegative: false, digits: 0, exponent: 0)
            guard takeDigits(into: &power) > 0 else { throw JSONError("a digit should be here", at: position) }
            let size = Int(min(power.digits ?? 1_000_000, 1_000_000))
            token.exponent += sign == UInt8(ascii: "-") ? -size : size
        }
        token.range = start..<position
        return token
    }

    @inline(__always)
    private func next() -> UInt8? {
        position < bytes.count ? bytes[position] : nil
    }

    private mutating func takeDigits(into token: inout NumberToken) -> Int {
        let start = position
        while position < bytes.count {
            let digit = bytes[position] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            if let digits = token.digits {
                let (tens, overflow) = digits.multipliedReportingOverflow(by: 10)
                let (sum, carry) = tens.addingReportingOverflow(UInt64(digit))
                token.digits = overflow || carry ? nil : sum
            }
            position += 1
        }
        return position - start
    }

    private func value(of token: NumberToken) -> Double? {
        // Up to 2^53 and 10^22 both operands are exact, so that one rounding gives the nearest double (Clinger 1990).
        if let digits = token.digits, digits <= 1 << 53, abs(token.exponent) <= 22 {
            let power = Self.powersOfTen[abs(token.exponent)]
            let magnitude = token.exponent < 0 ? Double(digits) / power : Double(digits) * power
            return token.isNegative ? -magnitude : magnitude
        }
        let text = String(decoding: bytes[token.range], as: UTF8.self)
        guard let value = Double(text), value.isFinite else { return nil }
        return value
    }

    private static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]
}
