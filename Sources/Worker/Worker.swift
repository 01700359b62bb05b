public import Classifier
import ClusterProtocol
import Foundation
public import Logging
import ZeroMQ

/// A stateless worker: takes leases from the broker, computes them in batches, and holds nothing that another could not
/// compute again.
///
/// Its sockets live on one thread and the network on another, so that heartbeats go on through a long batch.
public actor Worker {
    /// How long an answer to `ready` is waited for before it is said again on a new socket.
    private static let registrationPatience: Duration = .seconds(5)
    /// How long a refused worker waits before it asks again.
    private static let refusalPause: Duration = .seconds(10)
    private static let tick: Duration = .milliseconds(50)

    private enum Phase {
        case running
        case draining
        case stopped
    }

    private nonisolated let loop: PollLoop
    /// The loop that owns the sockets is the actor's executor.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    private let configuration: WorkerConfiguration
    private let logger: Logger
    private let context: Context
    private let model: Model
    private let identity = UUID().uuidString.lowercased()
    private var compute: Compute?
    private var connection: Connection?
    private var sessions = 0
    private var phase = Phase.running
    private var reconnectAt: ContinuousClock.Instant?
    private var heartbeatAt = ContinuousClock.now
    private var isSilenceSaid = false
    private var onReady: (@Sendable () -> Void)?
    private var ending: CheckedContinuation<Void, Never>?

    /// A worker for a broker; it connects when it is run.
    public init(_ configuration: WorkerConfiguration, model: Model, logger: Logger) throws {
        self.configuration = configuration
        self.model = model
        self.logger = logger
        loop = try PollLoop(name: "worker")
        context = try Context()
    }

    /// Serves until it is drained, by `drain()` or by the broker.
    ///
    /// - Parameter onReady: Called once, when the broker first knows this worker.
    public func run(onReady: @escaping @Sendable () -> Void) async throws {
        self.onReady = onReady
        compute = try Compute(model: model, maxBatch: configuration.maxBatch) { [weak self] outcomes in
            guard let self else { return }
            self.loop.perform { self.assumeIsolated { $0.finished(outcomes) } }
        }
        connect()
        _ = loop.schedule(every: Self.tick) { [weak self] in self?.assumeIsolated { $0.ticked() } }
        await withCheckedContinuation { continuation in
            // Looked at in here: the await may let others in before it waits.
            if phase == .stopped { continuation.resume() } else { ending = continuation }
        }
        loop.stop()
    }

    /// Gives back what is not being computed, finishes the rest, says goodbye, and lets `run` return.
    public func drain() {
        guard phase == .running else { return }
        phase = .draining
        let returned = compute?.withdraw() ?? []
        if !returned.isEmpty { connection?.send(.returned(leases: returned.map(\.lease.lease))) }
        // The computing thread answers with an empty batch after the one it is at.
        compute?.stop()
    }

    private func finished(_ outcomes: [Compute.Outcome]) {
        for outcome in outcomes where outcome.job.session == connection?.session {
            let lease = outcome.job.lease
            switch outcome.result {
            case .success(let rows):
                let result = WorkerResult(
                    lease: lease.lease, id: lease.id, model: model.name, computeUs: outcome.computeUs)
                connection?.send(.result(result), [Frame(rows)])
            case .failure(let failure):
                connection?.send(
                    .failed(WorkerFailure(lease: lease.lease, kind: .badInput, error: failure.reason)))
            }
        }
        if outcomes.isEmpty, phase == .draining {
            phase = .stopped
            connection?.send(.goodbye)
            connection?.close()
            connection = nil
            ending?.resume()
            ending = nil
        }
    }

    // The connection.

    private func connect() {
        connection?.close()
        compute?.withdraw()
        sessions += 1
        let session = sessions
        do {
            let connection = try Connection(
                session: session, context: context, loop: loop, endpoint: configuration.broker.endpoint(.work)
            ) { [weak self] frames in
                self?.assumeIsolated { $0.received(frames, session: session) }
            }
            self.connection = connection
            introduce(on: connection)
        } catch {
            logger.error("cannot reach \(configuration.broker): \(error)")
            connection = nil
            reconnect(after: Self.refusalPause)
        }
    }

    private func introduce(on connection: Connection) {
        connection.terms = nil
        connection.heard = .now
        connection.send(
            .ready(
                WorkerReady(
                    worker: identity, host: ProcessInfo.processInfo.hostName,
                    pid: Int(ProcessInfo.processInfo.processIdentifier), software: "corelevel", model: model.name,
                    credit: configuration.credit, creditBytes: configuration.creditBytes)))
    }

    /// Plans a new socket, with jitter so that a hundred workers do not come back in one instant.
    private func reconnect(after pause: Duration = .zero) {
        reconnectAt = .now + pause + .milliseconds(Int.random(in: 0...500))
    }

    private func ticked() {
        guard phase != .stopped else { return }
        let now = ContinuousClock.now
        if let reconnectAt {
            guard now >= reconnectAt else { return }
            self.reconnectAt = nil
            connect()
            return
        }
        guard let connection else { return }
        guard let terms = connection.terms else {
            guard now - connection.heard > Self.registrationPatience else { return }
            if !isSilenceSaid {
                logger.warning("no broker answers at \(configuration.broker); it goes on trying")
                isSilenceSaid = true
            }
            reconnect()
            return
        }
        if now - connection.heard > .milliseconds(terms.livenessMs) {
            logger.notice("the broker at \(configuration.broker) is silent; connecting anew")
            connection.terms = nil
            reconnect()
        } else if now >= heartbeatAt {
            heartbeatAt = now + .milliseconds(terms.heartbeatMs)
            connection.send(.heartbeat(held: compute?.held ?? [], executing: compute?.executing ?? []))
        }
    }

    // Messages.

    private func received(_ frames: [Frame], session: Int) {
        guard let connection, connection.session == session, let header = frames.first else { return }
        connection.heard = .now
        let message: BrokerToWorker
        do {
            message = try header.withUnsafeBytes { bytes throws(ProtocolError) in try BrokerToWorker(bytes) }
        } catch {
            logger.warning("the broker sent what is no message: \(error)")
            return
        }
        switch message {
        case .welcome(let terms):
            connection.terms = terms
            isSilenceSaid = false
            heartbeatAt = .now
            onReady?()
            onReady = nil
        case .lease(let lease):
            if phase == .running {
                compute?.submit(LeasedJob(lease: lease, frames: Array(frames.dropFirst()), session: session))
            } else {
                connection.send(.returned(leases: [lease.lease]))
            }
        case .heartbeat:
            break
        case .cancel(let leases):
            let unwanted = Set(leases)
            compute?.withdraw { unwanted.contains($0.lease.lease) }
        case .unknown:
            compute?.withdraw()
            introduce(on: connection)
        case .goodbye:
            connection.terms = nil
            compute?.withdraw()
            reconnect()
        case .refused(let refusal):
            logger.error("the broker refuses this worker: \(refusal.error)")
            connection.terms = nil
            reconnect(after: Self.refusalPause)
        case .drain:
            drain()
        }
    }
}
