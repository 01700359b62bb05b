import ClusterProtocol
package import Foundation
package import Logging
package import ZeroMQ

/// Publishes each run as Bluesky documents.
///
/// It reads spectra from the store by their numbers, when the collector's news say that there are more, so a slow
/// subscriber, a slow disk or a thousand runs hold nobody up and cost no memory but what libzmq keeps for subscribers.
/// What is about to be sent is noted in the store first: a collector that was killed in between goes on behind it, and
/// sends nothing twice; what was under way then is missing in the numbers, where subscribers see it.
package actor BlueskyPublisher: Audience {
    /// The thread that owns the socket.
    package nonisolated let loop: PollLoop
    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
    package nonisolated let news: Newsbox

    /// The name of its notes in the store.
    private static let noteName = "bluesky"
    /// How long after its start it waits for those who were subscribed before: SUB sockets try again every 100 ms.
    private static let patience: Duration = .seconds(1)
    /// News are taken at most this often.
    private static let interval: Duration = .milliseconds(50)
    private static let spectraPerRead = 400
    /// Documents that wait for a subscriber that does not read, beyond what its own machine holds: some 50 MB.
    private static let waitingDocuments = 20_000

    /// Where documents are published, once started.
    package private(set) var endpoint = ""

    let configuration: BlueskyConfiguration
    let logger: Logger
    let framing: DocumentFraming
    let socket: Socket
    /// Subscriptions that are there now.
    var subscriptions = 0
    var runs: [Name: RunDocuments] = [:]
    private let context: Context
    private let documentContext: RunDocuments.Context
    private let store: Store
    private let directory: URL
    private var reader: StoreReader?
    private var notes: [Name: RunNote] = [:]
    private let rings: AsyncStream<Void>
    private let ring: AsyncStream<Void>.Continuation
    private var telling: Task<Void, Never>?
    private var startedAt = MonotonicTime.now
    private var overflows = 0
    private var isFailing = false

    /// A publisher of what a store holds; nothing is bound yet.
    package init(
        _ configuration: BlueskyConfiguration, software: String, store: Store, directory: URL, logger: Logger
    ) throws {
        try configuration.validate()
        self.configuration = configuration
        self.logger = logger
        self.store = store
        self.directory = directory
        documentContext = RunDocuments.Context(software: software, idle: configuration.idle)
        framing = DocumentFraming(format: configuration.format, prefix: configuration.prefix)
        loop = try PollLoop(name: "bluesky")
        context = try Context()
        var options = SocketOptions()
        options.sendHighWater = Self.waitingDocuments
        options.reconnectIntervalMaxMs = 1_000
        // A script that computes for a minute answers no probe and is not gone: what waits for it would be lost.
        options.heartbeatIntervalMs = 30_000
        options.heartbeatTimeoutMs = 300_000
        options.heartbeatTimeToLiveMs = 300_000
        socket = try Socket(context, .xpub, options: options)
        // One ring is as good as many.
        let (rings, ring) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        (self.rings, self.ring) = (rings, ring)
        news = Newsbox { ring.yield() }
    }

    /// Takes up the runs where their notes say they are, and binds or connects.
    package func start() async throws {
        let reader = try StoreReader(directory: directory)
        self.reader = reader
        let decoder = JSONDecoder()
        for (run, json) in try await reader.notes(of: Self.noteName) {
            notes[run] = try? decoder.decode(RunNote.self, from: Data(json.utf8))
        }
        for record in try await reader.runs() where notes[record.name] == nil {
            let acquired = max(record.counts?.accepted ?? 0, record.jobs)
            notes[record.name] = RunNote(published: record.spectra, acquired: acquired)
        }
        for (run, note) in notes where note.start != nil { runs[run] = try await documents(of: run, note) }
        try open()
        startedAt = .now
        loop.watch(socket) { [weak self] in self?.assumeIsolated { $0.receiveSubscriptions() } }
        loop.schedule(every: .seconds(1)) { [ring] in ring.yield() }
        telling = Task { await tellUntilTheEnd() }
    }

    /// Tells what was posted last, and ends.
    package func stop() async {
        ring.finish()
        await telling?.value
        await tell()
        loop.unwatch(socket)
        // A second for the last documents to leave.
        try? socket.setLinger(ms: 1_000)
        try? reader?.close()
        loop.stop()
    }

    private func open() throws {
        try socket.decideSubscriptions()
        switch configuration.link {
        case .listen(let wanted):
            do {
                endpoint = try socket.bind(wanted)
            } catch {
                throw BlueskyError.endpoint(wanted, reason: "\(error)")
            }
            logger.notice("Bluesky documents at \(endpoint), \(configuration.format.rawValue)")
        case .proxy(let proxy):
            do {
                try socket.connect(proxy)
            } catch {
                throw BlueskyError.endpoint(proxy, reason: "\(error)")
            }
            endpoint = proxy
            logger.notice("Bluesky documents to the proxy at \(proxy), \(configuration.format.rawValue)")
        }
    }

    private func tellUntilTheEnd() async {
        for await _ in rings {
            if startedAt.advanced(by: Self.patience) <= .now { await tell() }
            // What comes meanwhile is told together.
            try? await Task.sleep(for: Self.interval)
        }
    }

    private func documents(of run: Name, _ note: RunNote) async throws -> RunDocuments {
        let number = try await reader?.number(of: run) ?? 0
        return RunDocuments(run, scanID: number, note: note, context: documentContext, at: .now)
    }

    /// Tells everything that is new and not told.
    private func tell() async {
        do {
            receiveSubscriptions()
            for (run, new) in news.take().runs {
                var documents: RunDocuments
                if let known = runs[run] {
                    documents = known
                } else {
                    documents = try await self.documents(of: run, notes[run] ?? RunNote())
                }
                if let progress = new.progress { documents.update(progress, at: .now) }
                if let latest = new.latest { documents.stored(upTo: latest.result.n, at: .now) }
                runs[run] = documents
            }
            repeat {
                for run in runs.keys.sorted() { try await tell(run) }
            } while runs.values.contains { $0.hasMore }
            if isFailing { logger.notice("Bluesky documents are published again") }
            isFailing = false
        } catch {
            // Nothing was sent that is not noted; the next ring tries again.
            if !isFailing { logger.error("Bluesky documents wait: \(error)") }
            isFailing = true
        }
        warnOfOverflows()
    }

    /// Tells one portion of a run: reads, notes, sends.
    private func tell(_ run: Name) async throws {
        guard var state = runs[run] else { return }
        let before = state.note
        let timeS = Double(Collector.wallClockMs) / 1000
        var documents: [Document] = []
        if !state.isOpen, state.scanID == 0 { state.scanID = try await reader?.number(of: run) ?? 0 }
        if state.hasMore, let reader {
            let spectra = try await reader.spectraOfJobs(
                run: run, after: before.published, limit: Self.spectraPerRead
            ).map { AnalysedSpectrum($0.spectrum, header: $0.header, acceptedMs: $0.acceptedMs) }
            if spectra.isEmpty { state.nothingMore() }
            documents = state.take(spectra, timeS: timeS)
        }
        documents += state.tick(at: .now, timeS: timeS)
        if documents.contains(where: { $0.name == .start }), subscriptions > 0 { state.heard() }
        if state.note != before {
            let json = String(decoding: try JSONEncoder().encode(state.note), as: UTF8.self)
            let note = StoreChange.note(audience: Self.noteName, run: run, json: json)
            _ = try await store.commit([note], nowMs: Collector.wallClockMs)
        }
        // Somebody may have come while the store was at work.
        if let now = runs[run]?.note, now.wasHeard, now.start?.uid == state.note.start?.uid { state.heard() }
        runs[run] = state
        // Who subscribed while the store was at work has been told what went before, and these follow.
        for document in documents { _ = try socket.send([Frame(framing.bytes(of: document))]) }
        if state.isAtRest {
            notes[run] = state.note
            runs[run] = nil
        }
    }

    private func warnOfOverflows() {
        let now = socket.statistics.subscriberOverflows
        guard now > overflows else { return }
        overflows = now
        logger.warning(
            "a Bluesky subscriber does not read fast enough: \(now) documents were dropped for it since the start")
    }

    /// Whether subscribers that come now were most likely there before this collector's start.
    var awaitsFormerSubscribers: Bool { startedAt.advanced(by: Self.patience) > .now }
}
