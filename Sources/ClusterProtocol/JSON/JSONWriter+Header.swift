extension JSONWriter {
    /// A whole header: version and operation, then what `body` writes.
    static func header(_ op: String, _ body: (inout JSONWriter) -> Void = { _ in }) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("v", Limits.version)
        writer.field("op", op)
        body(&writer)
        writer.endObject()
        return writer.bytes
    }
}
