/// A wave of an Igor binary wave file (.ibw), versions 1, 2, 3 and 5.
///
/// Layout: WaveMetrics, Technical Note 003 "Igor Binary Format". Version 5 has up to four dimensions and texts behind
/// its data; the older ones have one dimension.
struct IgorWave {
    /// One dimension: `start + i · step`, and what its unit says it is.
    struct Dimension {
        var count: Int
        var step: Double
        var start: Double
        /// Label and unit as the file has them, such as `Binding Energy [eV]`.
        var unit: String
    }

    /// Where a version's header has what; all sizes in bytes.
    private struct Layout {
        var wave: Int
        var data: Int
        var noteSize: Int
    }

    private static let complex: Int16 = 0x01
    private static let signed: [Int16: Int] = [0x02: 4, 0x04: 8, 0x08: 1, 0x10: 2, 0x20: 4]
    private static let unsigned: Int16 = 0x40
    /// More values than any detector's image has.
    private static let mostValues = 1 << 28

    private(set) var dimensions: [Dimension] = []
    /// The values, the first dimension fastest.
    private(set) var values: [Double] = []
    private(set) var name = ""
    private(set) var dataUnit = ""
    private(set) var note = ""
    private(set) var notices: [String] = []

    /// Whether a file begins as an Igor wave does: a version in either byte order.
    static func isWave(_ bytes: [UInt8]) -> Bool {
        guard bytes.count >= 2 else { return false }
        return (bytes[0] == 0 && [1, 2, 3, 5].contains(bytes[1])) || (bytes[1] == 0 && [1, 2, 3, 5].contains(bytes[0]))
    }

    init(_ bytes: [UInt8], file: String) throws(SpectrumFileError) {
        var reader = ByteReader(file: file, bytes: bytes)
        // A version's low byte is never 0: where the first byte is, the most significant one comes first.
        reader.isBigEndian = bytes.first == 0
        let version = try reader.integer(Int16.self, at: 0, "the version")
        switch version {
        case 5: try readVersion5(reader)
        case 1, 2, 3: try readOlder(reader, version: version)
        default:
            throw reader.error(at: 0, "version \(version) of Igor's binary wave is unknown; 1, 2, 3 and 5 are read")
        }
    }

    private mutating func readVersion5(_ reader: ByteReader) throws(SpectrumFileError) {
        _ = try reader.part(0..<384, "the header of an Igor binary wave")
        if !Self.hasValidChecksum(reader, bytes: 384) {
            notices.append("the header's checksum is wrong: it was changed by other software, or is damaged")
        }
        let waveSize = try reader.count(at: 4, "the wave's size")
        let formulaSize = try reader.count(at: 8, "the formula's size")
        let noteSize = try reader.count(at: 12, "the note's size")
        let dataUnitSize = try reader.count(at: 16, "the data unit's size")
        name = reader.text(92..<124)
        var counts: [Int] = []
        for index in 0..<4 {
            let count = try reader.count(at: 132 + 4 * index, "the size of dimension \(index + 1)")
            if count == 0 { break }
            counts.append(count)
        }
        try readValues(
            reader, type: reader.value(Int16.self, at: 80), at: 384, counts: counts,
            declared: try reader.count(at: 76, "the number of points"))
        guard waveSize <= reader.count - 64 else {
            throw reader.error(
                at: 4, "the wave should have \(waveSize) bytes, but the file ends before them; it is cut off")
        }
        // Texts behind the data, in this order: formula, note, data unit, a unit for each dimension.
        var position = 64 + waveSize
        func next(_ size: Int, _ what: String) throws(SpectrumFileError) -> Range<Int> {
            let range = try reader.part(at: position, size: size, what)
            position += size
            return range
        }
        _ = try next(formulaSize, "the formula")
        note = reader.text(try next(noteSize, "the note"))
        dataUnit = reader.text(try next(dataUnitSize, "the data unit"))
        if dataUnit.isEmpty { dataUnit = reader.text(212..<216) }
        for (index, count) in counts.enumerated() {
            let size = try reader.count(at: 20 + 4 * index, "the unit's size of dimension \(index + 1)")
            var unit = reader.text(try next(size, "the unit of dimension \(index + 1)"))
            if unit.isEmpty { unit = reader.text(216 + 4 * index..<220 + 4 * index) }
            dimensions.append(
                Dimension(
                    count: count, step: try reader.double(at: 148 + 8 * index, "the step of dimension \(index + 1)"),
                    start: try reader.double(at: 180 + 8 * index, "the start of dimension \(index + 1)"), unit: unit))
        }
    }

