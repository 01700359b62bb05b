import CZeroMQ
import Glibc

/// A call into libzmq that failed: which one, on which endpoint, and why.
public struct ZeroMQError: Error, Equatable, Sendable {
    /// What was being attempted when the failure happened.
    public enum Operation: String, Sendable {
        case createContext = "create a ZeroMQ context"
        case createSocket = "create a ZeroMQ socket"
        case setOption = "set a socket option"
        case bind = "listen"
        case connect = "connect"
        case disconnect = "disconnect"
        case subscribe = "change a subscription"
        case send = "send a message"
        case receive = "receive a message"
        case poll = "wait for messages"
        case monitor = "watch a socket's connections"
        case startThread = "start a thread"
    }

    /// The `errno` that the call left behind, libzmq's own codes (`ETERM`, `EFSM`) included.
    public let code: Int32

    /// What was being attempted.
    public let operation: Operation

    /// The endpoint that was bound or connected, where there was one.
    public let endpoint: String?

    /// Why, when our own rules and not libzmq refused the call.
    let reason: String?

    init(_ code: Int32, _ operation: Operation, endpoint: String? = nil, reason: String? = nil) {
        self.code = code
        self.operation = operation
        self.endpoint = endpoint
        self.reason = reason
    }

    /// True when the same call may succeed later without anybody changing anything.
    public var isRetriable: Bool {
        [EAGAIN, EINTR, EHOSTUNREACH, EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(code)
    }

    /// True when the context was shut down, which ends every socket of it.
    public var isTerminated: Bool { code == ETERM }
}

extension ZeroMQError: CustomStringConvertible {
    /// What went wrong and what to do, in the user's words.
    public var description: String {
        let place = endpoint.map { " on \($0)" } ?? ""
        return "cannot \(operation.rawValue)\(place): \(reason ?? cause)"
    }

    private var cause: String {
        switch code {
        case EADDRINUSE:
            if let (host, port) = hostAndPort {
                return "port \(port) on \(host) is taken by another process; choose another --base-port"
            }
            return "the address is taken by another process; end it or choose another address"
        case EADDRNOTAVAIL, ENODEV:
            return "no network interface of this machine has that address; use one of its own addresses, or * for all"
        case EACCES:
            return "permission denied; ports below 1024 and other users' folders need more rights"
        case EINVAL where endpoint != nil:
            return "the address is not valid; write it like tcp://127.0.0.1:5760"
        case EPROTONOSUPPORT:
            return "the transport is not supported; use tcp://, ipc:// or inproc://"
        case ENAMETOOLONG:
            return "the path of an ipc:// address may have 107 bytes at most; use a shorter folder"
        case ENOENT where operation == .bind:
            return "the folder does not exist; create it first"
        case ENOENT where endpoint != nil:
            return "no such address is connected or bound"
        case EMFILE, ENFILE:
            return "too many files and sockets are open; raise the limit with 'ulimit -n'"
        case ETERM:
            return "the ZeroMQ context was shut down"
        default:
            return String(cString: zmq_strerror(code))
        }
    }

    private var hostAndPort: (host: Substring, port: Substring)? {
        guard let endpoint, endpoint.hasPrefix("tcp://"), let colon = endpoint.lastIndex(of: ":") else { return nil }
        return (endpoint.dropFirst(6).prefix(upTo: colon), endpoint[endpoint.index(after: colon)...])
    }
}
