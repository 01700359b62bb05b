/// A worker's word that it cannot answer a lease.
public struct WorkerFailure: Hashable, Sendable {
    /// Whose fault it is.
    public enum Kind: String, Sendable, CaseIterable {
        /// The job's: no worker could do it.
        case badInput = "bad_input"
        /// Nobody's: another attempt may do.
        case transient
    }

    /// The lease that failed.
    public var lease: Int
    /// Whose fault it is.
    public var kind: Kind
    /// Why, in a sentence.
    public var error: String

    /// A failure.
    public init(lease: Int, kind: Kind, error: String) {
        self.lease = lease
        self.kind = kind
        self.error = error
    }
}

extension WorkerFailure: WireObject {
    /// Reads the members of `failed`.
    public init(_ object: JSONObject) throws(ProtocolError) {
        let kindValue = try object.required("kind")
        guard let kind = Kind(rawValue: try kindValue.string()) else {
            throw kindValue.wrong("must be \"bad_input\" or \"transient\"")
        }
        self.init(
            lease: try object.required("lease").integer(), kind: kind,
            error: try object.required("error").string(bytes: 0...Limits.errorTextBytes))
    }

    /// Writes the members of `failed`.
    public func writeMembers(to writer: inout JSONWriter) {
        writer.field("lease", lease)
        writer.field("kind", kind.rawValue)
        writer.field("error", error)
    }
}
