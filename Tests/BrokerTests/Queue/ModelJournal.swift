import Broker
import ClusterProtocol

/// What a journal promises, in memory: entries in order, of which a crash keeps a prefix that holds all that was synced.
struct ModelJournal {
    enum Entry {
        case accept(RecoveredJob)
        case record(QueueRecord)
    }

    private struct Remembered {
        var job: RecoveredJob
        var ended: Job.State?
    }

    private var remembered: [JobNumber: Remembered] = [:]
    private var runs: [Name: (expected: Int?, openedMs: Int, closedMs: Int?)] = [:]
    private(set) var unsynced: [Entry] = []
    /// `stored` records that a power loss took: for these jobs broker and collector may disagree for a while.
    private(set) var lostStored: Set<JobNumber> = []

    mutating func append(_ entry: Entry) { unsynced.append(entry) }

    /// Returns the jobs whose accepts are now durable.
    mutating func sync() -> [JobNumber] {
        var accepted: [JobNumber] = []
        for entry in unsynced {
            if case .accept(let job) = entry { accepted.append(job.id) }
            apply(entry)
        }
        unsynced.removeAll(keepingCapacity: true)
        return accepted
    }

    /// The disk refuses: accepts are withdrawn, state records stay to be written again.
    mutating func failAccepts() -> [JobNumber] {
        var failed: [JobNumber] = []
        unsynced.removeAll { entry in
            guard case .accept(let job) = entry else { return false }
            failed.append(job.id)
            return true
        }
        return failed
    }

    /// A new queue from what is left after so many un-synced entries made it to the disk.
    mutating func recover(keeping kept: Int, limits: QueueLimits, epoch: UInt64) -> Queue {
        for entry in unsynced.prefix(kept) { apply(entry) }
        for case .record(.stored(let id)) in unsynced.dropFirst(kept) { lostStored.insert(id) }
        unsynced.removeAll()
        var queue = Queue(limits: limits, epoch: epoch)
        for (name, run) in runs {
            queue.restore(run: name, expected: run.expected, openedMs: run.openedMs, closedMs: run.closedMs)
        }
        for id in remembered.keys.sorted() {
            guard let entry = remembered[id] else { continue }
            let job = entry.job
            if let state = entry.ended {
                let ended = EndedJob(
                    id: id, seq: job.seq, digest: job.digest, state: state, attempts: job.attempts,
                    spectra: job.spectra)
                queue.restore(ended, run: job.run, key: job.key, acceptedMs: job.acceptedMs)
            } else {
                queue.restore(job)
            }
        }
        return queue
    }

    private mutating func apply(_ entry: Entry) {
        switch entry {
        case .accept(let job): remembered[job.id] = Remembered(job: job)
        case .record(.attempt(let id, let attempts, let evidence)):
            remembered[id]?.job.attempts = attempts
            remembered[id]?.job.evidence = evidence
        case .record(.dead(let id, let attempts, let evidence)):
            remembered[id]?.job.attempts = attempts
            remembered[id]?.job.evidence = evidence
            remembered[id]?.job.isDead = true
        case .record(.revived(let id)):
            remembered[id]?.job.attempts = 0
            remembered[id]?.job.evidence = nil
            remembered[id]?.job.isDead = false
        case .record(.stored(let id)): remembered[id]?.ended = .stored
        case .record(.cancelled(let id)): remembered[id]?.ended = .cancelled
        case .record(.run(let name, let expected, let openedMs, let closedMs)):
            runs[name] = (expected, openedMs, closedMs)
        case .record(.forgotten(let name)):
            runs[name] = nil
            remembered = remembered.filter { $0.value.job.run != name }
        }
    }
}
