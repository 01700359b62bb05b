/// Something that happened to a connection of a socket.
public struct MonitorEvent: Sendable, Equatable {
    /// What happened.
    public enum Kind: Sendable, Equatable {
        /// A peer connected.
        case accepted
        /// A peer could not be accepted, mostly for want of file descriptors.
        case acceptFailed
        /// A connection to an endpoint was made.
        case connected
        /// A connection to an endpoint will be tried again.
        case connectRetried
        /// The peer has proved to speak ZeroMQ, in a pattern that fits.
        case handshakeSucceeded
        /// The connection ended before that: a port scanner, another protocol or pattern, a wrong key, silence.
        case handshakeFailed
        /// A connection ended that had been in use.
        case disconnected
    }

    /// What happened.
    public let kind: Kind

    /// The descriptor for connections, an `errno` or protocol error for failures, the wait in ms for retries.
    public let value: Int32

    /// The socket's own endpoint that the connection belongs to.
    public let endpoint: String
}
