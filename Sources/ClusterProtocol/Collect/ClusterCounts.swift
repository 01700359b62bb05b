/// The broker's pulse to the collector, once a second.
public struct ClusterCounts: Hashable, Sendable {
    /// Changes when the broker restarts.
    public var epoch: String
    /// Workers that serve.
    public var workers: Int
    /// Jobs waiting for a worker.
    public var queued: Int
    /// Jobs with a worker.
    public var leased: Int
    /// Jobs computed and not stored.
    public var computed: Int
    /// Payload bytes of unfinished jobs.
    public var bytes: Int

    /// The cluster's counts.
    public init(epoch: String, workers: Int, queued: Int, leased: Int, computed: Int, bytes: Int) {
        self.epoch = epoch
        self.workers = workers
        self.queued = queued
        self.leased = leased
        self.computed = computed
        self.bytes = bytes
    }
}

extension ClusterCounts: WireObject {
    /// Reads the members of `cluster`.
    public init(_ object: JSONObject) throws(ProtocolError) {
        self.init(
            epoch: try object.required("epoch").string(bytes: 1...Limits.identityBytes),
            workers: try object.required("workers").integer(),
            queued: try object.required("queued").integer(), leased: try object.required("leased").integer(),
            computed: try object.required("computed").integer(), bytes: try object.required("bytes").integer())
    }

    /// Writes the members of `cluster`.
    public func writeMembers(to writer: inout JSONWriter) {
        writer.field("epoch", epoch)
        writer.field("workers", workers)
        writer.field("queued", queued)
        writer.field("leased", leased)
        writer.field("computed", computed)
        writer.field("bytes", bytes)
    }
}
