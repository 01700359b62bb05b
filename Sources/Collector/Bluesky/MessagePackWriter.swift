/// Appends MessagePack to a byte array: the part of it that documents need.
///
/// Specification: github.com/msgpack/msgpack/blob/master/spec.md, "Formats".
struct MessagePackWriter {
    /// What has been written.
    private(set) var bytes: [UInt8] = []

    /// Writes an object as a map with a 16-bit or, though it may be small, a 32-bit count in front.
    mutating func value(_ object: DocumentObject, wide: Bool) {
        wide ? head(0xDF, UInt32(object.members.count)) : head(0xDE, UInt16(truncatingIfNeeded: object.members.count))
        members(of: object)
    }

    private mutating func members(of object: DocumentObject) {
        for member in object.members {
            value(member.key)
            value(member.value)
        }
    }

    private mutating func value(_ value: DocumentValue) {
        switch value {
        case .text(let text): self.value(text)
        case .integer(let integer): self.value(integer)
        case .number(let number): head(0xCB, number.bitPattern)
        case .flag(let flag): bytes.append(flag ? 0xC3 : 0xC2)
        case .list(let values):
            count(values.count, short: 0x90, shortLimit: 16, long: 0xDC)
            for value in values { self.value(value) }
        case .object(let object):
            count(object.members.count, short: 0x80, shortLimit: 16, long: 0xDE)
            members(of: object)
        }
    }

    private mutating func value(_ text: String) {
        let utf8 = text.utf8
        switch utf8.count {
        case ..<32: bytes.append(0xA0 | UInt8(utf8.count))
        case ..<0x100: head(0xD9, UInt8(utf8.count))
        case ..<0x1_0000: head(0xDA, UInt16(utf8.count))
        default: head(0xDB, UInt32(truncatingIfNeeded: utf8.count))
        }
        bytes.append(contentsOf: utf8)
    }

    private mutating func value(_ integer: Int) {
        switch integer {
        case 0..<0x80: bytes.append(UInt8(integer))
        case -32..<0: bytes.append(UInt8(bitPattern: Int8(integer)))
        default: head(0xD3, UInt64(bitPattern: Int64(integer)))
        }
    }

    /// Counts from 0xDC and 0xDE on have a 16-bit and, one further, a 32-bit form.
    private mutating func count(_ count: Int, short: UInt8, shortLimit: Int, long: UInt8) {
        switch count {
        case ..<shortLimit: bytes.append(short | UInt8(count))
        case ..<0x1_0000: head(long, UInt16(count))
        default: head(long + 1, UInt32(truncatingIfNeeded: count))
        }
    }

    private mutating func head(_ type: UInt8, _ value: some FixedWidthInteger) {
        bytes.append(type)
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }
}
