/// A job's key together with its run: what a job is known by everywhere.
public struct JobID: Hashable, Sendable {
    /// The run.
    public var run: Name
    /// The key of the job, unique in its run.
    public var job: Name

    /// A job of a run.
    public init(run: Name, job: Name) {
        self.run = run
        self.job = job
    }

    init(_ object: JSONObject) throws(ProtocolError) {
        run = try object.required("run").name(.run)
        job = try object.required("job").name(.job)
    }

    func writeMembers(to writer: inout JSONWriter) {
        writer.field("run", run)
        writer.field("job", job)
    }
}

extension JobID: CustomStringConvertible {
    /// The job as it is logged: `run/job`.
    public var description: String { "\(run)/\(job)" }
}
