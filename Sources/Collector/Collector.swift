internal import ClusterProtocol
internal import Foundation
public import Logging
public import ZeroMQ

/// The only writer of results: takes them from the broker, stores them with what was measured, tells the broker what is
/// stored, and tells everybody who listens how the runs go.
///
/// Nothing here is lost with the process. Results that were not committed are delivered again; those that were are
/// recognised by run, job and index; numbers of events and counts of runs are read back from the store.
public actor Collector {
    /// The thread that owns the sockets; the store has its own.
    public nonisolated let loop: PollLoop
    /// Runs the actor on the thread of its loop.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    let configuration: CollectorConfiguration
    let logger: Logger
    let identity = UUID().uuidString.lowercased()
    let context: Context
    let store: Store
    let reader: StoreReader

    // The broker.
    var link: BrokerLink?
    var failedAttempts = 0
    var isAbsenceSaid = false
    var aliveTimer: TimerID?
    var clusterCounts: ClusterCounts?

    // On the way to the disk.
    var deliveries: [PendingDelivery] = []
    var sideChanges: [StoreChange] = []
    var changedCounts: [Name: RunCounts] = [:]
    var isCommitting = false
    var commits: Task<Void, Never>?
    var retryWaiter: CheckedContinuation<Void, Never>?
    var knownDead: [JobID: Int] = [:]

    // The audience.
    let eventSocket: Socket
    var publisher: EventPublisher
    var eventsEndpoint = ""
    var progress: [Name: RunProgress] = [:]
    var receipts: [Name: IngestEvent] = [:]
    var changedRuns: Set<Name> = []
    var flushTimer: TimerID?
    /// Others who are told, each on a thread of its own.
    let audiences: [any Audience]

    var isStopping = false
    private var registrationWaiters: [CheckedContinuation<Void, any Error>] = []
    private var endWaiters: [CheckedContinuation<Void, any Error>] = []
    private var end: Result<Void, any Error>?

    /// Opens the store, or makes it; nothing is connected yet.
    public init(configuration: CollectorConfiguration, logger: Logger) throws {
        self.configuration = configuration
        self.logger = logger
        store = try Store(directory: configuration.dataDirectory, nowMs: Self.wallClockMs)
        reader = try StoreReader(directory: configuration.dataDirectory)
        loop = try PollLoop(name: "collector")
        context = try Context()
        var options = SocketOptions()
        options.sendHighWater = 4096
        eventSocket = try Socket(context, .xpub, options: options)
        publisher = EventPublisher(epoch: String(store.epoch))
        audiences = try Self.audiences(configuration, store: store, logger: logger)
    }

    /// The audiences that the configuration asks for.
    private static func audiences(
        _ configuration: CollectorConfiguration, store: Store, logger: Logger
    ) throws -> [any Audience] {
        var audiences: [any Audience] = []
        if let bluesky = configuration.bluesky {
            audiences.append(
                try BlueskyPublisher(
                    bluesky, software: configuration.software, store: store,
                    directory: configuration.dataDirectory, logger: logger))
        }
        if let epics = configuration.epics, let audience = EPICSAudience(epics, logger: logger) {
            audiences.append(audience)
        }
        return audiences
    }

    /// Takes up the runs where they were, binds the events socket and returns its endpoint; connects to the broker in
    /// the background, for as long as it takes.
    @discardableResult
    public func start() async throws -> String {
        if let bytes = configuration.maxStoreBytes { try await store.limit(bytes: bytes) }
        for record in try await reader.runs() {
            progress[record.name] = RunProgress(
                record.name, counts: record.counts, jobs: record.jobs, spectra: record.spectra)
            changedRuns.insert(record.name)
        }
        knownDead = try await reader.deadLetters()
        for audience in audiences { try await audience.start() }
        let bound = try eventSocket.bind(configuration.eventsEndpoint)
        eventsEndpoint = bound.replacing("//0.0.0.0:", with: "//\(configuration.advertisedHost):")
        loop.watch(eventSocket) { [weak self] in self?.assumeIsolated { $0.receiveSubscriptions() } }
        loop.schedule(every: .seconds(1)) { [weak self] in self?.assumeIsolated { $0.pulse() } }
        flushProgress()
        openLink()
        if configuration.spectraRetention != nil { startRetention() }
        return eventsEndpoint
    }

    /// Where Bluesky documents are published, once the collector has started; nil where none are.
    public func blueskyEndpoint() async -> String? {
        for case let publisher as BlueskyPublisher in audiences { return await publisher.endpoint }
        return nil
    }

    /// Gives the store more, or less, room.
    public func setMaxStoreBytes(_ bytes: Int?) async throws {
        try await store.limit(bytes: bytes)
        retry()
    }

    /// Returns once the broker knows this collector; throws when it ended before that.
    public func registered() async throws {
        try await withCheckedThrowingContinuation { continuation in
            // Looked at in here, for an await may let others in before it waits.
            if let end {
                continuation.resume(with: end)
            } else if link?.isServing == true {
                continuation.resume()
            } else {
                registrationWaiters.append(continuation)
            }
        }
    }

    /// Returns when the collector has ended: after ``stop()``, when the broker drains, or by an error.
    public func ended() async throws {
        try await withCheckedThrowingContinuation { continuation in
            if let end { continuation.resume(with: end) } else { endWaiters.append(continuation) }
        }
    }

    /// Stores what has arrived, tells the broker, says goodbye and ends.
    public func stop() async {
        guard !isStopping else {
            try? await ended()
            return
        }
        isStopping = true
        if let link { loop.setReading(link.socket, false) }
        await commitAll()
        sayGoodbye()
        flushProgress(isLast: true)
        for audience in audiences { await audience.stop() }
        do {
            try reader.close()
            try await store.close()
        } catch {
            logger.error("closing the store: \(error)")
        }
        finish(.success(()))
    }

    func didRegister() {
        for waiter in registrationWaiters { waiter.resume() }
        registrationWaiters = []
    }

    /// Ends by an error; what was not stored is delivered again to the next collector.
    func fail(_ error: any Error) {
        guard end == nil else { return }
        isStopping = true
        logger.error("\(error)")
        sayGoodbye()
        Task {
            for audience in audiences { await audience.stop() }
            finish(.failure(error))
        }
    }

    private func sayGoodbye() {
        guard let link else { return }
        self.link = nil
        if link.isServing {
            // Half a second for the last receipts and the goodbye to leave.
            try? link.socket.setLinger(ms: 500)
            try? link.send([Frame(CollectorMessage.goodbye.encoded())])
        }
        loop.unwatch(link.socket)
    }

    private func finish(_ result: Result<Void, any Error>) {
        guard end == nil else { return }
        end = result
        loop.unwatch(eventSocket)
        try? eventSocket.setLinger(ms: 500)
        for waiter in registrationWaiters + endWaiters { waiter.resume(with: result) }
        (registrationWaiters, endWaiters) = ([], [])
        loop.stop()
    }

    static var wallClockMs: Int { Int(Date().timeIntervalSince1970 * 1000) }
}
