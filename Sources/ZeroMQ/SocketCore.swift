import CZeroMQ
import Glibc

/// What a socket and the loop that watches it share: the handle, limits and counts. One thread at a time.
final class SocketCore {
    let handle: SocketHandle
    let kind: Socket.Kind
    let options: SocketOptions
    var statistics = SocketStatistics()
    var endpoints: [String] = []
    var monitor: SocketHandle?
    /// Set by the first watch and never cleared, so that whoever releases the socket reads it without a race.
    var loop: PollLoop?
    /// The message that every send and receive goes through: libzmq forbids moving one in memory.
    private let cell: UnsafeMutablePointer<zmq_msg_t>

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
        zmq_msg_close(cell)
        cell.deallocate()
        // A full monitor would block libzmq's I/O thread, with a lock held that stopping the monitor needs.
        if monitor != nil {
            while !drainMonitor().isEmpty {}
            zmq_socket_monitor(handle.pointer, nil, 0)
        }
    }
}

// MARK: - Receiving

extension SocketCore {
    /// A peer that floods us with messages to drop must not keep a receive from ever returning.
    private static let dropsPerReceive = 64

    func receive() throws(ZeroMQError) -> [Frame]? {
        for _ in 0..<Self.dropsPerReceive {
            switch try receiveNext() {
            case .nothing: return nil
            case .message(let frames): return frames
            case .overLimit: continue
            }
        }
        return nil
    }

    func receiveNext() throws(ZeroMQError) -> Received {
        for _ in 0..<Self.dropsPerReceive {
            let received = try receiveMessage(from: handle)
            switch received {
            case .nothing:
                return .nothing
            case .overLimit:
                statistics.overLimit += 1
            case .message(let frames):
                // What a peer with PROBE_ROUTER sends on connecting: no message, only the news that it is there.
                if kind == .router, frames.count == 2, frames[1].isEmpty {
                    statistics.probes += 1
                    continue
                }
                statistics.messagesReceived += 1
                statistics.bytesReceived += frames.reduce(0) { $0 + $1.count }
            }
            return received
        }
        return .nothing
    }

    private func receiveMessage(from source: SocketHandle) throws(ZeroMQError) -> Received {
        guard try receivePart(from: source) else { return .nothing }
        var frames: [Frame] = []
        var frameCount = 0
        var byteCount = 0
        while true {
            frameCount += 1
            byteCount += zmq_msg_size(cell)
            if frameCount <= options.maxFrames, byteCount <= options.maxTotalBytes {
                frames.append(Frame(taking: cell))
            }
            guard zmq_msg_more(cell) != 0 else { break }
            // Messages come whole: once the first part is here, the rest is.
            guard try receivePart(from: source) else { throw ZeroMQError(EAGAIN, .receive) }
        }
        guard frames.count == frameCount else {
            return .overLimit(head: Array(frames.prefix(8)), frameCount: frameCount, byteCount: byteCount)
        }
        return .message(frames)
    }

    private func receivePart(from source: SocketHandle) throws(ZeroMQError) -> Bool {
        while zmq_msg_recv(cell, source.pointer, ZMQ_DONTWAIT) < 0 {
            let code = errno
            if code == EAGAIN { return false }
            guard code == EINTR else { throw ZeroMQError(code, .receive) }
        }
        return true
    }

    /// Waits until a message is there; false after `timeoutMs`.
    func waitUntilReadable(timeoutMs: Int) throws(ZeroMQError) -> Bool {
        let deadline = MonotonicTime.now.advanced(byMs: timeoutMs)
        var item = zmq_pollitem_t(socket: handle.pointer, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0)
        while true {
            let rc = zmq_poll(&item, 1, deadline.waitMs)
            if rc >= 0 { return rc > 0 }
            let code = errno
            guard code == EINTR else { throw ZeroMQError(code, .receive) }
        }
    }
}

// MARK: - Sending

extension SocketCore {
    func send(_ frames: [Frame]) throws(ZeroMQError) -> SendResult {
        guard frames.count > (kind == .router ? 1 : 0) else {
            throw ZeroMQError(EINVAL, .send, reason: "a message needs a frame, for a router one after the routing id")
        }
        for index in frames.indices {
            let isLast = index == frames.endIndex - 1
            var code = sendPart(frames[index], isLast: isLast)
            if code == EAGAIN, kind == .pub || kind == .xpub {
                code = try overflow(frames[index], isLast: isLast)
            }
            switch code {
            case 0:
                continue
            case EAGAIN:
                statistics.blockedSends += 1
                if index > 0 { try abandon(frames[(index + 1)...]) }
                return .wouldBlock
            case EHOSTUNREACH where index == 0:
                statistics.unroutableSends += 1
                return .unroutable
            default:
                throw ZeroMQError(code, .send)
            }
        }
        statistics.messagesSent += 1
        statistics.bytesSent += frames.reduce(0) { $0 + $1.count }
        return .sent
    }

