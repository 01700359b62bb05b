/// The module's source of randomness: xoshiro128++ seeded through SplitMix64 (Blackman and Vigna, 2019).
///
/// Small, fast and the same on every machine, so that a seed names a training exactly.
public struct RandomGenerator: Sendable {
    private var s0: UInt32
    private var s1: UInt32
    private var s2: UInt32
    private var s3: UInt32

    /// Starts the stream that `seed` names; every seed is good, zero included.
    public init(seed: UInt64) {
        var state = seed
        let low = Self.splitMix(&state)
        let high = Self.splitMix(&state)
        (s0, s1) = (UInt32(truncatingIfNeeded: low), UInt32(truncatingIfNeeded: low >> 32))
        (s2, s3) = (UInt32(truncatingIfNeeded: high), UInt32(truncatingIfNeeded: high >> 32) | 1)
    }

    /// A seed for the stream number `index` of those that belong to `seed`: one per epoch, layer or worker.
    public static func seed(_ seed: UInt64, stream index: UInt64) -> UInt64 {
        var state = seed ^ (index &+ 1) &* 0xd1b5_4a32_d192_ed03
        return splitMix(&state)
    }

    /// The next 32 random bits.
    public mutating func next() -> UInt32 {
        let sum = s0 &+ s3
        let result = (sum << 7 | sum >> 25) &+ s0
        let shifted = s1 << 9
        s2 ^= s0
        s3 ^= s1
        s1 ^= s2
        s0 ^= s3
        s2 ^= shifted
        s3 = s3 << 11 | s3 >> 21
        return result
    }

    /// A number in [0, 1) with 24 random bits.
    public mutating func uniform() -> Float {
        Float(next() >> 8) * 0x1p-24
    }

    private static func splitMix(_ state: inout UInt64) -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
        return z ^ z >> 31
    }
}
