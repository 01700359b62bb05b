/// Why a broker cannot start, in words for whoever started it.
public enum BrokerError: Error, Equatable, Sendable {
    /// The address is reachable from other machines, and nobody would have to prove who they are.
    case notLoopback(address: String)
    /// The base port leaves no room for the sockets above it.
    case badPort(Int)
    /// Six free ports in a row were not to be found.
    case noFreePorts(address: String)
    /// The file that counts the broker's starts cannot be read or written.
    case epochFile(path: String, reason: String)
}

extension BrokerError {
    /// Whether it was started with arguments that cannot be.
    public var isUsage: Bool {
        switch self {
        case .notLoopback, .badPort: true
        case .noFreePorts, .epochFile: false
        }
    }
}

extension BrokerError: CustomStringConvertible {
    /// What was wrong and what to do.
    public var description: String {
        switch self {
        case .notLoopback(let address):
            "cannot listen on \(address): peers cannot prove who they are yet, so only this machine may connect; "
                + "bind 127.0.0.1, and let other machines in through a tunnel such as ssh -L"
        case .badPort(let port):
            "\(port) cannot be the base port; choose 0 for free ports, or 1 to 65530"
        case .noFreePorts(let address):
            "found no six free ports in a row on \(address); name a base port with --base-port"
        case .epochFile(let path, let reason):
            "cannot use \(path): \(reason); check the rights and the space of the data directory"
        }
    }
}
