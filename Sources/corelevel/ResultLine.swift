import ClusterProtocol

/// A stored result as scripts get it: where it is from, then the result line's own keys.
enum ResultLine {
    static func json(
        id: JobID, seq: Int?, index: Int, row: String, source: String? = nil, block: Int? = nil
    ) -> String {
        var writer = JSONWriter(capacity: 256)
        writer.beginObject()
        writer.field("job", id.job)
        writer.field("run", id.run)
        writer.field("seq", seq)
        writer.field("index", index)
        writer.field("source", source)
        writer.field("block", block)
        let head = String(decoding: writer.bytes, as: UTF8.self)
        // The row is an object that was checked when it was stored.
        let members = row.drop { $0.isWhitespace }.dropFirst().drop { $0.isWhitespace }
        return head + (members.first == "}" ? "" : ",") + members
    }
}
