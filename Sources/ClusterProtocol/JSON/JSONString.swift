/// A string inside JSON bytes that were checked: what stands between its quotes, escapes not yet replaced.
///
/// Valid as long as the bytes it was read from.
public struct JSONString {
    let content: UnsafeBufferPointer<UInt8>
    let isEscaped: Bool

    /// The string with its escapes replaced.
    public var text: String {
        isEscaped ? unescaped() : String(decoding: content, as: UTF8.self)
    }

    /// Whether the string is `expected`, without making a copy.
    public static func == (string: JSONString, expected: StaticString) -> Bool {
        string.matches(UnsafeBufferPointer(start: expected.utf8Start, count: expected.utf8CodeUnitCount))
    }

    /// Whether the string is anything but `expected`.
    public static func != (string: JSONString, expected: StaticString) -> Bool {
        !(string == expected)
    }

    @inline(__always)
    func matches(_ expected: UnsafeBufferPointer<UInt8>) -> Bool {
        if isEscaped { return text.utf8.elementsEqual(expected) }
        guard content.count == expected.count else { return false }
        for index in 0..<expected.count where content[index] != expected[index] { return false }
        return true
    }

    private func unescaped() -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(content.count)
        var index = 0
        while index < content.count {
            let byte = content[index]
            index += 1
            guard byte == UInt8(ascii: "\\") else {
                bytes.append(byte)
                continue
            }
            let escape = content[index]
            index += 1
            switch escape {
            case UInt8(ascii: "b"): bytes.append(0x08)
            case UInt8(ascii: "f"): bytes.append(0x0C)
            case UInt8(ascii: "n"): bytes.append(0x0A)
            case UInt8(ascii: "r"): bytes.append(0x0D)
            case UInt8(ascii: "t"): bytes.append(0x09)
            case UInt8(ascii: "u"):
                var scalar = hex4(at: index)
                index += 4
                if scalar & 0xFC00 == 0xD800 {
                    scalar = 0x10000 + (scalar & 0x3FF) << 10 + hex4(at: index + 2) & 0x3FF
                    index += 6
                }
                if let scalar = Unicode.Scalar(scalar) { bytes.append(contentsOf: UTF8.encode(scalar) ?? .init()) }
            default: bytes.append(escape)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func hex4(at index: Int) -> UInt32 {
        (index..<index + 4).reduce(0) { $0 << 4 | UInt32(JSONReader.hexDigit(content[$1]) ?? 0) }
    }
}
