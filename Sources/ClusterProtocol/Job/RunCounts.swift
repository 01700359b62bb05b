/// What the broker knows of a run: in `status`, `run.close`, `queue`, and in the collector's `run` message.
public struct RunCounts: Hashable, Sendable {
    /// The run.
    public var run: Name
    /// Its total number of jobs, where known.
    public var expected: Int?
    /// Jobs that were acknowledged or journalled from *ingest*.
    public var accepted = 0
    /// Of these, waiting for a worker.
    public var queued = 0
    /// Of these, with a worker.
    public var leased = 0
    /// Of these, with a result that the collector has not stored yet.
    public var computed = 0
    /// Of these, stored.
    public var stored = 0
    /// Of these, dead.
    public var dead = 0
    /// Of these, cancelled.
    public var cancelled = 0
    /// Of these, live and dropped.
    public var expired = 0
    /// Jobs that were refused, where the run could be read.
    public var refused = 0
    /// How many numbers never came: section 2, gaps.
    public var missing = 0
    /// The missing numbers, at most the first 256 stretches.
    public var gaps: [SequenceGap] = []
    /// Whether the run takes no more jobs.
    public var isClosed = false
    /// When the run was first heard of, in milliseconds since 1970 UTC.
    public var openedMs = 0

    /// A run of which nothing is known yet.
    public init(run: Name, expected: Int? = nil, openedMs: Int = 0) {
        self.run = run
        self.expected = expected
        self.openedMs = openedMs
    }

    /// Accepted jobs that have not ended.
    public var unfinished: Int { queued + leased + computed }
}

extension RunCounts: WireObject {
    /// Reads the counts.
    public init(_ object: JSONObject) throws(ProtocolError) {
        self.init(
            run: try object.required("run").name(.run), expected: try object.value("expected")?.integer(),
            openedMs: try object.required("opened_ms").integer())
        accepted = try object.required("accepted").integer()
        queued = try object.required("queued").integer()
        leased = try object.required("leased").integer()
        computed = try object.required("computed").integer()
        stored = try object.required("stored").integer()
        dead = try object.required("dead").integer()
        cancelled = try object.required("cancelled").integer()
        // Brokers before there were live jobs do not say it.
        expired = try object.value("expired")?.integer() ?? 0
        refused = try object.required("refused").integer()
        missing = try object.required("missing").integer()
        gaps = try object.required("gaps").gaps()
        isClosed = try object.required("closed").boolean()
    }

    /// Writes the counts.
    public func writeMembers(to writer: inout JSONWriter) {
        writer.field("run", run)
        writer.field("expected", expected)
        writer.field("accepted", accepted)
        writer.field("queued", queued)
        writer.field("leased", leased)
        writer.field("computed", computed)
        writer.field("stored", stored)
        writer.field("dead", dead)
        writer.field("cancelled", cancelled)
        writer.field("expired", expired)
        writer.field("refused", refused)
        writer.field("missing", missing)
        writer.field("gaps", gaps)
        writer.field("closed", isClosed)
        writer.field("opened_ms", openedMs)
    }
}
