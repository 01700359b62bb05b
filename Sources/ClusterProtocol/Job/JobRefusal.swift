/// A job that was refused: the collector is told of those on *ingest*, where nobody could be answered.
public struct JobRefusal: Hashable, Sendable {
    /// The run.
    public var run: Name
    /// The job's number, if it could be read.
    public var seq: Int?
    /// Why.
    public var error: ProtocolError

    /// A refused job of a run.
    public init(run: Name, seq: Int?, error: ProtocolError) {
        self.run = run
        self.seq = seq
        self.error = error
    }
}

extension JobRefusal: WireObject {
    /// Reads the members of `refusal`.
    public init(_ object: JSONObject) throws(ProtocolError) {
        self.init(
            run: try object.required("run").name(.run), seq: try object.value("seq")?.integer(),
            error: try PeerRefusal(object).error)
    }

    /// Writes the members of `refusal`.
    public func writeMembers(to writer: inout JSONWriter) {
        writer.field("run", run)
        writer.field("seq", seq)
        writer.field("code", error.code.rawValue)
        writer.field("error", error.message)
        writer.field("field", error.field)
    }
}
