/// The header of a result on its way to the store; the job's header, its frames and the result lines follow.
public struct Delivery: Hashable, Sendable {
    /// The delivery's number, to be named in `stored`.
    public var delivery: Int
    /// The job.
    public var id: JobID
    /// Its number in the run.
    public var seq: Int?
    /// The execution that gave the result.
    public var attempt: Int
    /// The worker that answered.
    public var worker: String
    /// The model it answered with.
    public var model: String
    /// The number of spectra, and so of result lines.
    public var spectra: Int
    /// When the job was accepted, in milliseconds since 1970 UTC.
    public var acceptedMs: Int

    /// A delivery's header.
    public init(
        delivery: Int, id: JobID, seq: Int? = nil, attempt: Int, worker: String, model: String, spectra: Int,
        acceptedMs: Int
    ) {
        self.delivery = delivery
        self.id = id
        self.seq = seq
        self.attempt = attempt
        self.worker = worker
        self.model = model
        self.spectra = spectra
        self.acceptedMs = acceptedMs
    }
}

extension Delivery: WireObject {
    /// Reads the members of `deliver`.
    public init(_ object: JSONObject) throws(ProtocolError) {
        self.init(
            delivery: try object.required("delivery").integer(), id: try JobID(object),
            seq: try object.value("seq")?.integer(), attempt: try object.required("attempt").integer(),
            worker: try object.required("worker").string(), model: try object.required("model").string(),
            spectra: try object.required("spectra").integer(in: 1...Limits.integer),
            acceptedMs: try object.required("accepted_ms").integer())
    }

    /// Writes the members of `deliver`.
    public func writeMembers(to writer: inout JSONWriter) {
        writer.field("delivery", delivery)
        id.writeMembers(to: &writer)
        writer.field("seq", seq)
        writer.field("attempt", attempt)
        writer.field("worker", worker)
        writer.field("model", model)
        writer.field("spectra", spectra)
        writer.field("accepted_ms", acceptedMs)
    }
}
