/// Brings text to UTF-8, whatever an instrument's computer wrote it in.
enum TextEncoding {
    /// Windows-1252 from 0x80 to 0x9F, which Latin-1 leaves to control characters.
    private static let windows: [UInt32] = [
        0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,
        0x017D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A,
        0x0153, 0x9D, 0x017E, 0x0178,
    ]

    /// The text's bytes in UTF-8: of UTF-16 with or without its mark, of Windows-1252, or as they are.
    static func utf8(_ bytes: [UInt8]) -> [UInt8] {
        if let isBigEndian = utf16(bytes) {
            let start = bytes.starts(with: isBigEndian ? [0xFE, 0xFF] : [0xFF, 0xFE]) ? 2 : 0
            let (high, low) = isBigEndian ? (0, 1) : (1, 0)
            var units: [UInt16] = []
            units.reserveCapacity(bytes.count / 2)
            for index in stride(from: start, to: bytes.count - 1, by: 2) {
                units.append(UInt16(bytes[index + high]) << 8 | UInt16(bytes[index + low]))
            }
            return Array(String(decoding: units, as: UTF16.self).utf8)
        }
        guard bytes.contains(where: { $0 >= 0x80 }), String(validating: bytes, as: UTF8.self) == nil else {
            return bytes
        }
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count + 16)
        for byte in bytes {
            guard byte >= 0x80 else {
                text.append(byte)
                continue
            }
            let code = byte < 0xA0 ? windows[Int(byte) - 0x80] : UInt32(byte)
            text.append(contentsOf: Unicode.Scalar(code).map { Array(String($0).utf8) } ?? [])
        }
        return text
    }

    /// Whether the bytes are text in UTF-16.
    static func isUTF16(_ bytes: [UInt8]) -> Bool { utf16(bytes) != nil }

    /// Whether the bytes are UTF-16, and which byte comes first; nil where they are not.
    private static func utf16(_ bytes: [UInt8]) -> Bool? {
        if bytes.starts(with: [0xFF, 0xFE]) { return false }
        if bytes.starts(with: [0xFE, 0xFF]) { return true }
        // ASCII in UTF-16 has a zero in every second byte, and text has none elsewhere.
        let head = bytes.prefix(512)
        guard head.count >= 8 else { return nil }
        let zeros = [0, 1].map { parity in head.indices.count { $0 % 2 == parity && head[$0] == 0 } }
        if zeros[0] == 0, zeros[1] * 10 > head.count * 4 { return false }
        if zeros[1] == 0, zeros[0] * 10 > head.count * 4 { return true }
        return nil
    }
}
