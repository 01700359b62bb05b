/// A value that is a JSON object on the wire.
public protocol WireObject: Sendable, Equatable {
    /// Reads the members it knows and ignores the others.
    init(_ object: JSONObject) throws(ProtocolError)
    /// Writes its members between braces that stand already.
    func writeMembers(to writer: inout JSONWriter)
}

extension WireObject {
    /// Reads the object that `bytes` are.
    public init(json bytes: UnsafeRawBufferPointer, maxBytes: Int = .max) throws(ProtocolError) {
        try self.init(JSONObject(bytes, maxBytes: maxBytes))
    }

    /// The object as JSON bytes.
    public func json() -> [UInt8] {
        var writer = JSONWriter()
        writer.value(self)
        return writer.bytes
    }
}
