/// What a socket has seen since it was made; nothing is dropped without a count here.
public struct SocketStatistics: Sendable, Equatable {
    /// Messages handed to the owner.
    public internal(set) var messagesReceived = 0

    /// Bytes in the frames of those messages.
    public internal(set) var bytesReceived = 0

    /// Messages that libzmq took over for sending: no proof of delivery.
    public internal(set) var messagesSent = 0

    /// Bytes in the frames of those messages.
    public internal(set) var bytesSent = 0

    /// Messages dropped for more frames or bytes than the options allow.
    public internal(set) var overLimit = 0

    /// Empty messages of peers that use PROBE_ROUTER, dropped.
    public internal(set) var probes = 0

    /// Sends that found every peer, or the addressed one, at its high water mark or absent.
    public internal(set) var blockedSends = 0

    /// Sends to a peer that is not connected.
    public internal(set) var unroutableSends = 0

    /// How often a subscriber of a pub or xpub fell behind by the high water mark.
    ///
    /// It misses this message and those that follow until it has read on; sequence numbers tell it which.
    public internal(set) var subscriberOverflows = 0

    /// Connections accepted; this and the following need ``Socket/startMonitor()``.
    public internal(set) var accepted = 0

    /// Connections that could not be accepted, mostly for want of file descriptors.
    public internal(set) var acceptFailures = 0

    /// Connections made to an endpoint.
    public internal(set) var connected = 0

    /// Connections tried again.
    public internal(set) var connectRetries = 0

    /// Peers that proved to speak ZeroMQ.
    public internal(set) var handshakes = 0

    /// Connections that ended before that: port scanners, other protocols or patterns, wrong keys, silence.
    public internal(set) var handshakeFailures = 0

    /// Connections lost or closed by the peer after their handshake.
    public internal(set) var disconnected = 0

    mutating func count(_ event: MonitorEvent) {
        switch event.kind {
        case .accepted: accepted += 1
        case .acceptFailed: acceptFailures += 1
        case .connected: connected += 1
        case .connectRetried: connectRetries += 1
        case .handshakeSucceeded: handshakes += 1
        case .handshakeFailed: handshakeFailures += 1
        case .disconnected: disconnected += 1
        }
    }
}
