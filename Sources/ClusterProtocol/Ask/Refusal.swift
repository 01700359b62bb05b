/// The answer to a request that was not granted.
public struct Refusal: Hashable, Sendable {
    /// The reason.
    public var error: ProtocolError
    /// What could be read of the request.
    public var request: Correlation
    /// Where the job stands, where that is the reason.
    public var state: JobState?
    /// How many submits the peer may have unacknowledged, with 429.
    public var credit: Int?

    /// A refusal of a request.
    public init(_ error: ProtocolError, of request: Correlation, state: JobState? = nil, credit: Int? = nil) {
        self.error = error
        self.request = request
        self.state = state
        self.credit = credit
    }
}

extension Refusal: WireObject {
    /// Reads the members of the answer.
    public init(_ object: JSONObject) throws(ProtocolError) {
        let code = Code(rawValue: try object.required("code").integer(in: 100...999))
        error = ProtocolError(
            code, try object.required("error").string(), field: try object.value("field")?.string(),
            retryAfterMs: try object.value("retry_after_ms")?.integer())
        request = Correlation(
            op: try object.value("op")?.string(),
            id: try object.value("id").map { value throws(ProtocolError) in try RequestID(value) },
            run: try object.value("run")?.name(.run), job: try object.value("job")?.name(.job),
            seq: try object.value("seq")?.integer())
        state = try object.value("state").map { value throws(ProtocolError) in try JobState(value) }
        credit = try object.value("credit")?.integer()
    }

    /// Writes the members of the answer, version and operation excepted.
    public func writeMembers(to writer: inout JSONWriter) {
        writer.field("id", raw: request.id?.json)
        writer.field("code", error.code.rawValue)
        writer.field("run", request.run)
        writer.field("job", request.job)
        writer.field("seq", request.seq)
        writer.field("state", state?.rawValue)
        writer.field("error", error.message)
        writer.field("field", error.field)
        writer.field("retry", error.isRetriable)
        if error.isRetriable { writer.field("retry_after_ms", error.retryAfterMs ?? Limits.retryAfterMs) }
        writer.field("credit", credit)
        if error.code == .versionMismatch { writer.field("versions", [Limits.version]) }
    }

    /// The header frame.
    public func encoded() -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("v", Limits.version)
        writer.field("op", request.op)
        writeMembers(to: &writer)
        writer.endObject()
        return writer.bytes
    }
}
