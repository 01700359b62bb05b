public import ClusterProtocol
import DequeModule
import Glibc
public import Logging
import ZeroMQ

/// The broker: takes jobs, remembers them, leases them to workers, and hands results to the collector.
///
/// This is the shell around ``Queue``, which decides, and ``Journal``, which remembers. All sockets belong to one
/// loop, which is the actor's executor: nothing here waits, neither for the disk nor for a peer.
public actor Broker {
    /// The thread of all sockets.
    nonisolated let loop: PollLoop
    /// The loop that owns the sockets is the actor's executor.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    let configuration: BrokerConfiguration
    let logger: Logger
    let epoch: Epoch
    let journal: Journal
    let mailbox: JournalMailbox

    private let context: Context
    var submitSocket: Socket
    var ingestSocket: Socket
    var workSocket: Socket
    var collectSocket: Socket
    var adminSocket: Socket
    var endpoints: [SocketRole: String] = [:]

    var queue: Queue
    /// Jobs of which the journal found at the start that it has lost their bytes.
    private let damaged: [JobNumber]
    var events: Deque<QueueEvent> = []
    var isHandling = false
    var effects: [QueueEffect] = []
    var payloads: PayloadCache
    var commits = CommitLog()
    var counters = Counters()
    /// The last jobs that were refused for good, for operators.
    var refusals: [JobRefusal] = []
    /// Records that the disk refused and that have to be written when it works again.
    var unwritten: [CommitLog.Entry] = []
    var isStorageFailing = false

    /// The payload of the submit that is being handled, until the queue has decided about it.
    var arriving: Arrival?
    /// The rows of the result that is being handled.
    var arrivingRows: ComputedRows?
    var results: [JobNumber: ComputedRows] = [:]

    var replies: [Ticket: PendingReply] = [:]
    var ingested: [Ticket: IngestedJob] = [:]
    var publishers: [Frame: (id: PublisherID, pending: Int)] = [:]
    var nextNumber: UInt64 = 1

    var workerPeers: [Frame: WorkerPeer] = [:]
    var workerRoutes: [WorkerID: Frame] = [:]
    var collector: CollectorPeer?
    var queries: [Int: Query] = [:]

    /// Payloads that have to come from the journal, and what for.
    var wanted: [JobNumber: [PayloadUse]] = [:]
    var wantedNow: [JobNumber] = []

    enum Phase { case made, serving, stopped }
    var phase = Phase.made
    private var waitingForEnd: [CheckedContinuation<Void, Never>] = []

    /// Opens the journal and takes up the jobs that it holds; nothing is served before ``start()``.
    public init(configuration: BrokerConfiguration, logger: Logger) throws {
        guard BrokerConfiguration.isLoopback(configuration.bindAddress) else {
            throw BrokerError.notLoopback(address: configuration.bindAddress)
        }
        guard (0...65_530).contains(configuration.basePort) else { throw BrokerError.badPort(configuration.basePort) }
        self.configuration = configuration
        self.logger = logger
        payloads = PayloadCache(budgetBytes: configuration.payloadBytes)
        context = try Context()
        submitSocket = try Socket(context, .router, options: .broker())
        ingestSocket = try Socket(context, .pull, options: .broker())
        workSocket = try Socket(context, .router, options: .broker(sendHighWater: 4_096))
        collectSocket = try Socket(context, .router, options: .broker(sendHighWater: 4_096))
        adminSocket = try Socket(context, .router, options: .broker())

        let loop = try PollLoop(name: "broker")
        let mailbox = JournalMailbox(loop: loop)
        self.loop = loop
        self.mailbox = mailbox
        do {
            let (journal, contents) = try Journal.open(
                directory: configuration.dataDirectory + "/journal", configuration: configuration.journal
            ) { mailbox.post($0) }
            self.journal = journal
            do {
                // After the journal's lock, so that two brokers on one directory cannot count at once.
                epoch = try Epoch(directory: configuration.dataDirectory, unixMs: WallClock.unixMs)
            } catch {
                journal.close()
                throw error
            }
            for notice in contents.notices { logger.warning("journal: \(notice)") }
            queue = Queue(contents, limits: configuration.queueLimits, epoch: epoch.number)
            damaged = contents.jobs.filter { !$0.isPayloadIntact }.map { JobNumber($0.job) }
        } catch {
            loop.stop()
            throw error
        }
    }

    /// Listens on all sockets and says where.
    public func start() throws -> Endpoints {
        do {
            try listen()
        } catch {
            phase = .stopped
            loop.stop()
            journal.close()
            throw error
        }
        phase = .serving
        mailbox.attach(self)
        watch(submitSocket) { $0.drainSubmit() }
        watch(ingestSocket) { $0.drainIngest() }
        watch(workSocket) { $0.drainWork() }
        watch(collectSocket) { $0.drainCollect() }
        watch(adminSocket) { $0.drainAdmin() }
        startTimers()
        logger.notice(
            "broker serves", metadata: ["epoch": "\(epoch.name)", "unfinished": "\(queue.unfinished)"])
        for job in damaged { process(.payloadLost(job, error: "the journal's copy of the job is damaged")) }
        return knownEndpoints
    }

    /// The endpoints as `hello` says them.
    var knownEndpoints: Endpoints {
        var known = endpoints
        known[.events] = collector?.status.events
        return Endpoints(known, http: collector?.status.http)
    }

    /// The number and the name of this start.
    public nonisolated var epochName: String { epoch.name }

    private func listen() throws {
        guard configuration.basePort == 0 else { return try bind(at: configuration.basePort) }
        for _ in 0..<20 {
            guard let base = PortBlock.free(on: configuration.bindAddress) else { break }
            do {
                return try bind(at: base)
            } catch let error as ZeroMQError where error.isRetriable || error.code == EADDRINUSE {
                // Somebody was faster; sockets that are bound already are of no use any more.
                try renewSockets()
            }
        }
        throw BrokerError.noFreePorts(address: configuration.bindAddress)
    }

    private func renewSockets() throws {
        submitSocket = try Socket(context, .router, options: .broker())
        ingestSocket = try Socket(context, .pull, options: .broker())
        workSocket = try Socket(context, .router, options: .broker(sendHighWater: 4_096))
        collectSocket = try Socket(context, .router, options: .broker(sendHighWater: 4_096))
        adminSocket = try Socket(context, .router, options: .broker())
    }

    private func bind(at basePort: Int) throws {
        try bind(submitSocket, .submit, basePort)
        try bind(ingestSocket, .ingest, basePort)
        try bind(workSocket, .work, basePort)
        try bind(collectSocket, .collect, basePort)
        try bind(adminSocket, .admin, basePort)
    }

    private func bind(_ socket: borrowing Socket, _ role: SocketRole, _ basePort: Int) throws {
        try socket.startMonitor()
        endpoints[role] = try socket.bind("tcp://\(configuration.bindAddress):\(basePort + role.rawValue)")
    }

    private func watch(_ socket: borrowing Socket, _ drain: @escaping @Sendable (isolated Broker) -> Void) {
        loop.watch(
            socket, onReadable: { [weak self] in self?.assumeIsolated { drain($0) } },
            onConnection: { _ in })
    }

    private func startTimers() {
        every(.milliseconds(50)) { $0.tick() }
        every(.milliseconds(configuration.heartbeatMs)) { $0.sendHeartbeats() }
        every(.milliseconds(200)) { $0.reportRuns() }
        every(.seconds(1)) { $0.everySecond() }
        every(.seconds(600)) { broker in
            broker.process(.forgetRuns(closedBeforeMs: WallClock.unixMs - broker.configuration.keysKeptMs))
        }
    }

    private func every(_ interval: Duration, _ body: @escaping @Sendable (isolated Broker) -> Void) {
        loop.schedule(every: interval) { [weak self] in self?.assumeIsolated { body($0) } }
    }

    /// Says goodbye to all peers, so that they wait for the next start, writes what is to be written, and ends.
    ///
    /// Jobs that are accepted stay in the journal.
    public func stop() async {
        guard phase != .stopped else { return }
        phase = .stopped
        sayGoodbye()
        workerPeers = [:]
        workerRoutes = [:]
        collector = nil
        loop.stop()
        let journal = journal
        await withCheckedContinuation { continuation in
            // Closing waits for the disk, which this thread must not.
            try? NamedThread.start("broker-close") {
                journal.close()
                continuation.resume()
            }
        }
        // What the journal reported last is answered while the sockets are still there.
        takeJournalEvents()
        logger.notice("broker stopped", metadata: ["unfinished": "\(queue.unfinished)"])
        for waiting in waitingForEnd { waiting.resume() }
        waitingForEnd = []
    }

    /// Returns when the broker has stopped, because it was told to or because a drain is complete.
    public func stopped() async {
        await withCheckedContinuation { continuation in
            // Looked at in here: the await may let others in before it waits.
            if phase == .stopped { continuation.resume() } else { waitingForEnd.append(continuation) }
        }
    }

    func number() -> UInt64 {
        nextNumber += 1
        return nextNumber
    }
}

extension SocketOptions {
    /// A job of 8 MiB and 193 frames gets an answer in words beyond its limits, not a cut connection.
    static func broker(sendHighWater: Int? = nil) -> SocketOptions {
        var options = SocketOptions()
        options.sendHighWater = sendHighWater
        options.maxFrames = 256
        options.maxTotalBytes = 64 << 20
        options.lingerMs = 1_000
        return options
    }
}