    /// Returns 0 or the `errno`.
    private func sendPart(_ frame: Frame, isLast: Bool) -> Int32 {
        let flags = ZMQ_DONTWAIT | (isLast ? 0 : ZMQ_SNDMORE)
        guard frame.count >= Frame.sharedFromByteCount else {
            while zmq_send(handle.pointer, frame.base, frame.count, flags) < 0 {
                let code = errno
                if code != EINTR { return code }
            }
            return 0
        }
        zmq_msg_close(cell)
        guard frame.share(into: cell) == 0 else {
            let code = errno
            zmq_msg_init(cell)
            return code
        }
        while zmq_msg_send(cell, handle.pointer, flags) < 0 {
            let code = errno
            guard code == EINTR else {
                zmq_msg_close(cell)
                zmq_msg_init(cell)
                return code
            }
        }
        return 0
    }

    /// Sends a part of an event although a subscriber has no room for it, and counts that.
    ///
    /// libzmq has no count of what it drops. With NODROP it refuses as soon as one subscriber is full, which is the
    /// moment to count; then the others still get the event.
    private func overflow(_ frame: Frame, isLast: Bool) throws(ZeroMQError) -> Int32 {
        statistics.subscriberOverflows += 1
        try handle.set(ZMQ_XPUB_NODROP, Int32(0))
        let code = sendPart(frame, isLast: isLast)
        try handle.set(ZMQ_XPUB_NODROP, Int32(1))
        return code
    }

    /// Ends a message whose connection went away between two of its parts.
    ///
    /// A router fails on the first part only and swallows the rest itself. The load balancer of dealer, push and req
    /// has then rolled back the earlier parts and swallows what follows up to a last part, which must come or the next
    /// message is lost (lb.cpp, `_dropping`). A req is left with its reply pending or without its delimiter.
    private func abandon(_ rest: ArraySlice<Frame>) throws(ZeroMQError) {
        guard [.dealer, .push, .req].contains(kind) else { return }
        for index in rest.indices {
            let flags = ZMQ_DONTWAIT | (index == rest.endIndex - 1 ? 0 : ZMQ_SNDMORE)
            while zmq_send(handle.pointer, nil, 0, flags) < 0, errno == EINTR {}
        }
        if kind == .req {
            throw ZeroMQError(EFSM, .send, reason: "the connection was lost within a request; open a new socket")
        }
    }
}

// MARK: - Monitoring

extension SocketCore {
    /// Events taken from the monitor at a time.
    private static let eventsPerDrain = 256

    /// Room for events that wait. When it is full libzmq's I/O thread waits too, and all traffic with it.
    private static let monitorHighWater: Int32 = 100_000

    func startMonitor() throws(ZeroMQError) {
        guard monitor == nil else { return }
        let endpoint = "inproc://monitor-\(UInt(bitPattern: handle.pointer))"
        let reader = try handle.sibling(type: ZMQ_PAIR)
        try reader.set(ZMQ_LINGER, Int32(0))
        try reader.set(ZMQ_RCVHWM, Self.monitorHighWater)
        guard zmq_socket_monitor(handle.pointer, endpoint, MonitorEvent.mask) == 0 else {
            throw ZeroMQError(errno, .monitor)
        }
        guard zmq_connect(reader.pointer, endpoint) == 0 else {
            let code = errno
            zmq_socket_monitor(handle.pointer, nil, 0)
            throw ZeroMQError(code, .monitor)
        }
        monitor = reader
    }

    func drainMonitor() -> [MonitorEvent] {
        guard let monitor else { return [] }
        var events: [MonitorEvent] = []
        for _ in 0..<Self.eventsPerDrain {
            // A monitor fails only when its context ends, which the socket itself reports.
            guard case .message(let frames)? = try? receiveMessage(from: monitor) else { break }
            guard let event = MonitorEvent(frames) else { continue }
            statistics.count(event)
            events.append(event)
        }
        return events
    }
}
