import ClusterProtocol
import DequeModule

/// Everything the broker knows about jobs, as a value: events go in with their time, effects come out.
///
/// It has no sockets, no clock and no payloads, so that a simulation can drive it through a million faults in seconds.
/// Times called `nowMs` are monotonic; those called `acceptedMs`, `openedMs`, `diedMs`, `closedMs` are wall-clock times
/// for people, and for how long keys are remembered.
package struct Queue: Sendable {
    /// The constants.
    package let limits: QueueLimits

    var runs: [Run?] = []
    var freeRuns: [Int] = []
    var runIndexes: [Name: RunIndex] = [:]
    /// Runs with something to dispatch, in turn; deficit round robin would keep its deficits here.
    var ring: Deque<RunIndex> = []
    /// Runs with live jobs to dispatch, in turn.
    var liveRing: Deque<RunIndex> = []
    /// Whether the last lease was of a live job: then the others are next.
    var leasedLiveLast = false
    var changedRuns: [RunIndex] = []
    var changes = 0

    /// Jobs that have not ended, and dead letters.
    var jobs: [JobNumber: Job] = [:]
    /// When live jobs are stale, soonest first; entries of jobs that have ended are passed over.
    var staleness: Deque<(atMs: Int, job: JobNumber)> = []
    /// Live jobs that have not ended.
    package internal(set) var liveCount = 0
    /// Their bytes, results included: a budget of their own.
    package internal(set) var liveBytes = 0
    /// Suspects, in descending order: each waits for a worker of its own.
    var solo: [JobNumber] = []
    /// Jobs that wait before their next attempt, latest first.
    var delayed: [(dueMs: Int, job: JobNumber)] = []

    var leases: [LeaseID: LeaseGrant] = [:]
    var workers: [WorkerLoad] = []
    var workerSlots: [WorkerID: Int] = [:]
    var batchDuration = DurationEstimate()

    var publishers: [PublisherID: Int] = [:]
    var unacknowledgedBytes = 0

    /// Nil while there is no collector.
    var collectorCreditBytes: Int?
    var undelivered: Deque<JobNumber> = []
    /// Results of live jobs, oldest first: the newest goes first.
    var undeliveredLive: Deque<JobNumber> = []
    var deliveredLiveLast = false
    var inDelivery: Set<JobNumber> = []
    var inDeliveryBytes = 0

    /// Bytes of accepted jobs that have not ended: those on their way to the disk, and dead letters, included; live
    /// jobs not.
    package internal(set) var bytes = 0
    /// Bytes of results that wait for the collector, those of live jobs aside.
    package internal(set) var resultBytes = 0
    /// Totals over all runs.
    package internal(set) var totals = RunTally()
    /// What happened, for the counters.
    package internal(set) var statistics = QueueStatistics()
    /// Whether nothing new is accepted.
    package internal(set) var isDraining = false
    var saidDrained = false

    var nextJob: UInt64
    var nextLease: UInt64
    /// The wall clock of the last event that carried one.
    var wallMs = 0

    /// An empty queue.
    ///
    /// - Parameters:
    ///   - firstJob: the number of the next job, above all that the journal remembers.
    ///   - epoch: rises with every start of the broker; keeps lease tokens unique.
    package init(limits: QueueLimits = QueueLimits(), firstJob: UInt64 = 1, epoch: UInt64 = 1) {
        self.limits = limits
        nextJob = firstJob
        // 17 bits of epoch above 36 bits of counter: below 2^53, the integers that JSON readers keep exactly.
        nextLease = (epoch & 0x1_FFFF) << 36 + 1
    }

    /// Takes an event and appends what has to be done about it.
    ///
    /// - Parameters:
    ///   - nowMs: monotonic time; never earlier than in the event before.
    ///   - wallMs: time since 1970 for evidence; nil where it does not matter.
    package mutating func handle(
        _ event: QueueEvent, nowMs: Int, wallMs: Int? = nil, effects: inout [QueueEffect]
    ) {
        if let wallMs { self.wallMs = wallMs }
        switch event {
        case .submit(let submission): submit(submission, nowMs, &effects)
        case .committed(let ids): committed(ids, nowMs, &effects)
        case .commitFailed(let ids): commitFailed(ids, &effects)

        case .openRun(let run, let expected, let ticket): openRun(run, expected, ticket, &effects)
        case .closeRun(let run, let expected, let ticket): closeRun(run, expected, ticket, &effects)
        case .cancel(let run, let key, let ticket): cancel(run, key, ticket, nowMs, &effects)
        case .refused(let run): countRefusal(run, &effects)
        case .forgetRuns(let closedBeforeMs): forgetRuns(closedBeforeMs, &effects)

        case .workerReady(let id, let name, let credit, let creditBytes):
            workerReady(id, name, credit, creditBytes, nowMs, &effects)
        case .workerHeard(let id): heard(id, nowMs)
        case .heartbeat(let id, let held, let executing): heartbeat(id, held, executing, nowMs, &effects)
        case .result(let arrival): result(arrival, nowMs, &effects)
        case .failed(let worker, let lease, let isPermanent, let error):
            failed(worker, lease, isPermanent, error, nowMs, &effects)
        case .returned(let worker, let ids): returned(worker, ids, nowMs, &effects)
        case .workerGone(let id, let isOrderly): workerGone(id, isOrderly, nowMs, &effects)
        case .drainWorker(let id): drainWorker(id)
        case .congested(let lease): congested(lease, &effects)
        case .leaseDelayed(let lease): leases[lease]?.isUnsent = true
        case .leaseSent(let lease): leaseSent(lease, nowMs)
        case .payloadLost(let id, let error): payloadLost(id, error, nowMs, &effects)

        case .collectorOpened(let creditBytes): collectorOpened(creditBytes, nowMs, &effects)
        case .collectorGone: collectorGone()
        case .undelivered(let id): undelivered(id)
        case .stored(let ids): stored(ids, nowMs, &effects)
        case .rejected(let id, let error): rejected(id, error, nowMs, &effects)

        case .requeueDead(let run, let key, let ticket): requeueDead(run, key, ticket, nowMs, &effects)
        case .purgeDead(let run, let key, let ticket): purgeDead(run, key, ticket, &effects)
        case .drain: isDraining = true
        case .tick: tick(nowMs, &effects)
        }
        if isDraining, !saidDrained, unfinished == 0 {
            saidDrained = true
            effects.append(.drained)
        }
    }

    /// Jobs that are accepted, or about to be, and have not ended.
    package var unfinished: Int { totals.queued + totals.leased + totals.computed + acceptingCount }

    /// Jobs on their way to the disk.
    package internal(set) var acceptingCount = 0
}

/// What happened to leases and workers since the start.
package struct QueueStatistics: Sendable, Equatable {
    /// Leases that ended without an answer while their worker lived.
    package var leasesExpired = 0
    /// Workers given up.
    package var workersLost = 0
    /// Results that counted.
    package var results = 0
    /// Results for leases that had ended.
    package var lateResults = 0
    /// Failures that counted.
    package var failures = 0
    /// Results that the collector has.
    package var stored = 0
    /// Live jobs that were dropped.
    package var expired = 0
    /// Of these, those that made room for newer ones.
    package var displaced = 0

    /// All zero.
    package init() {}
}
