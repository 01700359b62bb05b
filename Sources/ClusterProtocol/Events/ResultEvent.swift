/// One stored spectrum: `run/<run>/result/`.
public struct ResultEvent: Hashable, Sendable {
    /// The number of the spectrum among the run's stored ones, from 1, for ever.
    public var n: Int
    /// The job.
    public var id: JobID
    /// Its number in the run.
    public var seq: Int?
    /// The place of the spectrum in its stack, from 0.
    public var index: Int
    /// The result line, as the worker wrote it.
    public var row: [UInt8]

    /// A stored spectrum.
    public init(n: Int, id: JobID, seq: Int? = nil, index: Int, row: [UInt8]) {
        self.n = n
        self.id = id
        self.seq = seq
        self.index = index
        self.row = row
    }
}

extension ResultEvent: WireObject {
    /// Reads the members of the event.
    public init(_ object: JSONObject) throws(ProtocolError) {
        let rowValue = try object.required("row")
        guard rowValue.kind == .object else { throw rowValue.wrong("must be an object") }
        self.init(
            n: try object.required("n").integer(), id: try JobID(object), seq: try object.value("seq")?.integer(),
            index: try object.required("index").integer(), row: rowValue.json)
    }

    /// Writes the members of the event.
    public func writeMembers(to writer: inout JSONWriter) {
        writer.field("n", n)
        id.writeMembers(to: &writer)
        writer.field("seq", seq)
        writer.field("index", index)
        writer.field("row", raw: row)
    }
}
