/// Why the broker does not take a worker or a collector.
public struct PeerRefusal: Hashable, Sendable {
    /// The reason.
    public var error: ProtocolError

    /// A refusal with its reason.
    public init(_ error: ProtocolError) {
        self.error = error
    }
}

extension PeerRefusal: WireObject {
    /// Reads the members of `refused`.
    public init(_ object: JSONObject) throws(ProtocolError) {
        error = ProtocolError(
            Code(rawValue: try object.required("code").integer(in: 100...999)), try object.required("error").string(),
            field: try object.value("field")?.string())
    }

    /// Writes the members of `refused`.
    public func writeMembers(to writer: inout JSONWriter) {
        writer.field("code", error.code.rawValue)
        writer.field("error", error.message)
        writer.field("field", error.field)
        if error.code == .versionMismatch { writer.field("versions", [Limits.version]) }
    }
}
