import ClusterProtocol
import ZeroMQ

/// One subscription: its socket, its place in each run, and what waits for a listener that is slower than the cluster.
final class EventReceiver {
    /// The collector says something every second.
    static let silence: Duration = .seconds(5)
    /// Events that wait for the listener beyond the stream's own room, before no more are taken from the socket.
    static let backlogLimit = 1024
    /// Room of the stream.
    static let streamLimit = 1024

    let interest: EventSubscription.Interest
    var sequencer: EventSequencer
    var lastHeard = MonotonicTime.now
    var isOpening = false
    private let loop: PollLoop
    private let continuation: AsyncStream<Event>.Continuation
    private var socket: Box?
    private var backlog: [Event] = []
    private var retryTimer: TimerID?

    /// A noncopyable socket, to be replaced.
    private final class Box {
        let socket: Socket
        init(_ socket: consuming Socket) { self.socket = socket }
    }

    init(_ interest: EventSubscription.Interest, loop: PollLoop, continuation: AsyncStream<Event>.Continuation) {
        self.interest = interest
        self.loop = loop
        self.continuation = continuation
        sequencer = EventSequencer(results: interest.results)
    }

    /// Connects to the collector's events, wherever they are now.
    func open(_ context: Context, endpoint: String, onReadable: @escaping () -> Void) throws(ZeroMQError) {
        shut()
        var options = SocketOptions()
        options.reconnectIntervalMaxMs = 1_000
        let run = interest.run.map { String(decoding: Topic.prefix(of: $0), as: UTF8.self) } ?? "run/"
        // The cluster's pulse comes in any case: its silence is how a lost collector shows.
        options.subscriptions = [run, "cluster/"]
        let socket = try Socket(context, .sub, options: options)
        try socket.connect(endpoint)
        let box = Box(socket)
        self.socket = box
        loop.watch(box.socket, onReadable: onReadable)
        lastHeard = .now
    }

    /// The next event that is understood; nil when none waits.
    func receive() throws(ZeroMQError) -> Event? {
        while let socket, let frames = try socket.socket.receive() {
            lastHeard = .now
            guard frames.count == 2 else { continue }
            let event = frames[0].withUnsafeBytes { topic in
                frames[1].withUnsafeBytes { json in try? Event(topic: topic, json: json) }
            }
            if let event { return event }
        }
        return nil
    }

    /// Hands an event to the listener, or keeps it until there is room.
    func deliver(_ event: Event) {
        if case .cluster = event, !interest.includesCluster { return }
        backlog.append(event)
        if retryTimer == nil { flush() }
    }

    /// Whether the listener is so far behind that nothing more should be fetched for it.
    var isFull: Bool { backlog.count >= Self.backlogLimit }

    func end() {
        shut()
        if let retryTimer { loop.cancel(retryTimer) }
        continuation.finish()
    }

    private func shut() {
        if let socket { loop.unwatch(socket.socket) }
        socket = nil
    }

    private func flush() {
        retryTimer = nil
        var sent = 0
        sending: while sent < backlog.count {
            switch continuation.yield(backlog[sent]) {
            case .enqueued: sent += 1
            case .dropped:
                retryTimer = loop.schedule(after: .milliseconds(20)) { [weak self] in self?.flush() }
                break sending
            case .terminated: sent = backlog.count
            @unknown default: sent += 1
            }
        }
        backlog.removeFirst(sent)
        if let socket { loop.setReading(socket.socket, !isFull) }
    }
}
