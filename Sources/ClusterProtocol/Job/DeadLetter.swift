/// A job that was given up, with the evidence.
public struct DeadLetter: Hashable, Sendable {
    /// The job.
    public var id: JobID
    /// Its number in the run.
    public var seq: Int?
    /// How often it was executed.
    public var attempts: Int
    /// The last error, in a sentence.
    public var error: String
    /// The workers that tried, the last one last.
    public var workers: [String]
    /// When it was given up, in milliseconds since 1970 UTC.
    public var diedMs: Int

    /// A dead letter.
    public init(id: JobID, seq: Int? = nil, attempts: Int, error: String, workers: [String], diedMs: Int) {
        self.id = id
        self.seq = seq
        self.attempts = attempts
        self.error = error
        self.workers = workers
        self.diedMs = diedMs
    }
}

extension DeadLetter: WireObject {
    /// Reads the evidence.
    public init(_ object: JSONObject) throws(ProtocolError) {
        self.init(
            id: try JobID(object), seq: try object.value("seq")?.integer(),
            attempts: try object.required("attempts").integer(), error: try object.required("error").string(),
            workers: try object.required("workers").strings(), diedMs: try object.required("died_ms").integer())
    }

    /// Writes the evidence.
    public func writeMembers(to writer: inout JSONWriter) {
        id.writeMembers(to: &writer)
        writer.field("seq", seq)
        writer.field("attempts", attempts)
        writer.field("error", error)
        writer.field("workers", workers)
        writer.field("died_ms", diedMs)
    }
}
