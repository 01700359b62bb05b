import CZeroMQ
import Dispatch
import Glibc
import Synchronization

/// A thread that owns sockets: it waits for them, for timers and for work from other threads, and runs what is due.
///
/// An actor that stores its sockets and names the loop as its executor runs all its methods on this thread:
///
///     actor Broker {
///         nonisolated let loop: PollLoop
///         nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
///         private let socket: Socket
///         func start() { loop.watch(socket) { [weak self] in self?.assumeIsolated { $0.drain() } } }
///     }
///
/// After each wait every socket that has something gets its callback once, then the timers that are due, then the work
/// that had arrived. A callback should take a bounded number of messages and return: what is left calls it again, so
/// that neither timers nor other sockets starve.
///
/// A loop lives until ``stop()``. Its last act is to run what work has arrived. Work that comes later is never lost: it
/// runs in order, one piece at a time, on a thread of the system's pool, where the actors of this loop may still use
/// and close their sockets; only callbacks and timers have ended.
public final class PollLoop: SerialExecutor, TaskExecutor, @unchecked Sendable {
    // Unchecked: `watchers`, `timers`, `polled` and `items` are touched on the loop's thread only, which every door to
    // them checks; everything else is immutable, an atomic, or behind the mutex.

    /// The name of the thread.
    public let name: String

    private enum Work {
        case job(UnownedJob)
        case closure(@Sendable () -> Void)
        case release(ObjectIdentifier)
    }

    private struct Inbox {
        var work: [Work] = []
        var isStopping = false
        var hasEnded = false
        var isRunningLate = false
    }

    private let inbox = Mutex(Inbox())
    private let wakeup: Wakeup
    private let end = DispatchGroup()
    /// The thread that is now the loop's, zero when there is none.
    private let runner = Atomic<UInt>(0)

    var watchers: [ObjectIdentifier: Watcher] = [:]
    var timers = TimerQueue()
    var needsRebuild = true
    private var items: [zmq_pollitem_t] = []
    private var polled: [PolledSocket] = []

    /// Starts the loop's thread; its first 15 bytes of name show in `top -H` and debuggers.
    public init(name: String) throws(ZeroMQError) {
        self.name = name
        wakeup = try Wakeup()
        end.enter()
        do throws(ZeroMQError) {
            try NamedThread.start(name) { self.run() }
        } catch {
            end.leave()
            throw error
        }
    }

    /// True on the loop's thread.
    public var isOnLoop: Bool { runner.load(ordering: .acquiring) == Self.currentThread }

    private static var currentThread: UInt { UInt(pthread_self()) }

    // MARK: Work from anywhere

    /// Takes over a job of Swift's concurrency runtime.
    public func enqueue(_ job: consuming ExecutorJob) {
        append(.job(UnownedJob(job)))
    }

    /// Runs `body` on the loop's thread, after what was handed in before it; callable from any thread.
    public func perform(_ body: @escaping @Sendable () -> Void) {
        append(.closure(body))
    }

    /// Stops polling and lets go of a socket whose owner has; callable from any thread.
    func release(_ core: SocketCore) {
        if isOnLoop {
            unwatch(core)
        } else {
            // Until the loop has taken it out of its set, the watcher keeps the socket open.
            append(.release(ObjectIdentifier(core)))
        }
    }

    private func append(_ work: Work) {
        let (isFirst, isLate) = inbox.withLock { inbox in
            inbox.work.append(work)
            let isLate = inbox.hasEnded && !inbox.isRunningLate
            if isLate { inbox.isRunningLate = true }
            return (inbox.work.count == 1, isLate)
        }
        if isLate {
            DispatchQueue.global().async { self.runLate() }
        } else if isFirst, !isOnLoop {
            // Whoever came first has woken the loop, or is the loop and looks before it waits.
            wakeup.signal()
        }
    }

    /// Part of `SerialExecutor`: stops the process when the caller is not on the loop's thread.
    public func checkIsolated() {
        precondition(isOnLoop, "this must run on the thread of loop \(name)")
    }

