import ClusterProtocol
import ZeroMQ

/// One connection to one of the broker's sockets; a broker that is lost gets a new one.
final class Connection {
    let socket: Socket
    /// Whether requests may be sent: the broker has said hello, or on *admin* the connection stands.
    var isReady = false
    /// When our hello was sent.
    var greetedAt: MonotonicTime?
    var lastHeard = MonotonicTime.now
    private let loop: PollLoop

    init(_ context: Context, loop: PollLoop, endpoint: String) throws(ZeroMQError) {
        var options = SocketOptions()
        options.sendHighWater = 256
        options.receiveHighWater = 1000
        options.reconnectIntervalMs = 100
        options.reconnectIntervalMaxMs = 1_000
        let socket = try Socket(context, .dealer, options: options)
        try socket.startMonitor()
        try socket.connect(endpoint)
        self.socket = socket
        self.loop = loop
    }

    /// Sends if there is room; else asks for a call when there is.
    func send(_ frames: [Frame]) throws(ZeroMQError) -> Bool {
        if case .sent = try socket.send(frames) { return true }
        loop.setWriting(socket, true)
        return false
    }
}
