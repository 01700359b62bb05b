import ClusterProtocol
import DequeModule
import ZeroMQ

/// One socket to the broker and what is still to be sent over it.
///
/// A new connection begins with nothing. It belongs to the worker's loop and is used on its thread only.
final class Connection {
    /// Tells connections apart: leases of an earlier one are forgotten.
    let session: Int
    /// Whether the broker has said welcome, and on which terms.
    var terms: WorkerWelcome?
    /// When the broker was last heard, or the connection was begun.
    var heard = ContinuousClock.now

    private let socket: Socket
    private let loop: PollLoop
    private var outbox: Deque<[Frame]> = []

    init(
        session: Int, context: Context, loop: PollLoop, endpoint: String, onMessage: @escaping ([Frame]) -> Void
    ) throws(ZeroMQError) {
        self.session = session
        self.loop = loop
        var options = SocketOptions()
        options.sendHighWater = 1000
        options.receiveHighWater = 1000
        socket = try Socket(context, .dealer, options: options)
        try socket.connect(endpoint)
        loop.watch(socket) { [weak self] in
            // A bounded number a wake, so that the heartbeat's timer gets its turn.
            for _ in 0..<256 {
                guard let self, let frames = try? self.socket.receive() else { return }
                onMessage(frames)
            }
        } onWritable: { [weak self] in
            self?.flush()
        }
    }

    /// Sends, in order, as soon as there is a connection that takes it.
    func send(_ message: WorkerMessage, _ frames: [Frame] = []) {
        outbox.append([Frame(message.encoded())] + frames)
        flush()
    }

    /// Stops watching; what libzmq has taken is sent for at most a second more.
    func close() {
        loop.unwatch(socket)
        try? socket.setLinger(ms: 1000)
    }

    private func flush() {
        while let next = outbox.first {
            guard let result = try? socket.send(next), case .sent = result else { break }
            outbox.removeFirst()
        }
        loop.setWriting(socket, !outbox.isEmpty)
    }
}
