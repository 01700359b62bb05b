/// Bytes that are not JSON as of RFC 8259, and where.
public struct JSONError: Error, Hashable, Sendable {
    /// What was wrong, as the end of a sentence.
    public let reason: String
    /// The offset of the byte at which reading stopped.
    public let offset: Int

    init(_ reason: String, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }
}

extension JSONError: CustomStringConvertible {
    /// The reason with its place.
    public var description: String { "\(reason) at byte \(offset)" }
}
