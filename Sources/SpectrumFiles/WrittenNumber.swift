/// A number as it stands in a text, with what it tells about the signs in it.
///
/// Points and commas part decimals or thousands, depending on the country; blanks and apostrophes part thousands alone.
/// `3,45` can only have a decimal comma and `1,078,568` only thousands, but `3,454` may be either.
struct WrittenNumber {
    static let point = UInt8(ascii: ".")
    static let comma = UInt8(ascii: ",")
    private static let blank = UInt8(ascii: " ")
    private static let apostrophe = UInt8(ascii: "'")

    /// The sign that can only be decimal.
    private(set) var decimalSign: UInt8?
    /// The sign that can only part thousands.
    private(set) var groupSign: UInt8?
    /// The sign that may be either.
    private(set) var unclearSign: UInt8?
    /// How many digits come before the first sign.
    private(set) var leadingDigits = 0
    /// Whether it is digits alone, the first a zero.
    private(set) var isPadded = false

    private let bytes: ArraySlice<UInt8>

    /// Nil where the bytes are no number, or one whose thousands are not parted by threes.
    init?(_ bytes: [UInt8], _ range: Range<Int>, allowingBlanks: Bool) {
        self.bytes = bytes[range]
        var index = range.lowerBound
        if index < range.upperBound, bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") {
            index += 1
        }
        let start = index
        var (digits, last) = (0, UInt8?.none)
        while index < range.upperBound {
            if Self.isDigit(bytes[index]) {
                (digits, index) = (digits + 1, index + 1)
                continue
            }
            guard let (sign, length) = Self.sign(bytes[index..<range.upperBound]) else { break }
            if sign == Self.blank, length == 1, !allowingBlanks { return nil }
            if let last {
                guard digits == 3, groupSign == nil || groupSign == last else { return nil }
                groupSign = last
            } else {
                leadingDigits = digits
            }
            (last, digits, index) = (sign, 0, index + length)
        }
        let isPlain = index == range.upperBound
        guard isPlain || (index > start && Self.isExponent(bytes[index..<range.upperBound])) else { return nil }
        let startsWithZero = start < range.upperBound && bytes[start] == UInt8(ascii: "0")
        let canGroup = (1...3).contains(leadingDigits) && !startsWithZero
        guard let last else {
            guard digits > 0 else { return nil }
            leadingDigits = digits
            isPadded = isPlain && startsWithZero && digits > 1
            return
        }
        guard leadingDigits + digits > 0, groupSign == nil || canGroup else { return nil }
        if last == groupSign {
            guard digits == 3 else { return nil }
        } else if last == Self.blank || last == Self.apostrophe {
            guard groupSign == nil, canGroup, digits == 3 else { return nil }
            groupSign = last
        } else if groupSign == nil, canGroup, digits == 3, isPlain {
            unclearSign = last
        } else {
            guard digits > 0 || groupSign == nil else { return nil }
            decimalSign = last
        }
    }

    /// Its value; nil where a sign is unclear and nothing is said about it.
    func value(unclearSign meaning: NumberNotation.Meaning?) -> Double? {
        if unclearSign != nil, meaning == nil { return nil }
        let decimal = decimalSign ?? (meaning == .decimal ? unclearSign : nil)
        var plain: [UInt8] = []
        var index = bytes.startIndex
        while index < bytes.endIndex {
            if let (sign, length) = Self.sign(bytes[index...]) {
                if sign == decimal { plain.append(Self.point) }
                index += length
            } else {
                plain.append(bytes[index])
                index += 1
            }
        }
        return Decimal.parse(plain, plain.indices)
    }

    /// As it is written.
    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Whether it is digits alone.
    var isBare: Bool { decimalSign == nil && groupSign == nil && unclearSign == nil }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }

    private static func isExponent(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let first = bytes.first, first | 0x20 == UInt8(ascii: "e") else { return false }
        var digits = bytes.dropFirst()
        if let sign = digits.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { digits.removeFirst() }
        return !digits.isEmpty && digits.allSatisfy(isDigit)
    }

    /// The sign that bytes begin with, and its length: the blanks and apostrophes of Unicode have two or three bytes.
    private static func sign(_ bytes: ArraySlice<UInt8>) -> (UInt8, Int)? {
        guard let first = bytes.first else { return nil }
        if first == point || first == comma || first == blank || first == apostrophe { return (first, 1) }
        if bytes.starts(with: [0xC2, 0xA0]) { return (blank, 2) }
        guard first == 0xE2 else { return nil }
        if bytes.starts(with: [0xE2, 0x80, 0xAF]) || bytes.starts(with: [0xE2, 0x80, 0x89]) { return (blank, 3) }
        return bytes.starts(with: [0xE2, 0x80, 0x99]) ? (apostrophe, 3) : nil
    }
}
