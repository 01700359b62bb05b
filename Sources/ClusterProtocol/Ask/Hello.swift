/// The answer to `hello`: who serves, by which rules, and where its sockets are.
public struct Hello: Hashable, Sendable {
    /// The server's name and version.
    public var server: String
    /// Changes when the broker restarts.
    public var epoch: String
    /// The versions that are understood.
    public var versions: [Int]
    /// How many submits this peer may have unacknowledged.
    public var credit: Int
    /// The longest header in bytes.
    public var maxHeaderBytes: Int
    /// The longest job in bytes.
    public var maxJobBytes: Int
    /// The most regions of a job.
    public var maxRegions: Int
    /// Where the sockets are.
    public var endpoints: Endpoints

    /// An answer with our own limits.
    public init(server: String, epoch: String, credit: Int, endpoints: Endpoints) {
        self.server = server
        self.epoch = epoch
        versions = [Limits.version]
        self.credit = credit
        maxHeaderBytes = Limits.headerBytes
        maxJobBytes = Limits.jobBytes
        maxRegions = Limits.regions
        self.endpoints = endpoints
    }
}

extension Hello: WireObject {
    /// Reads the members of the answer.
    public init(_ object: JSONObject) throws(ProtocolError) {
        self.init(
            server: try object.required("server").string(),
            epoch: try object.required("epoch").string(bytes: 1...Limits.identityBytes),
            credit: try object.required("credit").integer(),
            endpoints: try object.required("endpoints").object(Endpoints.self))
        versions = try object.required("versions").integers()
        let limits = try object.required("limits").object()
        maxHeaderBytes = try limits.required("header_bytes").integer()
        maxJobBytes = try limits.required("job_bytes").integer()
        maxRegions = try limits.required("regions").integer()
    }

    /// Writes the members of the answer.
    public func writeMembers(to writer: inout JSONWriter) {
        writer.field("server", server)
        writer.field("epoch", epoch)
        writer.field("versions", versions)
        writer.field("credit", credit)
        writer.key("limits")
        writer.beginObject()
        writer.field("header_bytes", maxHeaderBytes)
        writer.field("job_bytes", maxJobBytes)
        writer.field("regions", maxRegions)
        writer.endObject()
        writer.field("endpoints", endpoints)
    }
}
