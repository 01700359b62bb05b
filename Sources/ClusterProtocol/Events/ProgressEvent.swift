/// How far a run is: the last value of `run/<run>/progress/`.
public struct ProgressEvent: Hashable, Sendable {
    /// Whether a run goes on.
    public enum State: String, Sendable, CaseIterable {
        /// New jobs are taken.
        case open
        /// No new jobs are taken, some have not ended.
        case closed
        /// Closed, or its expected total reached, and every accepted job has ended.
        case done
    }

    /// The number of the message in its topic, from 1.
    public var n: Int
    /// The collector's start.
    public var epoch: String
    /// The run.
    public var run: Name
    /// The total number of jobs, absent while unknown.
    public var expected: Int?
    /// Jobs accepted.
    public var acquired = 0
    /// Jobs stored.
    public var analysed = 0
    /// Jobs dead.
    public var failed = 0
    /// Jobs cancelled.
    public var cancelled = 0
    /// Live jobs dropped.
    public var expired = 0
    /// Jobs waiting for a worker.
    public var queued = 0
    /// Jobs with a worker, or computed and not stored.
    public var inFlight = 0
    /// Spectra stored.
    public var spectra = 0
    /// How many numbers are missing.
    public var missing = 0
    /// Which numbers, at most the first 256 stretches.
    public var gaps: [SequenceGap] = []
    /// Whether the run goes on.
    public var state = State.open
    /// Jobs stored per second, lately.
    public var rateHz = 0.0
    /// Seconds to the end, absent while unknown.
    public var etaS: Double?
    /// When this was true, in milliseconds since 1970 UTC.
    public var timeMs: Int

    /// The progress of a run that has none yet.
    public init(n: Int, epoch: String, run: Name, expected: Int? = nil, timeMs: Int) {
        self.n = n
        self.epoch = epoch
        self.run = run
        self.expected = expected
        self.timeMs = timeMs
    }
}

extension ProgressEvent: WireObject {
    /// Reads the members of the event.
    public init(_ object: JSONObject) throws(ProtocolError) {
        self.init(
            n: try object.required("n").integer(),
            epoch: try object.required("epoch").string(bytes: 1...Limits.identityBytes),
            run: try object.required("run").name(.run), expected: try object.value("expected")?.integer(),
            timeMs: try object.required("time_ms").integer())
        acquired = try object.required("acquired").integer()
        analysed = try object.required("analysed").integer()
        failed = try object.required("failed").integer()
        cancelled = try object.required("cancelled").integer()
        expired = try object.value("expired")?.integer() ?? 0
        queued = try object.required("queued").integer()
        inFlight = try object.required("in_flight").integer()
        spectra = try object.required("spectra").integer()
        missing = try object.required("missing").integer()
        gaps = try object.required("gaps").gaps()
        let stateValue = try object.required("state")
        guard let state = State(rawValue: try stateValue.string()) else {
            throw stateValue.wrong("must be open, closed or done")
        }
        self.state = state
        rateHz = try object.required("rate_hz").number()
        etaS = try object.value("eta_s")?.number()
    }

    /// Writes the members of the event.
    public func writeMembers(to writer: inout JSONWriter) {
        writer.field("n", n)
        writer.field("epoch", epoch)
        writer.field("run", run)
        writer.field("expected", expected)
        writer.field("acquired", acquired)
        writer.field("analysed", analysed)
        writer.field("failed", failed)
        writer.field("cancelled", cancelled)
        writer.field("expired", expired)
        writer.field("queued", queued)
        writer.field("in_flight", inFlight)
        writer.field("spectra", spectra)
        writer.field("missing", missing)
        writer.field("gaps", gaps)
        writer.field("state", state.rawValue)
        writer.field("rate_hz", rateHz)
        writer.field("eta_s", etaS)
        writer.field("time_ms", timeMs)
    }
}
