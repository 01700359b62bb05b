@_exported public import ClusterProtocol
public import Logging
public import ZeroMQ

/// A client of a cluster: submits jobs within the window the broker grants, asks, administers, and listens to events.
///
/// A broker that restarts is found again, and what it did not acknowledge is submitted again under the same key, so that
/// whoever uses the client does not notice. One client serves any number of tasks.
public actor Client {
    /// The thread that owns the sockets.
    public nonisolated let loop: PollLoop
    /// Runs the actor on the thread of its loop.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
    /// Where the broker is and how patient the client is.
    public nonisolated let configuration: ClientConfiguration

    let logger: Logger
    let context: Context
    var channels: [SocketRole: Channel] = [:]
    var isClosed = false
    /// What the broker said of itself last.
    var hello: Hello?

    // Submitting.
    var window: SubmitWindow
    var submits: [Int: PendingSubmit] = [:]
    var tickets: [JobID: Int] = [:]
    var lastTicket = 0
    var pauseTimer: TimerID?

    // Asking.
    var lastRequest = 0

    // Listening.
    var receivers: [Int: EventReceiver] = [:]
    var lastReceiver = 0

    /// A client that connects when it is first used.
    public init(_ configuration: ClientConfiguration, logger: Logger? = nil) throws {
        self.configuration = configuration
        self.logger = logger ?? Logger(label: "client") { _ in SwiftLogNoOpLogHandler() }
        loop = try PollLoop(name: "client")
        context = try Context()
        window = SubmitWindow(limit: configuration.maxWindow)
    }

    /// A client of the broker at an address.
    public init(broker: BrokerAddress) throws {
        try self.init(ClientConfiguration(broker: broker))
    }

    deinit { loop.stop() }

    /// Waits for the broker and returns what it says of itself.
    @discardableResult
    public func connect() async throws(ClientError) -> Hello {
        guard case .hello(let hello) = try await ask(.hello).reply.body else { throw .unexpectedAnswer(to: "hello") }
        return hello
    }

    /// Ends the client; whatever is unanswered fails as closed, though it may have arrived.
    public func close() {
        guard !isClosed else { return }
        isClosed = true
        for receiver in receivers.values { receiver.end() }
        receivers = [:]
        for role in channels.keys { fail(role, with: .closed) }
        for channel in channels.values {
            if let connection = channel.connection { loop.unwatch(connection.socket) }
        }
        channels = [:]
        loop.stop()
    }
}
