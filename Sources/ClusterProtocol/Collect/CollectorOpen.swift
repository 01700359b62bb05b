/// A collector's first message: who it is, where its audiences find it, and how much it takes.
public struct CollectorOpen: Hashable, Sendable {
    /// Who it is.
    public var status: CollectorStatus
    /// How many bytes of deliveries it will hold before it has stored them.
    public var creditBytes: Int

    /// A collector's introduction.
    public init(_ status: CollectorStatus, creditBytes: Int) {
        self.status = status
        self.creditBytes = creditBytes
    }
}

extension CollectorOpen: WireObject {
    /// Reads the members of `open`.
    public init(_ object: JSONObject) throws(ProtocolError) {
        self.init(
            try CollectorStatus(object),
            creditBytes: try object.required("credit_bytes").integer(in: 1...Limits.integer))
    }

    /// Writes the members of `open`.
    public func writeMembers(to writer: inout JSONWriter) {
        status.writeMembers(to: &writer)
        writer.field("credit_bytes", creditBytes)
    }
}
