/// One worker in the answer to `workers`.
public struct WorkerStatus: Hashable, Sendable {
    /// The worker's own id.
    public var worker: String
    /// Its host.
    public var host: String
    /// Its process id.
    public var pid: Int
    /// Its software and version.
    public var software: String
    /// The model it answers with.
    public var model: String
    /// How many leases it will hold.
    public var credit: Int
    /// How many leases it holds.
    public var leases: Int
    /// How many of them are being computed.
    public var executing: Int
    /// Jobs it answered.
    public var done: Int
    /// Jobs it failed.
    public var failed: Int
    /// How long ago it was heard of.
    public var lastSeenMs: Int
    /// Whether it takes no new leases.
    public var isDraining: Bool

    /// A worker's status.
    public init(
        worker: String, host: String, pid: Int, software: String, model: String, credit: Int, leases: Int = 0,
        executing: Int = 0, done: Int = 0, failed: Int = 0, lastSeenMs: Int = 0, isDraining: Bool = false
    ) {
        self.worker = worker
        self.host = host
        self.pid = pid
        self.software = software
        self.model = model
        self.credit = credit
        self.leases = leases
        self.executing = executing
        self.done = done
        self.failed = failed
        self.lastSeenMs = lastSeenMs
        self.isDraining = isDraining
    }
}

extension WorkerStatus: WireObject {
    /// Reads the members of the entry.
    public init(_ object: JSONObject) throws(ProtocolError) {
        self.init(
            worker: try object.required("worker").string(), host: try object.required("host").string(),
            pid: try object.required("pid").integer(), software: try object.required("software").string(),
            model: try object.required("model").string(), credit: try object.required("credit").integer(),
            leases: try object.required("leases").integer(), executing: try object.required("executing").integer(),
            done: try object.required("done").integer(), failed: try object.required("failed").integer(),
            lastSeenMs: try object.required("last_seen_ms").integer(),
            isDraining: try object.required("draining").boolean())
    }

    /// Writes the members of the entry.
    public func writeMembers(to writer: inout JSONWriter) {
        writer.field("worker", worker)
        writer.field("host", host)
        writer.field("pid", pid)
        writer.field("software", software)
        writer.field("model", model)
        writer.field("credit", credit)
        writer.field("leases", leases)
        writer.field("executing", executing)
        writer.field("done", done)
        writer.field("failed", failed)
        writer.field("last_seen_ms", lastSeenMs)
        writer.field("draining", isDraining)
    }
}
