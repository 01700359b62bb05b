import CZeroMQ

/// Something that happened to a connection of a socket.
public struct MonitorEvent: Sendable, Equatable {
    /// What happened.
    public enum Kind: Sendable, Equatable {
        case accepted, acceptFailed, connected, connectRetried, disconnected, handshakeSucceeded, handshakeFailed
    }

    /// What happened.
    public let kind: Kind

    /// An `errno` or a protocol error for failures, the wait in ms for retries.
    public let value: Int32

    /// The socket's own endpoint that the connection belongs to.
    public let endpoint: String

    /// The events that libzmq is asked for: those that are counted and no more.
    static let mask =
        ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_ACCEPT_FAILED | ZMQ_EVENT_CONNECTED | ZMQ_EVENT_CONNECT_RETRIED
        | ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL
        | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH

    /// Reads an event's two frames: event as 16 bits and value as 32 bits in native order, then the endpoint.
    init?(_ frames: [Frame]) {
        guard frames.count == 2, frames[0].count == 6 else { return nil }
        let (event, value) = frames[0].withUnsafeBytes {
            ($0.loadUnaligned(as: UInt16.self), $0.loadUnaligned(fromByteOffset: 2, as: Int32.self))
        }
        switch Int32(event) {
        case ZMQ_EVENT_ACCEPTED: kind = .accepted
        case ZMQ_EVENT_ACCEPT_FAILED: kind = .acceptFailed
        case ZMQ_EVENT_CONNECTED: kind = .connected
        case ZMQ_EVENT_CONNECT_RETRIED: kind = .connectRetried
        case ZMQ_EVENT_DISCONNECTED: kind = .disconnected
        case ZMQ_EVENT_HANDSHAKE_SUCCEEDED: kind = .handshakeSucceeded
        case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL, ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL,
            ZMQ_EVENT_HANDSHAKE_FAILED_AUTH:
            kind = .handshakeFailed
        default: return nil
        }
        self.value = value
        endpoint = frames[1].string ?? ""
    }
}
