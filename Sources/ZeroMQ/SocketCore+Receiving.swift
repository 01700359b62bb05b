import CZeroMQ
import Glibc

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

    func receiveMessage(from source: SocketHandle) throws(ZeroMQError) -> Received {
        guard try receivePart(from: source) else { return .nothing }
        var frames: [Frame] = []
        var frameCount = 0
        var byteCount = 0
        while true {
            frameCount += 1
            byteCount += zmq_msg_size(cell)
            // Read before the frame takes the content, which empties the cell.
            let hasMore = zmq_msg_more(cell) != 0
            if frameCount <= options.maxFrames, byteCount <= options.maxTotalBytes {
                frames.append(Frame(taking: cell))
            }
            guard hasMore else { break }
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
