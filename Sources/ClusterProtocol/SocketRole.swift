/// The sockets of a cluster, each at its offset from the base port: section 1 of the specification.
public enum SocketRole: Int, Sendable, CaseIterable {
    /// Jobs with acknowledgement, questions.
    case submit
    /// Jobs, fire and forget.
    case ingest
    /// Workers.
    case work
    /// The collector.
    case collect
    /// Progress and results, bound by the collector.
    case events
    /// Operators.
    case admin

    /// The base port unless told otherwise.
    public static let defaultBasePort = 5760

    /// The role's name in `hello` and in the counters.
    public var name: String { "\(self)" }
}
