import CZeroMQ

/// Everything about a socket that must be known before it is bound or connected.
///
/// libzmq applies most options only to later binds and connects, so they are given once, when a socket is made.
/// Deliberately absent: fixed routing ids (a reconnect is refused, or the identity taken over), CONFLATE (breaks
/// multipart), PROBE_ROUTER, high water marks of zero (no bound on memory).
public struct SocketOptions: Sendable {
    /// Messages that may wait per peer on the way out; the other end's mark comes on top.
    ///
    /// Nil means 1000 for router, pub and xpub, whose messages are small answers and events, and 64 for others.
    public var sendHighWater: Int?

    /// Messages that may wait per peer on the way in; nil means 1000 for sub and 64 for others.
    public var receiveHighWater: Int?

    /// How long closing goes on trying to send what was accepted, without the caller waiting.
    public var lingerMs = 0

    /// The largest frame that is taken; a peer that sends a larger one is disconnected.
    ///
    /// Keep it well above the size that the application answers with 413, since here the peer gets no answer.
    public var maxMessageBytes = 64 << 20

    /// The most frames of one message that are taken; a longer message is dropped and counted.
    public var maxFrames = 4096

    /// The most bytes of one message that are taken, all frames together; a larger message is dropped and counted.
    public var maxTotalBytes = 256 << 20

    /// Whether messages wait only for peers that are connected; nil means true for dealer, push and req.
    public var immediate: Bool?

    /// How long a peer may take for the handshake before it is disconnected: half-open peers, port scanners.
    public var handshakeIntervalMs = 5_000

    /// The first wait before a lost connection is tried again; it doubles up to ``reconnectIntervalMaxMs``.
    public var reconnectIntervalMs = 200

    /// The longest wait before a lost connection is tried again.
    public var reconnectIntervalMaxMs = 10_000

    /// How often an idle connection is probed, which finds half-open links only: a hung application still answers.
    public var heartbeatIntervalMs = 2_000

    /// How long an unanswered probe is waited for.
    public var heartbeatTimeoutMs = 6_000

    /// How long the peer is asked to wait for our next probe.
    public var heartbeatTimeToLiveMs = 6_000

    /// Connections that may wait to be accepted.
    public var backlog = 1024

    /// Whether TCP itself probes idle connections.
    public var tcpKeepAlive = true

    /// Whether an xpub reports every subscription, not only the first to a topic: what last-value replay needs.
    public var xpubVerbose = true

    /// Whether a req may send again while a reply is missing, and drops replies to earlier requests.
    ///
    /// Without it one lost reply blocks a req socket for ever.
    public var reqRelaxed = true

    /// The name under which an authenticator (ZAP) is asked about peers.
    ///
    /// It must not be empty even where nobody is asked: only with a name does libzmq refuse ZMTP 1 and 2, and any stray
    /// bytes make valid messages of ZMTP 1. Peers need libzmq 4 or another ZMTP 3.
    public var authenticationDomain = "corelevel"

    /// Topics that a sub starts with; the empty topic is everything.
    public var subscriptions: [String] = []

    /// The defaults.
    public init() {}
}

extension SocketOptions {
    func apply(to handle: SocketHandle, of kind: Socket.Kind) throws(ZeroMQError) {
        let sendMark = sendHighWater ?? ([.router, .pub, .xpub].contains(kind) ? 1000 : 64)
        let receiveMark = receiveHighWater ?? (kind == .sub ? 1000 : 64)
        precondition(sendMark > 0 && receiveMark > 0, "a high water mark of 0 means no bound on memory")
        precondition(lingerMs >= 0, "a negative linger means waiting for ever")
        precondition(!authenticationDomain.isEmpty, "without a domain libzmq takes stray bytes for messages")
        precondition(maxFrames > 0 && maxTotalBytes > 0 && maxMessageBytes > 0, "message limits must be positive")
        let waitsForConnection = immediate ?? [.dealer, .push, .req].contains(kind)

        var settings: [(option: Int32, value: Int)] = [
            (ZMQ_SNDHWM, sendMark),
            (ZMQ_RCVHWM, receiveMark),
            (ZMQ_LINGER, lingerMs),
            (ZMQ_IMMEDIATE, waitsForConnection ? 1 : 0),
            (ZMQ_IPV6, 0),
            (ZMQ_HANDSHAKE_IVL, handshakeIntervalMs),
            (ZMQ_RECONNECT_IVL, reconnectIntervalMs),
            (ZMQ_RECONNECT_IVL_MAX, reconnectIntervalMaxMs),
            (ZMQ_HEARTBEAT_IVL, heartbeatIntervalMs),
            (ZMQ_HEARTBEAT_TIMEOUT, heartbeatTimeoutMs),
            (ZMQ_HEARTBEAT_TTL, heartbeatTimeToLiveMs),
            (ZMQ_BACKLOG, backlog),
        ]
        if tcpKeepAlive {
            settings += [
                (ZMQ_TCP_KEEPALIVE, 1), (ZMQ_TCP_KEEPALIVE_IDLE, 60), (ZMQ_TCP_KEEPALIVE_INTVL, 10),
                (ZMQ_TCP_KEEPALIVE_CNT, 3),
            ]
        }
        switch kind {
        case .router:
            // Otherwise what cannot be routed vanishes without a word.
            settings.append((ZMQ_ROUTER_MANDATORY, 1))
        case .req where reqRelaxed:
            settings += [(ZMQ_REQ_RELAXED, 1), (ZMQ_REQ_CORRELATE, 1)]
        case .xpub:
            settings += [(ZMQ_XPUB_VERBOSE, xpubVerbose ? 1 : 0), (ZMQ_XPUB_NODROP, 1)]
        case .pub:
            settings.append((ZMQ_XPUB_NODROP, 1))
        default:
            break
        }
        for (option, value) in settings { try handle.set(option, Int32(clamping: value)) }
        try handle.set(ZMQ_MAXMSGSIZE, Int64(maxMessageBytes))
        try handle.set(ZMQ_ZAP_DOMAIN, authenticationDomain)
        if kind == .sub {
            for topic in subscriptions { try handle.set(ZMQ_SUBSCRIBE, topic) }
        }
    }
}
