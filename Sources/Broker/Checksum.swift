/// The 64-bit checksum XXH64 of a stream of bytes: frames the journal's records and is the digest of a job's bytes.
///
/// It finds damage and tells jobs apart; it is not cryptographic and keeps nobody out.
/// Constants and rounds as in the xxHash specification 0.1.1 (github.com/Cyan4973/xxHash, doc/xxhash_spec.md).
public struct Checksum: Sendable {
    private static let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
    private static let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
    private static let prime3: UInt64 = 0x1656_67B1_9E37_79F9
    private static let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
    private static let prime5: UInt64 = 0x27D4_EB2F_1656_67C5

    private let seed: UInt64
    private var lane1: UInt64
    private var lane2: UInt64
    private var lane3: UInt64
    private var lane4: UInt64
    /// Bytes of an unfinished stripe, four words of eight.
    private var rest: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    private var restCount = 0
    private var byteCount: UInt64 = 0

    /// An empty stream under a seed.
    public init(seed: UInt64 = 0) {
        self.seed = seed
        lane1 = seed &+ Self.prime1 &+ Self.prime2
        lane2 = seed &+ Self.prime2
        lane3 = seed
        lane4 = seed &- Self.prime1
    }

    /// The checksum of one piece.
    public static func of(_ bytes: UnsafeRawBufferPointer, seed: UInt64 = 0) -> UInt64 {
        var checksum = Checksum(seed: seed)
        checksum.update(bytes)
        return checksum.value
    }

    /// The checksum of one array.
    public static func of(_ bytes: [UInt8], seed: UInt64 = 0) -> UInt64 {
        bytes.withUnsafeBytes { of($0, seed: seed) }
    }

    /// Appends bytes; how a stream is cut into calls does not matter.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        byteCount &+= UInt64(bytes.count)
        var bytes = bytes[...]
        if restCount > 0 {
            let taken = min(32 - restCount, bytes.count)
            keep(UnsafeRawBufferPointer(rebasing: bytes.prefix(taken)))
            bytes = bytes.dropFirst(taken)
            guard restCount == 32 else { return }
            let (word1, word2, word3, word4) = rest
            consume(
                UInt64(littleEndian: word1), UInt64(littleEndian: word2), UInt64(littleEndian: word3),
                UInt64(littleEndian: word4))
            restCount = 0
        }
        let stripes = UnsafeRawBufferPointer(rebasing: bytes)
        var offset = 0
        while offset &+ 32 <= stripes.count {
            consume(
                Self.word(stripes, offset), Self.word(stripes, offset &+ 8),
                Self.word(stripes, offset &+ 16),
                Self.word(stripes, offset &+ 24))
            offset &+= 32
        }
        keep(UnsafeRawBufferPointer(rebasing: stripes[offset...]))
    }

    /// Appends a number as its eight little-endian bytes.
    public mutating func update(_ number: UInt64) {
        withUnsafeBytes(of: number.littleEndian) { update($0) }
    }

    /// The checksum of everything appended so far.
    public var value: UInt64 {
        var hash: UInt64
        if byteCount >= 32 {
            hash =
                Self.rotate(lane1, 1) &+ Self.rotate(lane2, 7) &+ Self.rotate(lane3, 12)
                &+ Self.rotate(lane4, 18)
            for lane in [lane1, lane2, lane3, lane4] {
                hash = (hash ^ Self.round(0, lane)) &* Self.prime1 &+ Self.prime4
            }
        } else {
            hash = seed &+ Self.prime5
        }
        hash &+= byteCount
        withUnsafeBytes(of: rest) { rest in
            var offset = 0
            while offset + 8 <= restCount {
                hash =
                    Self.rotate(hash ^ Self.round(0, Self.word(rest, offset)), 27) &* Self.prime1
                    &+ Self.prime4
                offset += 8
            }
            if offset + 4 <= restCount {
                let word = UInt64(
                    UInt32(littleEndian: rest.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
                hash = Self.rotate(hash ^ (word &* Self.prime1), 23) &* Self.prime2 &+ Self.prime3
                offset += 4
            }
            while offset < restCount {
                hash = Self.rotate(hash ^ (UInt64(rest[offset]) &* Self.prime5), 11) &* Self.prime1
                offset += 1
            }
        }
        hash = (hash ^ (hash >> 33)) &* Self.prime2
        hash = (hash ^ (hash >> 29)) &* Self.prime3
        return hash ^ (hash >> 32)
    }

    private mutating func keep(_ bytes: UnsafeRawBufferPointer) {
        guard !bytes.isEmpty else { return }
        let start = restCount
        withUnsafeMutableBytes(of: &rest) { rest in
            UnsafeMutableRawBufferPointer(rebasing: rest[start...]).copyMemory(from: bytes)
        }
        restCount += bytes.count
    }

    @inline(__always)
    private mutating func consume(_ word1: UInt64, _ word2: UInt64, _ word3: UInt64, _ word4: UInt64) {
        lane1 = Self.round(lane1, word1)
        lane2 = Self.round(lane2, word2)
        lane3 = Self.round(lane3, word3)
        lane4 = Self.round(lane4, word4)
    }

    @inline(__always)
    private static func round(_ lane: UInt64, _ word: UInt64) -> UInt64 {
        rotate(lane &+ word &* prime2, 31) &* prime1
    }

    @inline(__always)
    private static func rotate(_ value: UInt64, _ count: UInt64) -> UInt64 {
        (value &<< count) | (value &>> (64 &- count))
    }

    @inline(__always)
    private static func word(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt64 {
        UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
}
