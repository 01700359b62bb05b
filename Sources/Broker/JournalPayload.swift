public import ZeroMQ

/// A job's bytes: its header frame and the array frames after it, with their digest.
///
/// The digest is the checksum of the bytes as they lie in the journal (frame count, lengths, frames), so it is at
/// once what tells two submissions under one key apart and what tells a damaged payload from a whole one.
public struct JournalPayload: Sendable {
    /// The header frame first, then the payload frames, as they came.
    public let frames: [Frame]
    /// The checksum of frame count, lengths and bytes.
    public let digest: UInt64
    /// The sum of the frames' sizes.
    public let byteCount: Int

    /// Takes the frames and computes their digest.
    public init(frames: [Frame]) {
        self.frames = frames
        byteCount = frames.reduce(0) { $0 + $1.count }
        var checksum = Checksum()
        Self.lengthTable(of: frames).withUnsafeBytes { checksum.update($0) }
        for frame in frames {
            frame.withUnsafeBytes { checksum.update($0) }
        }
        digest = checksum.value
    }

    /// The size in the journal: the length table and the frames.
    package var storedByteCount: Int { 4 + 4 * frames.count + byteCount }

    package func append(to bytes: inout [UInt8]) {
        bytes.append(contentsOf: Self.lengthTable(of: frames))
        for frame in frames {
            frame.withUnsafeBytes { bytes.append(contentsOf: $0) }
        }
    }

    /// Splits stored bytes into frames again; nil when lengths and bytes do not agree.
    package init?(stored: UnsafeRawBufferPointer) {
        var cursor = JournalCursor(stored)
        guard let count = cursor.integer(UInt32.self), count <= stored.count / 4 else { return nil }
        var lengths: [Int] = []
        for _ in 0..<count {
            guard let length = cursor.integer(UInt32.self) else { return nil }
            lengths.append(Int(length))
        }
        guard lengths.reduce(0, +) == cursor.remaining.count else { return nil }
        frames = lengths.compactMap { length in cursor.bytes(length).map { Frame([UInt8]($0)) } }
        byteCount = lengths.reduce(0, +)
        digest = Checksum.of(stored)
    }

    private static func lengthTable(of frames: [Frame]) -> [UInt8] {
        var table: [UInt8] = []
        table.reserveCapacity(4 + 4 * frames.count)
        table.appendInteger(UInt32(frames.count))
        for frame in frames {
            table.appendInteger(UInt32(frame.count))
        }
        return table
    }
}
