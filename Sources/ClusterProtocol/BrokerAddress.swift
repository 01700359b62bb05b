/// Where a broker is: `tcp://HOST:PORT` with its base port, to which each socket adds its offset.
public struct BrokerAddress: Hashable, Sendable {
    /// The host, as written.
    public var host: String
    /// The base port.
    public var basePort: Int

    /// A broker at a host.
    public init(host: String = "127.0.0.1", basePort: Int = SocketRole.defaultBasePort) {
        self.host = host
        self.basePort = basePort
    }

    /// Reads `tcp://HOST:PORT`.
    public init(_ text: String) throws(ProtocolError) {
        let scheme = "tcp://"
        let place = text.hasPrefix(scheme) ? text.dropFirst(scheme.count) : ""
        guard let colon = place.lastIndex(of: ":"), case let host = place[..<colon], !host.isEmpty,
            let port = Int(place[place.index(after: colon)...]), (1...65530).contains(port)
        else {
            throw ProtocolError(
                .malformed, "The address of a broker must be tcp://HOST:PORT with its base port, not \(text).")
        }
        self.init(host: String(host), basePort: port)
    }

    /// The endpoint of one socket.
    public func endpoint(_ role: SocketRole) -> String {
        "tcp://\(host):\(basePort + role.rawValue)"
    }
}

extension BrokerAddress: CustomStringConvertible {
    /// The address as it is written: `tcp://HOST:PORT`.
    public var description: String { "tcp://\(host):\(basePort)" }
}
