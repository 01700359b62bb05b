/// What points and commas mean in the numbers of a text; nil where the text does not tell.
struct NumberNotation {
    enum Meaning {
        case decimal
        case thousands
    }

    /// Of texts that programs write without thousands, under whatever country's settings.
    static let plain = NumberNotation(point: .decimal, comma: .decimal)

    var point: Meaning?
    var comma: Meaning?

    /// The number that a range of bytes writes; nil if it is none, or one that may be read in two ways.
    func number(_ bytes: [UInt8], _ range: Range<Int>, allowingBlanks: Bool) -> Double? {
        // Most numbers of most files end here.
        if point == .decimal, let value = Decimal.parse(bytes, range) { return value }
        if comma == .decimal, let value = Decimal.parse(bytes, range, point: WrittenNumber.comma) { return value }
        guard let written = WrittenNumber(bytes, range, allowingBlanks: allowingBlanks) else { return nil }
        return written.value(unclearSign: written.unclearSign == WrittenNumber.point ? point : comma)
    }
}
