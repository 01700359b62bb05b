import CZeroMQ
import Glibc

extension SocketCore {
    func send(_ frames: [Frame]) throws(ZeroMQError) -> SendResult {
        guard frames.count > (kind == .router ? 1 : 0) else {
            throw ZeroMQError(EINVAL, .send, reason: "a message needs a frame, for a router one after the routing id")
        }
        for index in frames.indices {
            let isLast = index == frames.endIndex - 1
            var code = sendPart(frames[index], isLast: isLast)
            if code == EAGAIN, index == 0 {
                // A send looks for news from its peers once a millisecond only; this looks now: there may be room.
                _ = handle.events
                code = sendPart(frames[index], isLast: isLast)
            }
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
