import CZeroMQ

/// What a socket and the loop that watches it share: the handle, limits and counts; one thread at a time.
final class SocketCore {
    let handle: SocketHandle
    let kind: Socket.Kind
    let options: SocketOptions
    var statistics = SocketStatistics()
    var endpoints: [String] = []
    var monitor: SocketHandle?
    var connections = ConnectionTracker()
    /// Set by the first watch and never cleared, so that whoever releases the socket reads it without a race.
    var loop: PollLoop?
    /// The message that every send and receive goes through: libzmq forbids moving one in memory.
    let cell: UnsafeMutablePointer<zmq_msg_t>

    init(_ context: Context, _ kind: Socket.Kind, _ options: SocketOptions) throws(ZeroMQError) {
        let handle = try SocketHandle(context, type: kind.type)
        try options.apply(to: handle, of: kind)
        self.handle = handle
        self.kind = kind
        self.options = options
        cell = .allocate(capacity: 1)
        zmq_msg_init(cell)
    }

    deinit {
        // A full monitor would block libzmq's I/O thread, with a lock held that stopping the monitor needs.
        if let monitor {
            while case .message? = try? receiveMessage(from: monitor) {}
            zmq_socket_monitor(handle.pointer, nil, 0)
        }
        zmq_msg_close(cell)
        cell.deallocate()
    }
}
