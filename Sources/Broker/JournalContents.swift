/// Everything that a journal held when it was opened.
public struct JournalContents: Equatable, Sendable {
    /// Accepted and unfinished, in the order of acceptance.
    ///
    /// A job whose payload is no longer intact is among them, so that it can be given up in sight of everyone.
    public var jobs: [JournalJob] = []
    /// Given up, payload kept, in the order of acceptance.
    public var deadLetters: [JournalDeadLetter] = []
    /// Ended, but their keys still answer, in the order of acceptance.
    public var remembered: [JournalRememberedJob] = []
    /// Runs that were opened, by name; others are only known from their jobs.
    public var runs: [JournalRun] = []
    /// The highest job number ever given; the next is above it.
    public var highestJob: UInt64 = 0
    /// What was cut, skipped or missing, with the evidence.
    public var notices: [JournalNotice] = []

    /// Nothing.
    public init() {}
}

/// An accepted job as the journal knows it.
public struct JournalJob: Equatable, Sendable {
    /// The broker's number of the job.
    public var job: UInt64
    /// The run's name.
    public var run: String
    /// The client's key.
    public var key: String
    /// The digest of header and frames.
    public var digest: UInt64
    /// When it was accepted, milliseconds since 1970.
    public var acceptedUnixMs: Int64
    /// What the broker added at acceptance.
    public var annotation: [UInt8]
    /// The size of header and frames.
    public var byteCount: Int
    /// What was tried, in order.
    public var attempts: [JournalAttempt]
    /// False when the bytes on disk no longer have the digest.
    public var isPayloadIntact: Bool

    package init(
        job: UInt64, run: String, key: String, digest: UInt64, acceptedUnixMs: Int64, annotation: [UInt8],
        byteCount: Int, attempts: [JournalAttempt], isPayloadIntact: Bool
    ) {
        self.job = job
        self.run = run
        self.key = key
        self.digest = digest
        self.acceptedUnixMs = acceptedUnixMs
        self.annotation = annotation
        self.byteCount = byteCount
        self.attempts = attempts
        self.isPayloadIntact = isPayloadIntact
    }
}

/// A job that was given up.
public struct JournalDeadLetter: Equatable, Sendable {
    /// The job.
    public var job: JournalJob
    /// Why, as the broker put it.
    public var evidence: String

    package init(job: JournalJob, evidence: String) {
        self.job = job
        self.evidence = evidence
    }
}

/// A job that has ended and whose key still answers.
public struct JournalRememberedJob: Equatable, Sendable {
    /// The broker's number of the job.
    public var job: UInt64
    /// The run's name.
    public var run: String
    /// The client's key.
    public var key: String
    /// What the broker added at acceptance.
    public var annotation: [UInt8]
    /// The digest of header and frames.
    public var digest: UInt64
    /// How it ended.
    public var ending: JournalEnding

    package init(
        job: UInt64, run: String, key: String, annotation: [UInt8], digest: UInt64, ending: JournalEnding
    ) {
        self.job = job
        self.run = run
        self.key = key
        self.annotation = annotation
        self.digest = digest
        self.ending = ending
    }
}

/// A run as the journal knows it.
public struct JournalRun: Equatable, Sendable {
    /// Its name.
    public var name: String
    /// The total that was announced.
    public var expected: Int?
    /// When it was opened, milliseconds since 1970.
    public var openedUnixMs: Int64?
    /// When it was closed.
    public var closedUnixMs: Int64?

    package var isAnnounced: Bool { expected != nil || openedUnixMs != nil || closedUnixMs != nil }

    /// A run.
    public init(
        name: String, expected: Int? = nil, openedUnixMs: Int64? = nil, closedUnixMs: Int64? = nil
    ) {
        self.name = name
        self.expected = expected
        self.openedUnixMs = openedUnixMs
        self.closedUnixMs = closedUnixMs
    }
}
