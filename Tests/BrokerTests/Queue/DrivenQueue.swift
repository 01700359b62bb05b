import Broker
import ClusterProtocol

/// A queue with the clock in the test's hand, and what it asked for.
struct DrivenQueue {
    var queue: Queue
    var nowMs = 0
    private(set) var effects: [QueueEffect] = []
    private var nextTicket: UInt64 = 0

    init(_ change: (inout QueueLimits) -> Void = { _ in }) {
        var limits = QueueLimits()
        limits.retryDelaysMs = [0]
        change(&limits)
        queue = Queue(limits: limits)
    }

    /// Gives an event and returns what is asked for because of it.
    @discardableResult
    mutating func give(_ event: QueueEvent) throws -> [QueueEffect] {
        effects.removeAll()
        queue.handle(event, nowMs: nowMs, wallMs: nowMs, effects: &effects)
        try queue.checkInvariants()
        return effects
    }

    mutating func ticket() -> Ticket {
        nextTicket += 1
        return Ticket(nextTicket)
    }

    static func submission(
        _ run: Name, _ key: Name, bytes: Int = 100, digest: UInt64 = 1, ttlMs: Int? = nil, publisher: UInt64 = 1,
        ticket: Ticket? = nil
    ) -> Submission {
        Submission(
            run: run, key: key, seq: Int(key.text), digest: digest, bytes: bytes, spectra: 1, acceptedMs: 0,
            ttlMs: ttlMs, publisher: PublisherID(publisher), ticket: ticket)
    }

    /// Accepts a job and has it on disk.
    @discardableResult
    mutating func accept(_ run: Name, _ key: Name, bytes: Int = 100) throws -> [QueueEffect] {
        let asked = try give(.submit(Self.submission(run, key, bytes: bytes)))
        return try give(.committed(asked.accepts))
    }

    /// Submits a live job.
    @discardableResult
    mutating func live(_ run: Name, _ key: Name, bytes: Int = 100, ttlMs: Int = 1_000) throws -> [QueueEffect] {
        try give(.submit(Self.submission(run, key, bytes: bytes, ttlMs: ttlMs, ticket: ticket())))
    }

    mutating func worker(_ number: UInt64, credit: Int = 1, creditBytes: Int = 1 << 20) throws -> [LeaseOrder] {
        try give(.workerReady(WorkerID(number), name: "worker \(number)", credit: credit, creditBytes: creditBytes))
            .leases
    }

    mutating func answer(_ order: LeaseOrder) throws -> [QueueEffect] {
        try give(.result(arrival(of: order)))
    }

    func arrival(of order: LeaseOrder) -> ResultArrival {
        let job = queue.job(order.job)
        return ResultArrival(
            worker: order.worker, workerName: "worker \(order.worker.value)", lease: order.lease,
            run: job.flatMap { queue.run($0.run)?.name } ?? "", key: job?.key ?? "", bytes: 50, batchMs: 5)
    }

    func key(_ order: LeaseOrder) -> Name? { queue.job(order.job)?.key }
}

extension [QueueEffect] {
    var leases: [LeaseOrder] { compactMap { if case .lease(let order) = $0 { order } else { nil } } }
    var accepts: [JobNumber] { compactMap { if case .accept(let id) = $0 { id } else { nil } } }
    var deliveries: [JobNumber] { compactMap { if case .deliver(let id) = $0 { id } else { nil } } }
    var answers: [QueueAnswer] {
        compactMap {
            switch $0 {
            case .answer(_, let answer), .answerWhenDurable(_, let answer): answer
            default: nil
            }
        }
    }
}