    /// Part of `SerialExecutor`: whether the caller is on the loop's thread.
    public func isIsolatingCurrentContext() -> Bool? { isOnLoop }

    // MARK: The end

    /// Asks the loop to end once its callbacks and the work that has arrived are done; callable from any thread.
    public func stop() {
        inbox.withLock { $0.isStopping = true }
        wakeup.signal()
    }

    /// Waits until a stopped loop has ended; not to be called on its own thread.
    @available(*, noasync, message: "use 'await ended()'")
    public func join() {
        precondition(!isOnLoop, "loop \(name) cannot wait for its own end")
        end.wait()
    }

    /// Waits until a stopped loop has ended.
    public func ended() async {
        await withCheckedContinuation { continuation in
            end.notify(queue: .global()) { continuation.resume() }
        }
    }

    // MARK: The thread

    private func run() {
        runner.store(Self.currentThread, ordering: .releasing)
        var isStopping = false
        while !isStopping {
            wait()
            callSockets()
            let now = MonotonicTime.now
            // As many as there are now: a timer that sets itself anew for at once cannot hold up the rest.
            for _ in 0..<timers.count {
                guard let body = timers.popDue(now: now) else { break }
                body()
            }
            isStopping = inbox.withLock { $0.isStopping }
            runWork()
        }
        watchers = [:]
        timers = TimerQueue()
        polled = []
        runner.store(0, ordering: .releasing)
        let isLate = inbox.withLock { inbox in
            inbox.hasEnded = true
            inbox.isRunningLate = !inbox.work.isEmpty
            return inbox.isRunningLate
        }
        if isLate { DispatchQueue.global().async { self.runLate() } }
        end.leave()
    }

    private func runLate() {
        runner.store(Self.currentThread, ordering: .releasing)
        while true {
            runWork()
            let isDone = inbox.withLock { inbox in
                guard inbox.work.isEmpty else { return false }
                inbox.isRunningLate = false
                runner.store(0, ordering: .releasing)
                return true
            }
            if isDone { return }
        }
    }

    private func runWork() {
        let batch = inbox.withLock { inbox in
            let batch = inbox.work
            inbox.work = []
            return batch
        }
        for work in batch {
            switch work {
            case .job(let job):
                job.runSynchronously(
                    isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
            case .closure(let body):
                body()
            case .release(let id):
                watchers[id].map { unwatch($0.core) }
            }
        }
    }

    private func wait() {
        rebuildItems()
        let hasWork = inbox.withLock { !$0.work.isEmpty || $0.isStopping }
        let timeoutMs = hasWork ? 0 : timers.nextDeadline()?.waitMs ?? -1
        let rc = items.withUnsafeMutableBufferPointer {
            zmq_poll($0.baseAddress, Int32($0.count), timeoutMs)
        }
        if rc < 0 {
            let code = errno
            for index in items.indices { items[index].revents = 0 }
            if code != EINTR { endTerminatedSockets() }
        }
        if items[0].revents != 0 { wakeup.clear() }
    }

    private func rebuildItems() {
        guard needsRebuild else { return }
        needsRebuild = false
        polled = watchers.values.flatMap(\.polledSockets)
        items = [zmq_pollitem_t(socket: nil, fd: wakeup.descriptor, events: Int16(ZMQ_POLLIN), revents: 0)]
        // A paused socket stays in the set with no events, for zmq_poll then still does its housekeeping.
        items += polled.map {
            zmq_pollitem_t(socket: $0.handle.pointer, fd: 0, events: Int16($0.events), revents: 0)
        }
    }

    private func callSockets() {
        for (item, socket) in zip(items.dropFirst(), polled) where item.revents != 0 {
            socket.watcher.call(item.revents, isMonitor: socket.isMonitor)
        }
    }

    /// Ends the watch on sockets whose context was shut down, which make every poll fail.
    ///
    /// Each owner is called once more, so that its next receive tells it.
    private func endTerminatedSockets() {
        for watcher in watchers.values where watcher.core.handle.events == nil {
            unwatch(watcher.core)
            watcher.onReadable()
        }
    }
}
