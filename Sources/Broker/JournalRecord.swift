/// One thing that the broker writes down.
public enum JournalRecord: Sendable {
    /// A job was accepted.
    case accepted(JournalAcceptance)
    /// A job was tried.
    case attempt(job: UInt64, JournalAttempt)
    /// The collector has stored all of a job's results.
    case stored(job: UInt64)
    /// A job was given up; its payload is kept.
    case dead(job: UInt64, evidence: String)
    /// A job was cancelled, or a dead letter discarded.
    case cancelled(job: UInt64)
    /// An operator put a dead letter back into the queue, its attempts forgotten.
    case requeued(job: UInt64)
    /// A run was opened or closed, or its expected total became known: all that is known of it.
    case run(JournalRun)
    /// A run is over and its keys need not be remembered any longer; its name may be used again.
    case runForgotten(run: String)

    /// Whether the record must be on stable storage before anyone is told.
    ///
    /// The others are written in order at once, which survives the end of the process, and reach the disk with the
    /// next sync: losing them with the power costs one more delivery, which the collector's keys absorb.
    public var isDurable: Bool {
        switch self {
        case .attempt, .stored: false
        case .accepted, .dead, .cancelled, .requeued, .run, .runForgotten: true
        }
    }
}

/// A job at the moment it was accepted.
public struct JournalAcceptance: Sendable {
    /// The broker's number of the job: grows, is never used twice.
    public let job: UInt64
    /// The run's name.
    public let run: String
    /// The client's key, unique in its run.
    public let key: String
    /// When it was accepted, milliseconds since 1970.
    public let acceptedUnixMs: Int64
    /// What the broker wants back at a start without reading the payload, also when the job has ended; opaque here.
    public let annotation: [UInt8]
    /// The frames.
    public let payload: JournalPayload

    /// A job to be written down.
    public init(
        job: UInt64, run: String, key: String, acceptedUnixMs: Int64, annotation: [UInt8] = [],
        payload: JournalPayload
    ) {
        self.job = job
        self.run = run
        self.key = key
        self.acceptedUnixMs = acceptedUnixMs
        self.annotation = annotation
        self.payload = payload
    }
}

/// One try of a job.
public struct JournalAttempt: Equatable, Sendable {
    /// Counted from 1.
    public let number: Int
    /// Who tried.
    public let worker: String
    /// Why it did not succeed, as far as known.
    public let reason: String

    /// One try; names and reasons are cut at 256 and 1,024 bytes.
    public init(number: Int, worker: String, reason: String) {
        self.number = number
        self.worker = worker.cut(toBytes: 256)
        self.reason = reason.cut(toBytes: 1024)
    }
}

/// How a job ended for good.
public enum JournalEnding: UInt8, Sendable {
    /// All its results are stored.
    case stored = 1
    /// It was cancelled.
    case cancelled = 2
}

/// The place in the order of what was appended.
public struct JournalTicket: Comparable, Hashable, Sendable {
    /// Counts from 1 in each process.
    public let number: UInt64

    package init(number: UInt64) {
        self.number = number
    }

    /// The order of appending.
    public static func < (left: JournalTicket, right: JournalTicket) -> Bool {
        left.number < right.number
    }
}

extension String {
    /// The longest prefix of whole characters that has at most so many UTF-8 bytes.
    package func cut(toBytes limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var end = utf8.index(utf8.startIndex, offsetBy: limit)
        while end > startIndex, end.samePosition(in: unicodeScalars) == nil {
            end = utf8.index(before: end)
        }
        return String(self[..<end])
    }
}
