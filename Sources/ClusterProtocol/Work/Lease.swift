/// The header of a lease; the job's header and its frames follow as they came.
public struct Lease: Hashable, Sendable {
    /// The lease's number, without meaning to the worker.
    public var lease: Int
    /// The how-manieth execution this is, from 1.
    public var attempt: Int
    /// Whether to compute it alone: it is suspected of killing a worker.
    public var isSolo: Bool
    /// Whether to compute it before what is held of the other class, the newest first.
    public var isLive: Bool
    /// The job.
    public var id: JobID
    /// The number of spectra in it, and so of result lines.
    public var spectra: Int

    /// A lease of a job.
    public init(lease: Int, attempt: Int, isSolo: Bool = false, isLive: Bool = false, id: JobID, spectra: Int) {
        self.lease = lease
        self.attempt = attempt
        self.isSolo = isSolo
        self.isLive = isLive
        self.id = id
        self.spectra = spectra
    }
}

extension Lease: WireObject {
    /// Reads the members of `lease`.
    public init(_ object: JSONObject) throws(ProtocolError) {
        self.init(
            lease: try object.required("lease").integer(), attempt: try object.required("attempt").integer(),
            isSolo: try object.required("solo").boolean(), isLive: try Self.isLive(object), id: try JobID(object),
            spectra: try object.required("spectra").integer(in: 1...Limits.integer))
    }

    private static func isLive(_ object: JSONObject) throws(ProtocolError) -> Bool {
        guard let value = try object.value("class") else { return false }
        return try value.view() == "live"
    }

    /// Writes the members of `lease`.
    public func writeMembers(to writer: inout JSONWriter) {
        writer.field("lease", lease)
        writer.field("attempt", attempt)
        writer.field("solo", isSolo)
        if isLive { writer.field("class", "live") }
        id.writeMembers(to: &writer)
        writer.field("spectra", spectra)
    }
}
