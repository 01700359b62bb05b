/// The broker's answer to a worker's `ready`: from now on leases may come.
public struct WorkerWelcome: Hashable, Sendable {
    /// Changes when the broker restarts.
    public var epoch: String
    /// How often both sides send a heartbeat.
    public var heartbeatMs: Int
    /// How long a lease lasts when no heartbeat names it.
    public var leaseMs: Int
    /// After how long a silence the other side is taken for gone.
    public var livenessMs: Int

    /// The broker's terms.
    public init(epoch: String, heartbeatMs: Int, leaseMs: Int, livenessMs: Int) {
        self.epoch = epoch
        self.heartbeatMs = heartbeatMs
        self.leaseMs = leaseMs
        self.livenessMs = livenessMs
    }
}

extension WorkerWelcome: WireObject {
    /// Reads the members of `welcome`.
    public init(_ object: JSONObject) throws(ProtocolError) {
        self.init(
            epoch: try object.required("epoch").string(bytes: 1...Limits.identityBytes),
            heartbeatMs: try object.required("heartbeat_ms").integer(in: 1...Limits.integer),
            leaseMs: try object.required("lease_ms").integer(in: 1...Limits.integer),
            livenessMs: try object.required("liveness_ms").integer(in: 1...Limits.integer))
    }

    /// Writes the members of `welcome`.
    public func writeMembers(to writer: inout JSONWriter) {
        writer.field("epoch", epoch)
        writer.field("heartbeat_ms", heartbeatMs)
        writer.field("lease_ms", leaseMs)
        writer.field("liveness_ms", livenessMs)
    }
}
