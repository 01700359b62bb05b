/// Reads little-endian numbers and strings from bytes that may be anything.
package struct JournalCursor {
    package private(set) var remaining: UnsafeRawBufferPointer

    package init(_ bytes: UnsafeRawBufferPointer) {
        remaining = bytes
    }

    package mutating func integer<T: FixedWidthInteger>(_ type: T.Type) -> T? {
        guard let bytes = bytes(MemoryLayout<T>.size) else { return nil }
        return T(littleEndian: bytes.loadUnaligned(as: T.self))
    }

    package mutating func bytes(_ count: Int) -> UnsafeRawBufferPointer? {
        guard count >= 0, count <= remaining.count else { return nil }
        let taken = UnsafeRawBufferPointer(rebasing: remaining.prefix(count))
        remaining = UnsafeRawBufferPointer(rebasing: remaining.dropFirst(count))
        return taken
    }

    /// Bytes after their length.
    package mutating func block() -> UnsafeRawBufferPointer? {
        guard let count = integer(UInt32.self) else { return nil }
        return bytes(Int(count))
    }

    package mutating func string() -> String? {
        block().map { String(decoding: $0, as: UTF8.self) }
    }
}

extension [UInt8] {
    package mutating func appendInteger(_ value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }

    /// Bytes after their length.
    package mutating func appendBlock(_ bytes: some Collection<UInt8>) {
        appendInteger(UInt32(bytes.count))
        append(contentsOf: bytes)
    }
}
