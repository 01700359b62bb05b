/// The members of a JSON object, found in one pass and read when asked for.
///
/// Valid as long as the bytes it was made from. A key that is asked for and stands twice is refused, since two readers
/// could take two values from it.
public struct JSONObject {
    private struct Member {
        var key: JSONString
        var value: Range<Int>
        var kind: JSONKind
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    private var members: ContiguousArray<Member> = []

    /// The object that all of `bytes` is.
    public init(_ bytes: UnsafeRawBufferPointer, maxBytes: Int = Limits.headerBytes) throws(ProtocolError) {
        guard bytes.count <= maxBytes else {
            throw ProtocolError(.tooLarge, "The header has \(bytes.count) bytes; at most \(maxBytes) are allowed.")
        }
        do throws(JSONError) {
            var reader = try JSONReader(bytes)
            guard try reader.kind() == .object else { throw JSONError("an object should be here", at: reader.position) }
            self = try JSONObject(&reader)
            try reader.finish()
        } catch {
            throw ProtocolError(.malformed, "The header is not a JSON object: \(error).")
        }
    }

    init(_ reader: inout JSONReader) throws(JSONError) {
        bytes = reader.bytes
        members.reserveCapacity(12)
        try reader.beginObject()
        while let key = try reader.nextKey() {
            let kind = try reader.kind()
            members.append(Member(key: key, value: try reader.skipValue(), kind: kind))
        }
    }

    /// The value of a key, nil where the key is absent.
    public func value(_ key: StaticString) throws(ProtocolError) -> JSONValue? {
        var found: JSONValue?
        for member in members where member.key == key {
            guard found == nil else {
                throw ProtocolError(.malformed, "The key \(key) stands twice.", field: key.description)
            }
            found = JSONValue(bytes: bytes, range: member.value, kind: member.kind, key: key)
        }
        return found
    }

    /// The value of a key that must be there.
    public func required(_ key: StaticString) throws(ProtocolError) -> JSONValue {
        guard let value = try value(key) else {
            throw ProtocolError(.malformed, "The key \(key) is missing.", field: key.description)
        }
        return value
    }

    /// Each key and value in order, whatever they are.
    public var all: [(key: String, value: JSONValue)] {
        members.map { ($0.key.text, JSONValue(bytes: bytes, range: $0.value, kind: $0.kind, key: "value")) }
    }
}
