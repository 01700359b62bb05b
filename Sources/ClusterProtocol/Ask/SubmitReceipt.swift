/// The answer to a submit that was accepted now (202) or before (208).
public struct SubmitReceipt: Hashable, Sendable {
    /// Whether the job was accepted before with the same bytes.
    public var isDuplicate: Bool
    /// The job, with the key that was made up if the client gave none.
    public var job: JobID
    /// Its number in the run.
    public var seq: Int?
    /// Where the job is.
    public var state: JobState
    /// What was done before the answer.
    public var durable: Durability
    /// Whether a resubmission would be recognised; false for a key the broker made up.
    public var isDeduplicated: Bool
    /// How many submits this peer may have unacknowledged.
    public var credit: Int
    /// The time to live of a live job that was accepted now.
    public var ttlMs: Int?

    /// A receipt.
    public init(
        isDuplicate: Bool = false, job: JobID, seq: Int? = nil, state: JobState = .queued, durable: Durability = .fsync,
        isDeduplicated: Bool = true, credit: Int, ttlMs: Int? = nil
    ) {
        self.isDuplicate = isDuplicate
        self.job = job
        self.seq = seq
        self.state = state
        self.durable = durable
        self.isDeduplicated = isDeduplicated
        self.credit = credit
        self.ttlMs = ttlMs
    }

    /// 202 or 208.
    public var code: Code { isDuplicate ? .duplicate : .accepted }
}

extension SubmitReceipt: WireObject {
    /// Reads the members of the answer.
    public init(_ object: JSONObject) throws(ProtocolError) {
        self.init(
            isDuplicate: try object.required("code").integer() == Code.duplicate.rawValue, job: try JobID(object),
            seq: try object.value("seq")?.integer(), state: try JobState(try object.required("state")),
            durable: Durability(rawValue: try object.required("durable").string()),
            isDeduplicated: try object.required("dedupe").boolean(),
            credit: try object.required("credit").integer(), ttlMs: try object.value("ttl_ms")?.integer())
    }

    /// Writes the members of the answer.
    public func writeMembers(to writer: inout JSONWriter) {
        job.writeMembers(to: &writer)
        writer.field("seq", seq)
        writer.field("state", state.rawValue)
        writer.field("durable", durable.rawValue)
        writer.field("ttl_ms", ttlMs)
        writer.field("dedupe", isDeduplicated)
        writer.field("credit", credit)
    }
}
