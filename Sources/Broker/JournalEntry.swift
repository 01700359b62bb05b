/// A record as it lies on disk, payload aside: what the broker appended and what the journal carries forward itself.
package enum JournalEntry: Equatable, Sendable {
    case accepted(JournalHeading)
    case attempt(job: UInt64, JournalAttempt)
    case ended(job: UInt64, JournalEnding)
    case dead(job: UInt64, evidence: String)
    case requeued(job: UInt64)
    case run(JournalRun)
    case runForgotten(run: String)
    /// A job out of a segment that is about to be dropped, with everything known about it: it replaces what was said
    /// before. `evidence` is there when the job is dead.
    case carriedJob(JournalHeading, attempts: [JournalAttempt], evidence: String?)
    /// Ended jobs out of a segment that is about to be dropped.
    case remembered(run: String, keys: [JournalRememberedKey])
    /// Says that everything before it in its segment has been synced.
    case synced
}

/// What is said about a job when it is accepted.
package struct JournalHeading: Equatable, Sendable {
    package var job: UInt64
    package var run: String
    package var key: String
    package var digest: UInt64
    /// Size of the frames.
    package var byteCount: Int
    package var acceptedUnixMs: Int64
    package var annotation: [UInt8]

    package init(
        job: UInt64, run: String, key: String, digest: UInt64, byteCount: Int, acceptedUnixMs: Int64,
        annotation: [UInt8]
    ) {
        self.job = job
        self.run = run
        self.key = key
        self.digest = digest
        self.byteCount = byteCount
        self.acceptedUnixMs = acceptedUnixMs
        self.annotation = annotation
    }
}

/// What outlives an ended job until its run is forgotten.
package struct JournalRememberedKey: Equatable, Sendable {
    package var job: UInt64
    package var key: String
    package var annotation: [UInt8]
    package var digest: UInt64
    package var ending: JournalEnding

    package init(job: UInt64, key: String, annotation: [UInt8], digest: UInt64, ending: JournalEnding) {
        self.job = job
        self.key = key
        self.annotation = annotation
        self.digest = digest
        self.ending = ending
    }
}

extension JournalRecord {
    package var entry: JournalEntry {
        switch self {
        case .accepted(let acceptance):
            .accepted(
                JournalHeading(
                    job: acceptance.job, run: acceptance.run, key: acceptance.key, digest: acceptance.payload.digest,
                    byteCount: acceptance.payload.byteCount,
                    acceptedUnixMs: acceptance.acceptedUnixMs, annotation: acceptance.annotation))
        case .attempt(let job, let attempt): .attempt(job: job, attempt)
        case .stored(let job): .ended(job: job, .stored)
        case .cancelled(let job): .ended(job: job, .cancelled)
        case .dead(let job, let evidence):
            .dead(job: job, evidence: evidence.cut(toBytes: JournalLimits.evidenceBytes))
        case .requeued(let job): .requeued(job: job)
        case .run(let run): .run(run)
        case .runForgotten(let name): .runForgotten(run: name)
        }
    }
}
