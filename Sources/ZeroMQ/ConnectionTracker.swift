import CZeroMQ

/// Makes connection events of libzmq's monitor messages.
///
/// libzmq 4.3.4 does not report every failed handshake: peers of an old protocol or the wrong pattern are only accepted
/// and disconnected. So a connection that ends without a handshake is a failed one. Which connection a handshake
/// belongs to is not said either; it is taken to be the newest, since a real peer shakes hands at once and a silent one
/// lingers. Where that is wrong the counts are right again when both have ended.
struct ConnectionTracker {
    /// The monitor messages that libzmq is asked for: those that are used and no more.
    static let mask =
        ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_ACCEPT_FAILED | ZMQ_EVENT_CONNECTED | ZMQ_EVENT_CONNECT_RETRIED
        | ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL
        | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH

    /// The descriptors of connections that have not shaken hands, oldest first.
    private var shaking: [Int32] = []
    /// The cause that came just before a disconnection.
    private var failure: Int32?

    /// Reads a message's two frames: event as 16 bits and value as 32 bits in native order, then the endpoint.
    mutating func event(from frames: [Frame]) -> MonitorEvent? {
        guard frames.count == 2, frames[0].count == 6 else { return nil }
        let (number, value) = frames[0].withUnsafeBytes {
            ($0.loadUnaligned(as: UInt16.self), $0.loadUnaligned(fromByteOffset: 2, as: Int32.self))
        }
        guard let (kind, value) = classify(Int32(number), value) else { return nil }
        return MonitorEvent(kind: kind, value: value, endpoint: frames[1].string ?? "")
    }

    private mutating func classify(_ number: Int32, _ value: Int32) -> (MonitorEvent.Kind, Int32)? {
        switch number {
        case ZMQ_EVENT_ACCEPTED, ZMQ_EVENT_CONNECTED:
            // A descriptor that comes again was closed from our side, which goes unreported.
            shaking.removeAll { $0 == value }
            shaking.append(value)
            return (number == ZMQ_EVENT_ACCEPTED ? .accepted : .connected, value)
        case ZMQ_EVENT_ACCEPT_FAILED:
            return (.acceptFailed, value)
        case ZMQ_EVENT_CONNECT_RETRIED:
            return (.connectRetried, value)
        case ZMQ_EVENT_HANDSHAKE_SUCCEEDED:
            return (.handshakeSucceeded, shaking.popLast() ?? value)
        case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL, ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL,
            ZMQ_EVENT_HANDSHAKE_FAILED_AUTH:
            failure = value
            return nil
        case ZMQ_EVENT_DISCONNECTED:
            defer { failure = nil }
            guard let index = shaking.firstIndex(of: value) else { return (.disconnected, value) }
            shaking.remove(at: index)
            return (.handshakeFailed, failure ?? 0)
        default:
            return nil
        }
    }
}
