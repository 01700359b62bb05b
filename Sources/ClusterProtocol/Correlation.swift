/// What of a refused request could be read to tell whose it was: it goes back in the refusal.
public struct Correlation: Hashable, Sendable {
    /// The operation, if it is a string.
    public var op: String?
    /// The client's own id.
    public var id: RequestID?
    /// The run.
    public var run: Name?
    /// The job's key.
    public var job: Name?
    /// The job's number.
    public var seq: Int?

    /// What is known of a request.
    public init(op: String? = nil, id: RequestID? = nil, run: Name? = nil, job: Name? = nil, seq: Int? = nil) {
        self.op = op
        self.id = id
        self.run = run
        self.job = job
        self.seq = seq
    }

    /// Salvages what can be read of a header that was refused; never fails.
    public init(salvaging header: UnsafeRawBufferPointer) {
        guard header.count <= Limits.headerBytes, var reader = try? JSONReader(header) else { return }
        guard (try? reader.beginObject()) != nil else { return }
        while let key = try? reader.nextKey(), let kind = try? reader.kind(), let range = try? reader.skipValue() {
            let value = JSONValue(bytes: reader.bytes, range: range, kind: kind, key: "")
            if key == "op" { op = try? value.string(bytes: 0...Limits.identityBytes) }
            if key == "id" { id = try? RequestID(value) }
            if key == "run" { run = try? value.name(.run) }
            if key == "job" { job = try? value.name(.job) }
            if key == "seq" { seq = try? value.integer() }
        }
    }
}
