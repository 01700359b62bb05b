import CZeroMQ

/// A socket that a loop waits for, and what is to be done about it.
final class Watcher {
    let core: SocketCore
    let onReadable: () -> Void
    let onWritable: (() -> Void)?
    let onConnection: (([MonitorEvent]) -> Void)?
    var isReading = true
    var isWriting = false
    var isActive = true

    init(
        _ core: SocketCore, onReadable: @escaping () -> Void, onWritable: (() -> Void)?,
        onConnection: (([MonitorEvent]) -> Void)?
    ) {
        self.core = core
        self.onReadable = onReadable
        self.onWritable = onWritable
        self.onConnection = onConnection
    }

    var polledSockets: [PolledSocket] {
        let events = (isReading ? ZMQ_POLLIN : 0) | (isWriting ? ZMQ_POLLOUT : 0)
        let socket = PolledSocket(watcher: self, handle: core.handle, events: events, isMonitor: false)
        guard let monitor = core.monitor else { return [socket] }
        return [socket, PolledSocket(watcher: self, handle: monitor, events: ZMQ_POLLIN, isMonitor: true)]
    }

    /// Calls back what is ready, unless an earlier callback of the same wake has paused or ended it.
    func call(_ ready: Int16, isMonitor: Bool) {
        if isMonitor {
            guard isActive else { return }
            let events = core.drainMonitor()
            if !events.isEmpty { onConnection?(events) }
            return
        }
        if isActive, isReading, Int32(ready) & ZMQ_POLLIN != 0 { onReadable() }
        if isActive, isWriting, Int32(ready) & ZMQ_POLLOUT != 0 { onWritable?() }
    }
}

/// One entry of a loop's poll set.
struct PolledSocket {
    let watcher: Watcher
    let handle: SocketHandle
    let events: Int32
    let isMonitor: Bool
}

extension PollLoop {
    /// Calls `onReadable` on the loop's thread whenever messages wait; on the loop's thread only.
    ///
    /// - Parameters:
    ///   - socket: The socket, which now must be used on this loop's thread alone.
    ///   - onReadable: Takes a bounded number of messages; what is left calls it again.
    ///   - onWritable: Called whenever the socket can send, while ``setWriting(_:_:)`` is on. For dealer and push.
    ///   - onConnection: Called with connection events, if the socket's monitor was started before.
    public func watch(
        _ socket: borrowing Socket, onReadable: @escaping () -> Void, onWritable: (() -> Void)? = nil,
        onConnection: (([MonitorEvent]) -> Void)? = nil
    ) {
        checkIsolated()
        let core = socket.core
        precondition(core.loop == nil || core.loop === self, "the socket belongs to another loop")
        core.loop = self
        watchers[ObjectIdentifier(core)]?.isActive = false
        watchers[ObjectIdentifier(core)] = Watcher(
            core, onReadable: onReadable, onWritable: onWritable, onConnection: onConnection)
        needsRebuild = true
    }

    /// Ends a watch and releases its callbacks; on the loop's thread only.
    public func unwatch(_ socket: borrowing Socket) {
        unwatch(socket.core)
    }

    func unwatch(_ core: SocketCore) {
        checkIsolated()
        watchers.removeValue(forKey: ObjectIdentifier(core))?.isActive = false
        needsRebuild = true
    }

    /// Pauses or resumes the reading of a watched socket, which in time holds back its peers.
    public func setReading(_ socket: borrowing Socket, _ isReading: Bool) {
        checkIsolated()
        guard let watcher = watchers[ObjectIdentifier(socket.core)], watcher.isReading != isReading else { return }
        watcher.isReading = isReading
        needsRebuild = true
    }

    /// Asks for, or ends, calls of a watched socket's `onWritable`: on while something waits to be sent.
    public func setWriting(_ socket: borrowing Socket, _ isWriting: Bool) {
        checkIsolated()
        guard let watcher = watchers[ObjectIdentifier(socket.core)], watcher.isWriting != isWriting else { return }
        watcher.isWriting = isWriting
        needsRebuild = true
    }
}

extension PollLoop {
    /// Runs `body` on the loop's thread once, after a time; on the loop's thread only.
    @discardableResult
    public func schedule(after delay: Duration, _ body: @escaping () -> Void) -> TimerID {
        checkIsolated()
        return timers.schedule(at: .now.advanced(by: delay), body)
    }

    /// Runs `body` on the loop's thread at regular intervals, first after one; on the loop's thread only.
    ///
    /// After a stall it runs once, not once for each time missed.
    @discardableResult
    public func schedule(every interval: Duration, _ body: @escaping () -> Void) -> TimerID {
        checkIsolated()
        precondition(interval > .zero, "a timer needs a positive interval")
        return timers.schedule(at: .now.advanced(by: interval), every: interval, body)
    }

    /// Ends a timer; one that has fired or ended already is ignored.
    ///
    /// On the loop's thread only.
    public func cancel(_ timer: TimerID) {
        checkIsolated()
        timers.cancel(timer)
    }
}
