/// The header of a worker's answer; the result lines are the frame behind it.
public struct WorkerResult: Hashable, Sendable {
    /// The lease that is answered.
    public var lease: Int
    /// The job, so that an answer to a lease that has ended still counts.
    public var id: JobID
    /// The model that answered.
    public var model: String
    /// The time of computing, where measured.
    public var computeUs: Int?

    /// An answer's header.
    public init(lease: Int, id: JobID, model: String, computeUs: Int? = nil) {
        self.lease = lease
        self.id = id
        self.model = model
        self.computeUs = computeUs
    }
}

extension WorkerResult: WireObject {
    /// Reads the members of `result`.
    public init(_ object: JSONObject) throws(ProtocolError) {
        self.init(
            lease: try object.required("lease").integer(), id: try JobID(object),
            model: try object.required("model").string(bytes: 0...256),
            computeUs: try object.value("compute_us")?.integer())
    }

    /// Writes the members of `result`.
    public func writeMembers(to writer: inout JSONWriter) {
        writer.field("lease", lease)
        id.writeMembers(to: &writer)
        writer.field("model", model)
        writer.field("compute_us", computeUs)
    }
}
