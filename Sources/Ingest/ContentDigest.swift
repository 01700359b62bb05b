/// A short name of some content at some path: FNV-1a of 64 bits (Fowler, Noll, Vo; draft-eastlake-fnv).
///
/// It names jobs and protects nothing: should two contents ever share it, the broker refuses the second job, because
/// other bytes came under a known key.
public enum ContentDigest {
    private static let offset: UInt64 = 0xCBF2_9CE4_8422_2325
    private static let prime: UInt64 = 0x100_0000_01B3

    /// Sixteen hexadecimal digits.
    public static func text(of bytes: [UInt8], at path: String) -> String {
        var hash = offset
        for byte in path.utf8 { hash = (hash ^ UInt64(byte)) &* prime }
        hash = (hash ^ 0xFF) &* prime
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* prime }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
