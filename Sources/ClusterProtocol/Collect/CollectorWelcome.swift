/// The broker's answer to a collector's `open`.
public struct CollectorWelcome: Hashable, Sendable {
    /// Changes when the broker restarts.
    public var epoch: String
    /// How often both sides send a heartbeat.
    public var heartbeatMs: Int
    /// After how long a silence the other side is taken for gone.
    public var livenessMs: Int

    /// The broker's terms.
    public init(epoch: String, heartbeatMs: Int, livenessMs: Int) {
        self.epoch = epoch
        self.heartbeatMs = heartbeatMs
        self.livenessMs = livenessMs
    }
}

extension CollectorWelcome: WireObject {
    /// Reads the members of `welcome`.
    public init(_ object: JSONObject) throws(ProtocolError) {
        self.init(
            epoch: try object.required("epoch").string(bytes: 1...Limits.identityBytes),
            heartbeatMs: try object.required("heartbeat_ms").integer(in: 1...Limits.integer),
            livenessMs: try object.required("liveness_ms").integer(in: 1...Limits.integer))
    }

    /// Writes the members of `welcome`.
    public func writeMembers(to writer: inout JSONWriter) {
        writer.field("epoch", epoch)
        writer.field("heartbeat_ms", heartbeatMs)
        writer.field("liveness_ms", livenessMs)
    }
}
