/// How a record lies in a segment.
///
/// Little-endian, at a multiple of eight bytes:
///
///     0  magic "CLJR"            8  length of the entry      24      checksum of the 24 bytes before
///     4  kind                   12  length of the payload    32      the entry
///     5  sync epoch, 3 bytes    16  sequence number          32 + e  checksum of the entry
///                                                            40 + e  the payload, covered by the entry's digest
///
/// and then zeros up to a multiple of eight. The first checksum is seeded by the segment's own random number, the
/// second by the first, so neither what a recycled file held before nor bytes that a client put into a payload pass
/// for a record, and looking for one in garbage costs no more than 24 bytes a place.
package enum JournalFraming {
    package static let prologueBytes = 32
    package static let alignment = 8
    /// After the last record: says that nothing follows, over whatever a recycled file held.
    package static let terminator = [UInt8](repeating: 0, count: prologueBytes)
    private static let magic: UInt32 = 0x524A_4C43

    /// A record found in a segment.
    package struct Found: Sendable {
        package var entry: JournalEntry
        package var extent: Extent
    }

    /// What a record's prologue says.
    package struct Extent: Sendable {
        package var kind: UInt8
        package var sequence: UInt64
        /// Counts the syncs of a segment: a record of a lower epoch than another's was synced before that was written.
        package var epoch: UInt32
        /// All of the record, padding included.
        package var bytes: Range<Int>
        package var payload: Range<Int>
    }

    package enum Reading: Sendable {
        case record(Found)
        /// The prologue is whole and what it frames is not.
        case damaged(Extent)
        case nothing
    }

    /// Where a record goes in the order of things.
    package struct Stamp: Sendable {
        package var sequence: UInt64
        /// Its lower 24 bits go on disk.
        package var epoch: UInt32
        package var seed: UInt64

        package init(sequence: UInt64, epoch: UInt32, seed: UInt64) {
            self.sequence = sequence
            self.epoch = epoch
            self.seed = seed
        }
    }

    package static func append(
        _ entry: JournalEntry, payload: JournalPayload? = nil, stamp: Stamp, to buffer: inout [UInt8]
    ) {
        appendEntry(entry, payloadBytes: payload?.storedByteCount ?? 0, stamp: stamp, to: &buffer)
        payload?.append(to: &buffer)
        pad(&buffer)
    }

    /// With a payload as it was stored, damaged or not: its digest goes along.
    package static func append(
        _ entry: JournalEntry, stored: UnsafeRawBufferPointer, stamp: Stamp, to buffer: inout [UInt8]
    ) {
        appendEntry(entry, payloadBytes: stored.count, stamp: stamp, to: &buffer)
        buffer.append(contentsOf: stored)
        pad(&buffer)
    }

    /// What a record takes.
    package static func byteCount(of entry: JournalEntry, payloadBytes: Int) -> Int {
        var encoded: [UInt8] = []
        entry.encode(to: &encoded)
        return aligned(prologueBytes + encoded.count + 8 + payloadBytes)
    }

    /// What lies at an offset of a segment whose bytes from `base` on are given, and which ends at `end`.
    ///
    /// The payload's digest is not looked at, nor need the payload be among the bytes.
    package static func read(
        _ bytes: UnsafeRawBufferPointer, at offset: Int, seed: UInt64, base: Int = 0, end: Int? = nil
    ) -> Reading {
        let start = offset - base
        let end = end ?? base + bytes.count
        guard start + prologueBytes <= bytes.count,
            UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: start, as: UInt32.self)) == magic
        else { return .nothing }
        let checksum = Checksum.of(
            UnsafeRawBufferPointer(rebasing: bytes[start..<(start + 24)]), seed: seed)
        var cursor = JournalCursor(UnsafeRawBufferPointer(rebasing: bytes[(start + 4)...]))
        guard let kindAndEpoch = cursor.integer(UInt32.self),
            let entryBytes = cursor.integer(UInt32.self),
            let payloadBytes = cursor.integer(UInt32.self), let sequence = cursor.integer(UInt64.self),
            cursor.integer(UInt64.self) == checksum
        else { return .nothing }
        let payloadStart = offset + prologueBytes + Int(entryBytes) + 8
        let payload = payloadStart..<(payloadStart + Int(payloadBytes))
        // A file that ends inside a record was cut there.
        guard payload.upperBound <= end else { return .nothing }
        let padded = offset..<min(offset + aligned(payload.upperBound - offset), end)
        let kind = UInt8(truncatingIfNeeded: kindAndEpoch)
        let extent = Extent(
            kind: kind, sequence: sequence, epoch: kindAndEpoch >> 8, bytes: padded, payload: payload)
        guard let bytes = cursor.bytes(Int(entryBytes)),
            cursor.integer(UInt64.self) == Checksum.of(bytes, seed: checksum),
            let entry = JournalEntry.Kind(rawValue: kind).flatMap({ JournalEntry(kind: $0, bytes: bytes) }
            )
        else { return .damaged(extent) }
        return .record(Found(entry: entry, extent: extent))
    }

    private static func appendEntry(
        _ entry: JournalEntry, payloadBytes: Int, stamp: Stamp, to buffer: inout [UInt8]
    ) {
        let start = buffer.count
        buffer.appendInteger(magic)
        buffer.appendInteger(UInt32(entry.kind.rawValue) | stamp.epoch << 8)
        buffer.appendInteger(UInt32(0))
        buffer.appendInteger(UInt32(payloadBytes))
        buffer.appendInteger(stamp.sequence)
        buffer.appendInteger(UInt64(0))
        entry.encode(to: &buffer)
        let checksum = buffer.withUnsafeMutableBytes { bytes in
            let entryBytes = UInt32(bytes.count - start - prologueBytes)
            bytes.storeBytes(of: entryBytes.littleEndian, toByteOffset: start + 8, as: UInt32.self)
            let signed = Checksum.of(
                UnsafeRawBufferPointer(rebasing: bytes[start..<(start + 24)]), seed: stamp.seed)
            bytes.storeBytes(of: signed.littleEndian, toByteOffset: start + 24, as: UInt64.self)
            return Checksum.of(
                UnsafeRawBufferPointer(rebasing: bytes[(start + prologueBytes)...]), seed: signed)
        }
        buffer.appendInteger(checksum)
    }

    private static func aligned(_ count: Int) -> Int {
        (count + alignment - 1) & ~(alignment - 1)
    }

    private static func pad(_ buffer: inout [UInt8]) {
        while buffer.count % alignment != 0 { buffer.append(0) }
    }
}
