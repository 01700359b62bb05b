/// The answer to `status` of one job.
public struct JobStatus: Hashable, Sendable {
    /// The job.
    public var id: JobID
    /// Its number in the run.
    public var seq: Int?
    /// Where it stands.
    public var state: JobState
    /// How often it was executed.
    public var attempts: Int
    /// The number of spectra in it.
    public var spectra: Int
    /// Why it is dead.
    public var error: String?

    /// A job's status.
    public init(id: JobID, seq: Int? = nil, state: JobState, attempts: Int, spectra: Int, error: String? = nil) {
        self.id = id
        self.seq = seq
        self.state = state
        self.attempts = attempts
        self.spectra = spectra
        self.error = error
    }
}

extension JobStatus: WireObject {
    /// Reads the members of the answer.
    public init(_ object: JSONObject) throws(ProtocolError) {
        self.init(
            id: try JobID(object), seq: try object.value("seq")?.integer(),
            state: try JobState(try object.required("state")), attempts: try object.required("attempts").integer(),
            spectra: try object.required("spectra").integer(), error: try object.value("error")?.string())
    }

    /// Writes the members of the answer.
    public func writeMembers(to writer: inout JSONWriter) {
        id.writeMembers(to: &writer)
        writer.field("seq", seq)
        writer.field("state", state.rawValue)
        writer.field("attempts", attempts)
        writer.field("spectra", spectra)
        writer.field("error", error)
    }
}
