/// The first page of a segment, written twice in it so that damage to one copy costs nothing.
///
///     0  magic "CLJOURNL"      16  segment number          32  first sequence number
///     8  format version        24  seed of its checksums   40  highest job number so far
///    12  zero                                             48  checksum of the 48 bytes before
package struct JournalSegmentHeader: Equatable, Sendable {
    package static let version: UInt32 = 1
    package static let byteCount = 4096
    private static let magic: UInt64 = 0x4C4E_5255_4F4A_4C43
    private static let copyBytes = 56
    private static let copyOffsets = [0, 2048]

    package var version = Self.version
    package var number: UInt32
    package var seed: UInt64
    /// Records of earlier segments from this number on were never acknowledged and do not count.
    package var firstSequence: UInt64

    /// So that a number is not given twice after all records of a job are gone.
    package var highestJob: UInt64

    package init(number: UInt32, seed: UInt64, firstSequence: UInt64, highestJob: UInt64) {
        self.number = number
        self.seed = seed
        self.firstSequence = firstSequence
        self.highestJob = highestJob
    }

    package func encoded() -> [UInt8] {
        var copy: [UInt8] = []
        copy.appendInteger(Self.magic)
        copy.appendInteger(version)
        copy.appendInteger(UInt32(0))
        copy.appendInteger(UInt64(number))
        copy.appendInteger(seed)
        copy.appendInteger(firstSequence)
        copy.appendInteger(highestJob)
        copy.appendInteger(Checksum.of(copy))
        var page = [UInt8](repeating: 0, count: Self.byteCount)
        for offset in Self.copyOffsets {
            page.replaceSubrange(offset..<(offset + copy.count), with: copy)
        }
        return page
    }

    /// The first whole copy; nil when there is none.
    package init?(page: UnsafeRawBufferPointer) {
        for offset in Self.copyOffsets where offset + Self.copyBytes <= page.count {
            let copy = UnsafeRawBufferPointer(rebasing: page[offset..<(offset + Self.copyBytes)])
            var cursor = JournalCursor(copy)
            guard cursor.integer(UInt64.self) == Self.magic, let version = cursor.integer(UInt32.self),
                cursor.integer(UInt32.self) != nil, let number = cursor.integer(UInt64.self),
                number <= UInt64(UInt32.max), let seed = cursor.integer(UInt64.self),
                let firstSequence = cursor.integer(UInt64.self),
                let highestJob = cursor.integer(UInt64.self),
                cursor.integer(UInt64.self) == Checksum.of(UnsafeRawBufferPointer(rebasing: copy[..<48]))
            else { continue }
            self.init(
                number: UInt32(number), seed: seed, firstSequence: firstSequence, highestJob: highestJob)
            self.version = version
            return
        }
        return nil
    }

    package static func fileName(_ number: UInt32) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 10 - digits.count)) + digits + ".segment"
    }

    /// The number in a segment's file name.
    package static func number(inFileName name: String) -> UInt32? {
        guard name.hasSuffix(".segment") else { return nil }
        return UInt32(name.dropLast(".segment".count))
    }
}
