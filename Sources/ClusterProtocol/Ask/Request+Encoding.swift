extension Request {
    /// The header frame; `meta` goes into a submit.
    public func encoded(meta: [UInt8]? = nil) -> [UInt8] {
        if case .submit(let header) = operation { return header.encoded(id: id, meta: meta) }
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("v", Limits.version)
        writer.field("op", operation.op)
        writer.field("id", raw: id?.json)
        writer.field("run", operation.run)
        writer.field("job", operation.job)
        switch operation {
        case .runOpen(_, let expected), .runClose(_, let expected): writer.field("expected", expected)
        case .snapshotResults(_, let after, let limit):
            writer.field("after", after)
            writer.field("limit", limit)
        case .deadList(_, let limit): writer.field("limit", limit)
        case .drain(let worker): writer.field("worker", worker)
        default: break
        }
        writer.endObject()
        return writer.bytes
    }
}
