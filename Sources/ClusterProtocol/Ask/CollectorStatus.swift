/// The collector in the answer to `queue`.
public struct CollectorStatus: Hashable, Sendable {
    /// The collector's own id.
    public var collector: String
    /// Its host.
    public var host: String
    /// Its process id.
    public var pid: Int
    /// Its software and version.
    public var software: String
    /// Where its events are.
    public var events: String
    /// Where its page is.
    public var http: String?

    /// A collector's status.
    public init(collector: String, host: String, pid: Int, software: String, events: String, http: String? = nil) {
        self.collector = collector
        self.host = host
        self.pid = pid
        self.software = software
        self.events = events
        self.http = http
    }
}

extension CollectorStatus: WireObject {
    /// Reads the members of the entry.
    public init(_ object: JSONObject) throws(ProtocolError) {
        self.init(
            collector: try object.required("collector").string(bytes: 1...Limits.identityBytes),
            host: try object.required("host").string(), pid: try object.required("pid").integer(),
            software: try object.required("software").string(), events: try object.required("events").string(),
            http: try object.value("http")?.string())
    }

    /// Writes the members of the entry.
    public func writeMembers(to writer: inout JSONWriter) {
        writer.field("collector", collector)
        writer.field("host", host)
        writer.field("pid", pid)
        writer.field("software", software)
        writer.field("events", events)
        writer.field("http", http)
    }
}
