import CZeroMQ
import Glibc

/// A ZeroMQ socket with one owner on one thread.
///
/// libzmq sockets are not thread safe, and a second thread on one aborts the process hours later. So a socket can
/// neither be copied nor shared: it is stored in an actor or used by one thread at a time, and this does not compile:
///
///     let socket = try Socket(context, .push)
///     Task.detached { try socket.send([Frame("late")]) }  // error: sending ... risks causing data races
///     try socket.send([Frame("now")])                     // access can happen concurrently
///
/// nor does a `@Sendable` closure that uses the socket of an actor. A socket may be handed over for good.
///
/// All calls return at once except ``receive(timeoutMs:)``. The socket is closed when its owner lets go of it; while a
/// ``PollLoop`` watches it, the loop's thread closes it.
public struct Socket: ~Copyable {
    /// The messaging patterns.
    public enum Kind: Sendable, CaseIterable {
        case router, dealer, req, rep, push, pull, pub, sub, xpub, pair

        var type: Int32 {
            switch self {
            case .router: ZMQ_ROUTER
            case .dealer: ZMQ_DEALER
            case .req: ZMQ_REQ
            case .rep: ZMQ_REP
            case .push: ZMQ_PUSH
            case .pull: ZMQ_PULL
            case .pub: ZMQ_PUB
            case .sub: ZMQ_SUB
            case .xpub: ZMQ_XPUB
            case .pair: ZMQ_PAIR
            }
        }
    }

    let core: SocketCore

    /// Opens a socket; all options take effect here, before anything is bound or connected.
    public init(_ context: Context, _ kind: Kind, options: SocketOptions = .init()) throws(ZeroMQError) {
        core = try SocketCore(context, kind, options)
    }

    deinit { core.loop?.release(core) }

    /// The messaging pattern.
    public var kind: Kind { core.kind }

    /// The counts so far.
    public var statistics: SocketStatistics { core.statistics }
}

@available(*, unavailable)
extension Socket: @unchecked Sendable {}

extension Socket {
    /// Receives a whole message, or nil when none is waiting.
    ///
    /// Messages beyond the limits of the options are dropped and counted in ``SocketStatistics/overLimit``.
    public func receive() throws(ZeroMQError) -> [Frame]? {
        try core.receive()
    }

    /// Receives a message and says when one had to be dropped, so that its sender can be answered.
    public func receiveNext() throws(ZeroMQError) -> Received {
        try core.receiveNext()
    }

    /// Receives a whole message, waiting for it up to `timeoutMs`; for threads without a loop.
    public func receive(timeoutMs: Int) throws(ZeroMQError) -> [Frame]? {
        let deadline = MonotonicTime.now.advanced(byMs: timeoutMs)
        repeat {
            if let frames = try core.receive() { return frames }
        } while try core.waitUntilReadable(timeoutMs: deadline.waitMs)
        return nil
    }

    /// Sends a whole message, or nothing of it, without waiting.
    ///
    /// Frames of a kilobyte or more are not copied.
    public func send(_ frames: [Frame]) throws(ZeroMQError) -> SendResult {
        try core.send(frames)
    }
}

extension Socket {
    /// Adds a topic to a sub; the empty topic is everything.
    public func subscribe(_ topic: String) throws(ZeroMQError) {
        try core.handle.set(ZMQ_SUBSCRIBE, topic)
    }

    /// Takes a topic from a sub.
    public func unsubscribe(_ topic: String) throws(ZeroMQError) {
        try core.handle.set(ZMQ_UNSUBSCRIBE, topic)
    }

    /// Changes how long closing goes on sending: a second or two for a last goodbye.
    public func setLinger(ms lingerMs: Int) throws(ZeroMQError) {
        precondition(lingerMs >= 0, "a negative linger means waiting for ever")
        try core.handle.set(ZMQ_LINGER, Int32(clamping: lingerMs))
    }

    /// Starts counting connections.
    ///
    /// Call it before bind or connect and before the socket is watched. A watching ``PollLoop`` then takes the events
    /// by itself; without one the owner must call ``drainMonitor()`` often, or libzmq's I/O thread ends up waiting.
    public func startMonitor() throws(ZeroMQError) {
        try core.startMonitor()
    }

    /// Takes the connection events that wait, at most a few hundred, and counts them in ``statistics``.
    public func drainMonitor() -> [MonitorEvent] {
        core.drainMonitor()
    }
}
