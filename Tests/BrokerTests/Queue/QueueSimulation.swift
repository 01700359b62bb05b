import Broker
import ClusterProtocol

/// Publishers, workers, a collector and a disk around a queue, all of them unreliable, in virtual time, from one seed.
struct QueueSimulation {
    struct Key: Hashable {
        let run: Name
        let key: Name
    }

    enum Question {
        case submit(Key, digest: UInt64)
        case cancel(Key)
        case other
    }

    var random: SeededRandom
    var nowMs = 0
    var epoch: UInt64 = 1
    let limits: QueueLimits
    var queue: Queue
    var journal = ModelJournal()
    var effects: [QueueEffect] = []

    var asked: [Ticket: Question] = [:]
    var waitingForDisk: [(Ticket, QueueAnswer)] = []
    var nextNumber: UInt64 = 1
    var digests: [Key: UInt64] = [:]
    var submitted: [Key] = []
    var acknowledged: Set<Key> = []
    var cancelled: Set<Key> = []
    /// Times to live of the live jobs, and the numbers that these got.
    var ttlMs: [Key: Int] = [:]
    var live: Set<JobNumber> = []
    var broken: [String] = []

    var workers: [ModelWorker] = []
    var straysToCome: [ResultArrival] = []
    /// Leases whose payload is still being read.
    var unsent: [LeaseOrder] = []
    var hasCollector = false
    var delivered: [JobNumber] = []
    var store: Set<Key> = []
    var events = 0

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
        var limits = QueueLimits()
        limits.queueBytes = 400_000
        limits.unacknowledgedBytes = 100_000
        limits.publisherWindow = 16
        limits.resultBytes = 3_000
        limits.liveBytes = 25_000
        limits.liveJobs = 20
        limits.retryDelaysMs = [0, 50, 200]
        limits.unknownBatchMs = 6_000
        self.limits = limits
        queue = Queue(limits: limits, epoch: 1)
    }

    /// Poison kills the worker that computes it, always.
    static func isPoison(_ key: Name) -> Bool { key.text.hasSuffix("-poison") }

    mutating func send(_ event: QueueEvent) {
        events += 1
        let known = unsent.count
        effects.removeAll(keepingCapacity: true)
        queue.handle(event, nowMs: nowMs, wallMs: nowMs, effects: &effects)
        let todo = effects
        for effect in todo { carryOut(effect) }
        for order in unsent.dropFirst(known) { send(.leaseDelayed(order.lease)) }
    }

    private mutating func carryOut(_ effect: QueueEffect) {
        switch effect {
        case .accept(let id):
            guard let job = queue.job(id), let run = queue.run(job.run) else { return fail("accepted job is unknown") }
            if job.isLive { fail("a live job for the journal") }
            journal.append(
                .accept(
                    RecoveredJob(
                        id: id, run: run.name, key: job.key, seq: job.seq, digest: job.digest, bytes: job.bytes,
                        spectra: job.spectra, acceptedMs: job.acceptedMs)))
        case .keepPayload(let id): live.insert(id)
        case .record(let record):
            if let id = record.job, live.contains(id) { fail("a record of a live job for the journal") }
            journal.append(.record(record))
        case .answer(let ticket, let answer): take(answer, to: ticket)
        case .answerWhenDurable(let ticket, let answer): waitingForDisk.append((ticket, answer))
        case .lease(let order):
            guard let slot = workers.firstIndex(where: { $0.id == order.worker }) else { return }
            if random.once(in: 12) {
                unsent.append(order)
            } else {
                workers[slot].held.append(order)
            }
        case .cancelLease(let worker, let lease):
            if let slot = workers.firstIndex(where: { $0.id == worker }) { workers[slot].cancel(lease) }
        case .dropWorker(let worker):
            // It will find out: its next message is answered `unknown`, and it registers under a new number.
            if let slot = workers.firstIndex(where: { $0.id == worker }) { forgetWorker(slot) }
        case .deliver(let id):
            if !hasCollector { fail("a delivery without a collector") }
            delivered.append(id)
        case .keepResult, .forgetResult, .forgetPayload, .announceDead, .announceRevived, .announceLiveFailure,
            .runsChanged, .drained:
            break
        }
    }

    private mutating func take(_ answer: QueueAnswer, to ticket: Ticket) {
        guard let question = asked.removeValue(forKey: ticket) else { return fail("an answer to no question") }
        switch (question, answer) {
        case (.submit(let key, let digest), .acceptedLive):
            if ttlMs[key] == nil || digests[key] != digest { fail("\(key) accepted as live") }
            acknowledged.insert(key)
        case (.submit(let key, let digest), .accepted):
            if acknowledged.contains(key) { fail("\(key) accepted twice") }
            if digests[key] != digest { fail("\(key) accepted with other bytes") }
            acknowledged.insert(key)
        case (.submit(let key, let digest), .duplicate):
            if digests[key] != digest { fail("\(key): other bytes taken for a duplicate") }
            acknowledged.insert(key)
        case (.submit(let key, let digest), .conflict):
            if digests[key] == digest { fail("\(key): the same bytes taken for a conflict") }
        case (.cancel(let key), .cancelled): cancelled.insert(key)
        default: break
        }
    }

    mutating func fail(_ what: String) { broken.append("\(what) at \(nowMs) ms") }

    mutating func number() -> UInt64 {
        nextNumber += 1
        return nextNumber
    }

    mutating func ask(_ question: Question) -> Ticket {
        let ticket = Ticket(number())
        asked[ticket] = question
        return ticket
    }

    // The disk

    mutating func sync() {
        let waiting = waitingForDisk
        waitingForDisk.removeAll()
        let accepted = journal.sync()
        if !accepted.isEmpty { send(.committed(accepted)) }
        for (ticket, answer) in waiting { take(answer, to: ticket) }
    }

    mutating func failDisk() {
        let failed = journal.failAccepts()
        if !failed.isEmpty { send(.commitFailed(failed)) }
    }

    /// kill -9 keeps what was written; a power loss keeps what was synced and perhaps some of the rest.
    mutating func crash(isPowerLoss: Bool) {
        let written = journal.unsynced.count
        let kept = isPowerLoss ? Int.random(in: 0...written, using: &random) : written
        epoch += 1
        queue = journal.recover(keeping: kept, limits: limits, epoch: epoch)
        // Live jobs survive nothing, and nobody was told otherwise.
        acknowledged.subtract(ttlMs.keys)
        cancelled.subtract(ttlMs.keys)
        live.removeAll()
        asked.removeAll()
        waitingForDisk.removeAll()
        hasCollector = false
        delivered.removeAll()
        unsent.removeAll()
        for slot in workers.indices.reversed() { forgetWorker(slot) }
    }

    // Workers

    mutating func forgetWorker(_ slot: Int) {
        let worker = workers.remove(at: slot)
        // Its results may still come, from a peer that nobody knows.
        for order in worker.executing where random.once(in: 2) {
            if let arrival = arrival(of: order, worker: nil, name: worker.name) { straysToCome.append(arrival) }
        }
    }

    func arrival(of order: LeaseOrder, worker: WorkerID?, name: String) -> ResultArrival? {
        guard let job = queue.job(order.job), let run = queue.run(job.run) else { return nil }
        return ResultArrival(
            worker: worker, workerName: name, lease: order.lease, run: run.name, key: job.key,
            bytes: 100 * job.spectra, batchMs: 5)
    }
}

extension QueueRecord {
    /// The job that a record is about.
    fileprivate var job: JobNumber? {
        switch self {
        case .attempt(let id, _, _), .stored(let id), .dead(let id, _, _), .cancelled(let id), .revived(let id): id
        case .run, .forgotten: nil
        }
    }
}