    private mutating func readOlder(_ reader: ByteReader, version: Int16) throws(SpectrumFileError) {
        // The file's header ends with the checksum; the wave's header is the same in the three.
        let layout =
            switch version {
            case 1: Layout(wave: 8, data: 8 + 110, noteSize: 0)
            case 2: Layout(wave: 16, data: 16 + 110, noteSize: try reader.count(at: 6, "the note's size"))
            default: Layout(wave: 20, data: 20 + 110, noteSize: try reader.count(at: 6, "the note's size"))
            }
        _ = try reader.part(0..<layout.data, "the header of an Igor binary wave")
        let wave = layout.wave
        let count = try reader.count(at: wave + 42, "the number of points")
        name = reader.text(wave + 6..<wave + 26)
        dataUnit = reader.text(wave + 34..<wave + 38)
        dimensions = [
            Dimension(
                count: count, step: try reader.double(at: wave + 48, "the step"),
                start: try reader.double(at: wave + 56, "the start"), unit: reader.text(wave + 38..<wave + 42))
        ]
        try readValues(
            reader, type: reader.value(Int16.self, at: wave), at: layout.data, counts: [count], declared: count)
        let waveSize = try reader.count(at: 2, "the wave's size")
        // A note stands behind the padding; one that is cut off is no reason to lose the data.
        let (noteStart, overflows) = wave.addingReportingOverflow(waveSize)
        if layout.noteSize > 0, !overflows, layout.noteSize <= reader.count, noteStart <= reader.count - layout.noteSize
        {
            note = reader.text(noteStart..<noteStart + layout.noteSize)
        }
    }

    private mutating func readValues(
        _ reader: ByteReader, type: Int16, at start: Int, counts: [Int], declared: Int
    ) throws(SpectrumFileError) {
        guard type != 0 else { throw reader.error(at: 0, "the wave holds texts, not numbers; it is no spectrum") }
        guard type & Self.complex == 0 else {
            throw reader.error(at: 0, "the wave holds complex numbers; it is no spectrum")
        }
        guard let size = Self.signed[type & ~Self.unsigned] else {
            throw reader.error(at: 0, "the wave's number type \(type) is unknown; the header is damaged")
        }
        var count = counts.isEmpty ? 0 : 1
        for extent in counts {
            let (product, overflows) = count.multipliedReportingOverflow(by: extent)
            guard !overflows, product <= Self.mostValues else {
                throw reader.error(
                    at: 0, "the wave declares more than \(Self.mostValues) values; the header is damaged")
            }
            count = product
        }
        guard count == declared else {
            throw reader.error(
                at: 0, "the wave declares \(declared) points, but its dimensions hold \(count); the header is damaged")
        }
        _ = try reader.part(at: start, size: count * size, "the wave's data")
        values = (0..<count).map { index in
            Self.value(reader, type: type, at: start + index * size)
        }
    }

    private static func value(_ reader: ByteReader, type: Int16, at offset: Int) -> Double {
        switch type {
        case 0x02: Double(Float(bitPattern: reader.value(UInt32.self, at: offset)))
        case 0x04: Double(bitPattern: reader.value(UInt64.self, at: offset))
        case 0x08: Double(reader.value(Int8.self, at: offset))
        case 0x10: Double(reader.value(Int16.self, at: offset))
        case 0x20: Double(reader.value(Int32.self, at: offset))
        case 0x48: Double(reader.value(UInt8.self, at: offset))
        case 0x50: Double(reader.value(UInt16.self, at: offset))
        case 0x60: Double(reader.value(UInt32.self, at: offset))
        default: .nan
        }
    }

    /// The 16-bit words of the header add up to zero.
    private static func hasValidChecksum(_ reader: ByteReader, bytes: Int) -> Bool {
        stride(from: 0, to: bytes, by: 2).reduce(Int16(0)) { $0 &+ reader.value(Int16.self, at: $1) } == 0
    }
}
