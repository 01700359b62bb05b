package import ClusterProtocol
import DequeModule

extension Queue {
    /// A run as the journal remembers it; before its jobs.
    package mutating func restore(run name: Name, expected: Int?, openedMs: Int, closedMs: Int?) {
        let index = run(named: name, openedMs: openedMs)
        runs[index.value]?.expected = expected
        runs[index.value]?.closedMs = closedMs
        runs[index.value]?.isJournalled = true
    }

    /// A job that had not ended when the broker did, or a dead letter: whoever had it, it is queued again.
    ///
    /// Jobs come in ascending order of their numbers.
    package mutating func restore(_ job: RecoveredJob) {
        let index = run(named: job.run, openedMs: job.acceptedMs)
        var restored = Job(
            id: job.id, run: index, key: job.key, seq: job.seq, digest: job.digest, bytes: job.bytes,
            spectra: job.spectra, acceptedMs: job.acceptedMs, expiresMs: nil, state: job.isDead ? .dead : .queued)
        restored.attempts = job.attempts
        restored.deliveries = job.attempts
        restored.evidence = job.evidence
        restored.isSuspect = job.attempts > 0
        jobs[job.id] = restored
        bytes += job.bytes
        remember(.live(job.id), key: job.key, seq: job.seq, state: restored.state, in: index)
        nextJob = max(nextJob, job.id.value + 1)
        if !job.isDead { enqueue(job.id, in: restored.isSuspect ? .solo : .fresh) }
    }

    /// The key of a job that had ended.
    package mutating func restore(_ ended: EndedJob, run name: Name, key: Name, acceptedMs: Int) {
        let index = run(named: name, openedMs: acceptedMs)
        remember(.ended(ended), key: key, seq: ended.seq, state: ended.state, in: index)
        nextJob = max(nextJob, ended.id.value + 1)
    }

    private mutating func remember(_ entry: Run.Entry, key: Name, seq: Int?, state: Job.State, in index: RunIndex) {
        runs[index.value]?.entries[key] = entry
        runs[index.value]?.counts.accepted += 1
        runs[index.value]?.counts[state] += 1
        totals.accepted += 1
        totals[state] += 1
        if let seq { runs[index.value]?.sequence.insert(seq) }
    }
}

/// A job as the journal remembers it.
package struct RecoveredJob: Sendable {
    /// Its number.
    package var id: JobNumber
    /// Its run.
    package var run: Name
    /// Its key.
    package var key: Name
    /// Its number within the run.
    package var seq: Int?
    /// What tells it from another under the same key.
    package var digest: UInt64
    /// Header and frames.
    package var bytes: Int
    /// Spectra in it.
    package var spectra: Int
    /// When it arrived.
    package var acceptedMs: Int
    /// Failed attempts that count against it.
    package var attempts: Int
    /// What is known of its failures.
    package var evidence: Evidence?
    /// Whether it was given up.
    package var isDead: Bool

    /// All of it.
    package init(
        id: JobNumber, run: Name, key: Name, seq: Int?, digest: UInt64, bytes: Int, spectra: Int, acceptedMs: Int,
        attempts: Int = 0, evidence: Evidence? = nil, isDead: Bool = false
    ) {
        self.id = id
        self.run = run
        self.key = key
        self.seq = seq
        self.digest = digest
        self.bytes = bytes
        self.spectra = spectra
        self.acceptedMs = acceptedMs
        self.attempts = attempts
        self.evidence = evidence
        self.isDead = isDead
    }
}
