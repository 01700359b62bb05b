/// The members of a JSON object, found in one pass and read when asked for.
///
/// Valid as long as the bytes it was made from. A key that is asked for and stands twice is refused, since two readers
/// could take two values from it.
public struct JSONObject {
    private struct Member {
        var key: JSONString
        var start: Int32
        var end: Int32
        var kind: JSONKind
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    private var members: ContiguousArray<Member> = []

    /// The object that all of `bytes` is.
    public init(_ bytes: UnsafeRawBufferPointer, maxBytes: Int = Limits.headerBytes) throws(ProtocolError) {
        guard bytes.count <= min(maxBytes, Int(Int32.max)) else {
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

    private init(_ reader: inout JSONReader) throws(JSONError) {
        bytes = reader.bytes
        members.reserveCapacity(12)
        try reader.beginObject()
        while let key = try reader.nextKey() {
            let kind = try reader.kind()
            append(key, try reader.skipValue(), kind)
        }
    }

    /// The object at which a reader stands in bytes that were checked.
    init(checked reader: inout JSONReader) throws(JSONError) {
        bytes = reader.bytes
        members.reserveCapacity(12)
        try reader.beginObject()
        while let key = try reader.nextKey() {
            let kind = try reader.kind()
            append(key, reader.skipCheckedValue(), kind)
        }
    }

    @inline(__always)
    private mutating func append(_ key: JSONString, _ value: Range<Int>, _ kind: JSONKind) {
        members.append(
            Member(key: key, start: Int32(value.lowerBound), end: Int32(value.upperBound), kind: kind))
    }

    /// The value of a key, nil where the key is absent.
    public func value(_ key: StaticString) throws(ProtocolError) -> JSONValue? {
        let (found, isRepeated) = find(UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount))
        guard found >= 0 else { return nil }
        guard !isRepeated else {
            throw ProtocolError(.malformed, "The key \(key) stands twice.", field: key.description)
        }
        return value(of: members[found], key)
    }

    private func value(of member: Member, _ key: StaticString) -> JSONValue {
        JSONValue(bytes: bytes, range: Int(member.start)..<Int(member.end), kind: member.kind, key: key)
    }

    /// The index of a key's first member, or -1, and whether there is another.
    private func find(_ key: UnsafeBufferPointer<UInt8>) -> (index: Int, isRepeated: Bool) {
        members.withUnsafeBufferPointer { members in
            var found = -1
            for index in 0..<members.count where members[index].key.matches(key) {
                if found >= 0 { return (found, true) }
                found = index
            }
            return (found, false)
        }
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
        members.map { ($0.key.text, value(of: $0, "value")) }
    }
}
