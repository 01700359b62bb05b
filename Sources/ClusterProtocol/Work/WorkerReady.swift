/// A worker's first message: who it is and how much it takes.
public struct WorkerReady: Hashable, Sendable {
    /// Fresh for each start of the process, at most 64 bytes.
    public var worker: String
    /// Its host.
    public var host: String
    /// Its process id.
    public var pid: Int
    /// Its software and version.
    public var software: String
    /// The model it answers with.
    public var model: String
    /// How many leases it will hold at once.
    public var credit: Int
    /// How many bytes of jobs it will hold at once; a single larger job is sent alone.
    public var creditBytes: Int

    /// A worker's introduction.
    public init(
        worker: String, host: String, pid: Int, software: String, model: String, credit: Int, creditBytes: Int
    ) {
        self.worker = worker
        self.host = host
        self.pid = pid
        self.software = software
        self.model = model
        self.credit = credit
        self.creditBytes = creditBytes
    }
}

extension WorkerReady: WireObject {
    /// Reads the members of `ready`.
    public init(_ object: JSONObject) throws(ProtocolError) {
        self.init(
            worker: try object.required("worker").string(bytes: 1...Limits.identityBytes),
            host: try object.required("host").string(bytes: 0...256), pid: try object.required("pid").integer(),
            software: try object.required("software").string(bytes: 0...256),
            model: try object.required("model").string(bytes: 0...256),
            credit: try object.required("credit").integer(in: 1...Limits.leases),
            creditBytes: try object.required("credit_bytes").integer(in: 1...Limits.integer))
    }

    /// Writes the members of `ready`.
    public func writeMembers(to writer: inout JSONWriter) {
        writer.field("worker", worker)
        writer.field("host", host)
        writer.field("pid", pid)
        writer.field("software", software)
        writer.field("model", model)
        writer.field("credit", credit)
        writer.field("credit_bytes", creditBytes)
    }
}
