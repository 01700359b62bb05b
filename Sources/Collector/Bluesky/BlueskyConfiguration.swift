/// Where and how the collector publishes Bluesky documents.
public struct BlueskyConfiguration: Sendable {
    /// Who listens and who calls.
    public enum Link: Sendable, Hashable {
        /// Dispatchers connect here; port 0 takes a free one.
        case listen(String)
        /// To the in-address of a `bluesky-0MQ-proxy`.
        case proxy(String)
    }

    /// How documents are serialised.
    public enum Format: String, Sendable, CaseIterable {
        /// For `RemoteDispatcher(address, deserializer=json.loads)`.
        case json
        /// For `RemoteDispatcher(address, deserializer=msgpack.unpackb)`.
        case msgpack
    }

    /// Who listens and who calls.
    public var link: Link
    /// How documents are serialised.
    public var format = Format.json
    /// What dispatchers may choose by; printable ASCII without spaces, mostly empty.
    public var prefix = ""
    /// How long nothing may happen before a run that nobody closed gets its stop document.
    public var idle: Duration = .seconds(600)
    /// Whether it may listen beyond this machine, where everybody who connects reads the results.
    public var isInsecure = false

    /// A publisher of JSON without a prefix.
    public init(_ link: Link) { self.link = link }

    /// The endpoint that people mean by `tcp://HOST:PORT`, `HOST:PORT` or a port of this machine; nil for anything else.
    public static func endpoint(_ text: String) -> String? {
        if text.hasPrefix("ipc://"), text.utf8.count > 6 { return text }
        let address = text.hasPrefix("tcp://") ? String(text.dropFirst(6)) : text
        let parts = address.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let (host, port) = parts.count == 2 ? (parts[0], parts[1]) : ("127.0.0.1", parts[0])
        guard !host.isEmpty, !host.contains("/"), let number = Int(port), (0...65535).contains(number) else {
            return nil
        }
        return "tcp://\(host):\(number)"
    }

    func validate() throws(BlueskyError) {
        guard prefix.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { throw .prefix(prefix) }
        if case .listen(let endpoint) = link, !isInsecure {
            let isLocal = ["tcp://127.", "tcp://localhost:", "ipc://"].contains { endpoint.hasPrefix($0) }
            guard isLocal else { throw .open(endpoint) }
        }
    }
}
