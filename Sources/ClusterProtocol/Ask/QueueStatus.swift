/// The answer to `queue`: everything an operator sees of the broker.
public struct QueueStatus: Hashable, Sendable {
    /// Jobs by state.
    public struct Jobs: Hashable, Sendable {
        /// Waiting for a worker.
        public var queued: Int
        /// With a worker.
        public var leased: Int
        /// With a result that is not stored yet.
        public var computed: Int
        /// Dead letters.
        public var dead: Int

        /// Counts of jobs.
        public init(queued: Int, leased: Int, computed: Int, dead: Int) {
            self.queued = queued
            self.leased = leased
            self.computed = computed
            self.dead = dead
        }
    }

    /// Bytes held for jobs.
    public struct Bytes: Hashable, Sendable {
        /// Payloads of unfinished jobs.
        public var queued: Int
        /// Of these, in memory.
        public var memory: Int
        /// The journal's files.
        public var journal: Int
        /// Where the queue is full.
        public var limit: Int
        /// Live jobs with their results, which are in memory alone and in none of the others.
        public var live: Int

        /// Counts of bytes.
        public init(queued: Int, memory: Int, journal: Int, limit: Int, live: Int = 0) {
            self.queued = queued
            self.memory = memory
            self.journal = journal
            self.limit = limit
            self.live = live
        }
    }

    /// Changes when the broker restarts.
    public var epoch: String
    /// Jobs by state.
    public var jobs: Jobs
    /// Bytes held.
    public var bytes: Bytes
    /// The runs that changed last, at most 1000.
    public var runs: [RunCounts]
    /// The collector, absent while away.
    public var collector: CollectorStatus?
    /// Whether no new job is accepted.
    public var isDraining: Bool
    /// The counters of section 10, by name.
    public var counters: [String: Int]
    /// The jobs that were refused last, at most 16, the newest at the end.
    public var refusals: [JobRefusal]

    /// The state of a queue.
    public init(
        epoch: String, jobs: Jobs, bytes: Bytes, runs: [RunCounts], collector: CollectorStatus? = nil,
        isDraining: Bool = false, counters: [String: Int] = [:], refusals: [JobRefusal] = []
    ) {
        self.epoch = epoch
        self.jobs = jobs
        self.bytes = bytes
        self.runs = runs
        self.collector = collector
        self.isDraining = isDraining
        self.counters = counters
        self.refusals = refusals
    }
}

extension QueueStatus: WireObject {
    /// Reads the members of the answer.
    public init(_ object: JSONObject) throws(ProtocolError) {
        self.init(
            epoch: try object.required("epoch").string(bytes: 1...Limits.identityBytes),
            jobs: try object.required("jobs").object(Jobs.self),
            bytes: try object.required("bytes").object(Bytes.self),
            runs: try object.required("runs").objects(RunCounts.self),
            collector: try object.value("collector")?.object(CollectorStatus.self),
            isDraining: try object.required("draining").boolean(),
            refusals: try object.value("refusals")?.objects(JobRefusal.self) ?? [])
        for (name, value) in try object.required("counters").object().all { counters[name] = try value.integer() }
    }

    /// Writes the members of the answer.
    public func writeMembers(to writer: inout JSONWriter) {
        writer.field("epoch", epoch)
        writer.field("jobs", jobs)
        writer.field("bytes", bytes)
        writer.field("runs", runs)
        writer.field("collector", collector)
        writer.field("draining", isDraining)
        writer.key("counters")
        writer.beginObject()
        for (name, count) in counters.sorted(by: { $0.key < $1.key }) {
            writer.key(name)
            writer.value(count)
        }
        writer.endObject()
        if !refusals.isEmpty { writer.field("refusals", refusals) }
    }
}

extension QueueStatus.Jobs: WireObject {
    /// Reads the counts.
    public init(_ object: JSONObject) throws(ProtocolError) {
        self.init(
            queued: try object.required("queued").integer(), leased: try object.required("leased").integer(),
            computed: try object.required("computed").integer(), dead: try object.required("dead").integer())
    }

    /// Writes the counts.
    public func writeMembers(to writer: inout JSONWriter) {
        writer.field("queued", queued)
        writer.field("leased", leased)
        writer.field("computed", computed)
        writer.field("dead", dead)
    }
}

extension QueueStatus.Bytes: WireObject {
    /// Reads the counts.
    public init(_ object: JSONObject) throws(ProtocolError) {
        self.init(
            queued: try object.required("queued").integer(), memory: try object.required("memory").integer(),
            journal: try object.required("journal").integer(), limit: try object.required("limit").integer(),
            live: try object.value("live")?.integer() ?? 0)
    }

    /// Writes the counts.
    public func writeMembers(to writer: inout JSONWriter) {
        writer.field("queued", queued)
        writer.field("memory", memory)
        writer.field("journal", journal)
        writer.field("limit", limit)
        writer.field("live", live)
    }
}
