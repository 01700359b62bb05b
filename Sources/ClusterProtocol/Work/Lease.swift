/// The header of a lease; the job's header and its frames follow as they came.
public struct Lease: Hashable, Sendable {
    /// The lease's number, without meaning to the worker.
    public var lease: Int
    /// The how-manieth execution this is, from 1.
    public var attempt: Int
    /// Whether to compute it alone: it is suspected of killing a worker.
    public var isSolo: Bool
    /// The job.
    public var id: JobID
    /// The number of spectra in it, and so of result lines.
    public var spectra: Int

    /// A lease of a job.
    public init(lease: Int, attempt: Int, isSolo: Bool = false, id: JobID, spectra: Int) {
        self.lease = lease
        self.attempt = attempt
        self.isSolo = isSolo
        self.id = id
        self.spectra = spectra
    }
}

extension Lease: WireObject {
    /// Reads the members of `lease`.
    public init(_ object: JSONObject) throws(ProtocolError) {
        self.init(
            lease: try object.required("lease").integer(), attempt: try object.required("attempt").integer(),
            isSolo: try object.required("solo").boolean(), id: try JobID(object),
            spectra: try object.required("spectra").integer(in: 1...Limits.integer))
    }

    /// Writes the members of `lease`.
    public func writeMembers(to writer: inout JSONWriter) {
        writer.field("lease", lease)
        writer.field("attempt", attempt)
        writer.field("solo", isSolo)
        id.writeMembers(to: &writer)
        writer.field("spectra", spectra)
    }
}
