import ClusterProtocol
import ZeroMQ

/// One connection to the broker: its socket, what waits to be sent, and when the broker was last heard.
///
/// A broker that is lost gets a new socket, never the old one again: what lay in that one was for nobody.
final class BrokerLink {
    enum State {
        /// `open` is on its way as soon as there is a connection.
        case connecting
        /// `open` was sent.
        case opening
        /// The broker knows us.
        case serving(CollectorWelcome)
    }

    let socket: Socket
    var state = State.connecting
    var lastHeard = MonotonicTime.now
    private let loop: PollLoop
    private var outbox: [[Frame]] = []

    init(_ context: Context, loop: PollLoop, endpoint: String) throws(ZeroMQError) {
        var options = SocketOptions()
        options.reconnectIntervalMaxMs = 1_000
        options.maxFrames = Limits.frames + 2
        options.maxTotalBytes = 64 << 20
        let socket = try Socket(context, .dealer, options: options)
        try socket.connect(endpoint)
        self.socket = socket
        self.loop = loop
    }

    /// Whether the broker knows us.
    var isServing: Bool { if case .serving = state { true } else { false } }

    /// Sends now, or as soon as there is room, in order.
    func send(_ frames: [Frame]) throws(ZeroMQError) {
        if outbox.isEmpty, case .sent = try socket.send(frames) { return }
        outbox.append(frames)
        loop.setWriting(socket, true)
    }

    /// Sends what has waited; true when nothing waits any more.
    func flush() throws(ZeroMQError) -> Bool {
        var sent = 0
        defer { outbox.removeFirst(sent) }
        while sent < outbox.count {
            guard case .sent = try socket.send(outbox[sent]) else { return false }
            sent += 1
        }
        loop.setWriting(socket, false)
        return true
    }
}
