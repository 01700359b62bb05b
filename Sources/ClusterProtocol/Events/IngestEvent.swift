/// What became of the jobs that came by *ingest*: the last value of `run/<run>/ingest/`.
public struct IngestEvent: Hashable, Sendable {
    /// One refused job.
    public struct Refused: Hashable, Sendable {
        /// Its number, if it could be read.
        public var seq: Int?
        /// Why.
        public var code: Code
        /// Why, in a sentence.
        public var error: String

        /// A refused job.
        public init(seq: Int?, code: Code, error: String) {
            self.seq = seq
            self.code = code
            self.error = error
        }
    }

    /// How many refusals the event shows.
    public static let shownRefusals = 16

    /// The number of the message in its topic, from 1.
    public var n: Int
    /// The collector's start.
    public var epoch: String
    /// The run.
    public var run: Name
    /// Jobs journalled.
    public var accepted: Int
    /// Jobs refused.
    public var refused: Int
    /// How many numbers are missing.
    public var missing: Int
    /// Which numbers, at most the first 256 stretches.
    public var gaps: [SequenceGap]
    /// The last refusals.
    public var refusals: [Refused]

    /// The receipts of a run.
    public init(
        n: Int, epoch: String, run: Name, accepted: Int, refused: Int, missing: Int = 0, gaps: [SequenceGap] = [],
        refusals: [Refused] = []
    ) {
        self.n = n
        self.epoch = epoch
        self.run = run
        self.accepted = accepted
        self.refused = refused
        self.missing = missing
        self.gaps = gaps
        self.refusals = refusals
    }
}

extension IngestEvent: WireObject {
    /// Reads the members of the event.
    public init(_ object: JSONObject) throws(ProtocolError) {
        self.init(
            n: try object.required("n").integer(),
            epoch: try object.required("epoch").string(bytes: 1...Limits.identityBytes),
            run: try object.required("run").name(.run), accepted: try object.required("accepted").integer(),
            refused: try object.required("refused").integer(), missing: try object.required("missing").integer(),
            gaps: try object.required("gaps").gaps(), refusals: try object.required("refusals").objects(Refused.self))
    }

    /// Writes the members of the event.
    public func writeMembers(to writer: inout JSONWriter) {
        writer.field("n", n)
        writer.field("epoch", epoch)
        writer.field("run", run)
        writer.field("accepted", accepted)
        writer.field("refused", refused)
        writer.field("missing", missing)
        writer.field("gaps", gaps)
        writer.field("refusals", Array(refusals.suffix(Self.shownRefusals)))
    }
}

extension IngestEvent.Refused: WireObject {
    /// Reads the members of a refusal.
    public init(_ object: JSONObject) throws(ProtocolError) {
        self.init(
            seq: try object.value("seq")?.integer(),
            code: Code(rawValue: try object.required("code").integer(in: 100...999)),
            error: try object.required("error").string())
    }

    /// Writes the members of a refusal.
    public func writeMembers(to writer: inout JSONWriter) {
        writer.field("seq", seq)
        writer.field("code", code.rawValue)
        writer.field("error", error)
    }
}
