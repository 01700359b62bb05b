package import ClusterProtocol

/// Why attempts at a job failed.
package struct Evidence: Sendable, Equatable {
    /// The workers that tried, in order.
    package var workers: [String]
    /// What the last of them said, or what became of it.
    package var error: String
    /// When the job was given up, in milliseconds since 1970, for people.
    package var diedMs: Int

    /// What is known.
    package init(workers: [String] = [], error: String = "", diedMs: Int = 0) {
        self.workers = workers
        self.error = error
        self.diedMs = diedMs
    }
}

/// A job that has not ended, or is dead: everything but its payload.
package struct Job: Sendable {
    /// Where a job is.
    package enum State: String, Sendable {
        /// Handed to the journal, not yet on stable storage: invisible to everybody.
        case accepting
        /// On stable storage, waiting for a worker.
        case queued
        /// With a worker.
        case leased
        /// Its result waits for the collector.
        case computed
        /// Its result is on the collector's disk.
        case stored
        /// Given up, with evidence.
        case dead
        /// No longer wanted.
        case cancelled
        /// Live, and dropped: its time was over, or newer jobs took its room.
        case expired

        /// Whether nothing more will happen by itself.
        package var isFinal: Bool { self == .stored || self == .dead || self == .cancelled || self == .expired }
    }

    /// Its number.
    package let id: JobNumber
    /// Its run.
    package let run: RunIndex
    /// Its key within the run.
    package let key: Name
    /// Its number within the run.
    package let seq: Int?
    /// What tells it from another under the same key.
    package let digest: UInt64
    /// Header and frames.
    package let bytes: Int
    /// Spectra in it.
    package let spectra: Int
    /// When it arrived, in milliseconds since 1970, for people.
    package let acceptedMs: Int
    /// When it is stale, in monotonic time, if it is of class `live`.
    package let expiresMs: Int?

    /// Where it is.
    package internal(set) var state: Job.State
    /// Failed attempts that count against it.
    package internal(set) var attempts = 0
    /// Times it was leased.
    package internal(set) var deliveries = 0
    /// What is known of its failures.
    package internal(set) var evidence: Evidence?
    /// Bytes of its result while computed.
    package internal(set) var resultBytes = 0
    /// The worker whose result it has, while computed.
    package internal(set) var computedBy: String?

    var diedMs: Int { evidence?.diedMs ?? 0 }

    /// Whether freshness counts more than completeness: it lives in memory alone and has a time to live.
    package var isLive: Bool { expiresMs != nil }
    /// What it takes of the memory for live jobs.
    var memoryBytes: Int { bytes + resultBytes }

    /// Which waiting line it stands in while queued; an entry in any other line is stale.
    enum Line: Sendable { case none, fresh, returned, solo, delayed, live }
    var line = Line.none
    /// It may have killed a worker: compute it alone.
    var isSuspect = false
    var lease: LeaseID?
    /// A collector may have stored it: it has to be asked.
    var wasSent = false
    /// Who waits for it to be on stable storage.
    var tickets: [Ticket] = []
    var publisher: PublisherID?
}

/// What is left of a job that has ended: enough to recognise a resubmission.
package struct EndedJob: Sendable {
    /// Its number.
    package let id: JobNumber
    /// Its number within the run.
    package let seq: Int?
    /// What tells it from another under the same key.
    package let digest: UInt64
    /// `stored` or `cancelled`; of a live job also `expired` or `dead`.
    package let state: Job.State
    /// Failed attempts that counted against it.
    package let attempts: Int
    /// Spectra in it.
    package let spectra: Int
    /// Whether it was live: remembered until the broker ends, no longer.
    package let isLive: Bool
    /// Why a live job is dead.
    package let error: String?

    /// All of it.
    package init(
        id: JobNumber, seq: Int?, digest: UInt64, state: Job.State, attempts: Int, spectra: Int,
        isLive: Bool = false, error: String? = nil
    ) {
        self.id = id
        self.seq = seq
        self.digest = digest
        self.state = state
        self.attempts = attempts
        self.spectra = spectra
        self.isLive = isLive
        self.error = error
    }
}
