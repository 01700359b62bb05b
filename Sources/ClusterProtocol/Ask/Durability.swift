/// What was done with a job before it was acknowledged.
public struct Durability: RawRepresentable, Hashable, Sendable {
    /// The word on the wire.
    public let rawValue: String

    /// A durability by its word; unknown words are kept, since another broker may do more.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// On stable storage.
    public static let fsync = Durability(rawValue: "fsync")
    /// In the broker's memory and nowhere else: the job is live.
    public static let memory = Durability(rawValue: "memory")
}
