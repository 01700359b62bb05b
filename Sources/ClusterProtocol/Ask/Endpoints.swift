/// Where each socket of a cluster is, as `hello` says it.
public struct Endpoints: Hashable, Sendable {
    /// The broker's sockets, and the collector's *events* once it is there.
    public var sockets: [SocketRole: String]
    /// The collector's page, once it is there.
    public var http: String?

    /// Endpoints by socket.
    public init(_ sockets: [SocketRole: String], http: String? = nil) {
        self.sockets = sockets
        self.http = http
    }

    /// The endpoint of a socket.
    public subscript(_ role: SocketRole) -> String? { sockets[role] }
}

extension Endpoints: WireObject {
    /// Reads the endpoints that are named.
    public init(_ object: JSONObject) throws(ProtocolError) {
        sockets = [:]
        sockets[.submit] = try object.value("submit")?.string()
        sockets[.ingest] = try object.value("ingest")?.string()
        sockets[.work] = try object.value("work")?.string()
        sockets[.collect] = try object.value("collect")?.string()
        sockets[.events] = try object.value("events")?.string()
        sockets[.admin] = try object.value("admin")?.string()
        http = try object.value("http")?.string()
    }

    /// Writes the endpoints that are known.
    public func writeMembers(to writer: inout JSONWriter) {
        writer.field("submit", sockets[.submit])
        writer.field("ingest", sockets[.ingest])
        writer.field("work", sockets[.work])
        writer.field("collect", sockets[.collect])
        writer.field("events", sockets[.events])
        writer.field("admin", sockets[.admin])
        writer.field("http", http)
    }
}
