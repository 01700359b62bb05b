/// Reads numbers of a binary file at named places, and names file and byte in every complaint.
struct ByteReader {
    let file: String
    let bytes: [UInt8]
    /// Whether the most significant byte comes first.
    var isBigEndian = false

    init(file: String, bytes: [UInt8]) {
        self.file = file
        self.bytes = bytes
    }

    var count: Int { bytes.count }

    /// The bytes of a part of the file that must be there.
    func part(_ range: Range<Int>, _ what: String) throws(SpectrumFileError) -> Range<Int> {
        guard range.lowerBound >= 0, range.upperBound <= bytes.count else {
            throw error(
                at: range.lowerBound,
                "the file has \(bytes.count) bytes, but \(what) should reach to byte \(range.upperBound); it is cut off "
                    + "or its header is wrong")
        }
        return range
    }

    /// A part of `size` bytes; sizes that a header declares are added without overflow.
    func part(at offset: Int, size: Int, _ what: String) throws(SpectrumFileError) -> Range<Int> {
        let (end, overflows) = offset.addingReportingOverflow(size)
        guard offset >= 0, size >= 0, !overflows else {
            throw error(at: offset, "\(what) has a size of \(size) bytes; the header is damaged")
        }
        return try part(offset..<end, what)
    }

    func integer<Value: FixedWidthInteger>(
        _: Value.Type, at offset: Int, _ what: String
    ) throws(SpectrumFileError) -> Value {
        _ = try part(at: offset, size: MemoryLayout<Value>.size, what)
        return value(Value.self, at: offset)
    }

    func double(at offset: Int, _ what: String) throws(SpectrumFileError) -> Double {
        Double(bitPattern: try integer(UInt64.self, at: offset, what))
    }

    /// A whole number of four bytes that counts something.
    func count(at offset: Int, _ what: String) throws(SpectrumFileError) -> Int {
        let number = try integer(Int32.self, at: offset, what)
        guard number >= 0 else { throw error(at: offset, "\(what) is \(number); the header is damaged") }
        return Int(number)
    }

    /// A number at a place that was checked before.
    func value<Value: FixedWidthInteger>(_: Value.Type, at offset: Int) -> Value {
        let raw = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: Value.self) }
        return isBigEndian ? Value(bigEndian: raw) : Value(littleEndian: raw)
    }

    /// Text up to the first zero byte or the end of the range; bytes that are not UTF-8 are read as Latin-1.
    func text(_ range: Range<Int>) -> String {
        let part = bytes[range].prefix { $0 != 0 }
        return String(validating: part, as: UTF8.self) ?? String(part.map { Character(Unicode.Scalar($0)) })
    }

    func error(at offset: Int, _ reason: String) -> SpectrumFileError {
        SpectrumFileError(file: file, offset: max(offset, 0), reason: reason)
    }
}
