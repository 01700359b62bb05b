/// What a client tells its requests apart by: a string of at most 64 bytes or an integer, echoed as it came.
public struct RequestID: Hashable, Sendable {
    /// The value as JSON, byte for byte as the client wrote it.
    public let json: [UInt8]

    /// A number.
    public init(_ number: Int) {
        json = Array(String(number).utf8)
    }

    /// A text; at most 64 bytes are allowed on the wire.
    public init(_ text: String) {
        var writer = JSONWriter(capacity: text.utf8.count + 2)
        writer.value(text)
        json = writer.bytes
    }

    init(_ value: JSONValue) throws(ProtocolError) {
        switch value.kind {
        case .string: _ = try value.string(bytes: 0...Limits.identityBytes)
        case .number: _ = try value.integer(in: -Limits.integer...Limits.integer)
        default: throw value.wrong("must be a string or an integer")
        }
        json = value.json
    }
}
