/// One value inside JSON bytes that were checked, with the key it stands under.
///
/// Valid as long as the bytes it was read from.
public struct JSONValue {
    let bytes: UnsafeBufferPointer<UInt8>
    /// Where the value stands in the bytes.
    public let range: Range<Int>
    /// What the value is.
    public let kind: JSONKind
    let key: StaticString
    var index: Int?

    /// The key, with the index inside its array.
    var field: String {
        index.map { "\(key)[\($0)]" } ?? key.description
    }

    /// The value's bytes as they stand.
    public var json: [UInt8] { Array(bytes[range]) }

    /// The string that the value must be.
    public func string(bytes allowed: ClosedRange<Int> = 0...Int.max) throws(ProtocolError) -> String {
        let text = try view().text
        guard allowed.contains(text.utf8.count) else {
            throw wrong("must be a string of \(allowed.lowerBound) to \(allowed.upperBound) bytes")
        }
        return text
    }

    /// The name that the value must be.
    public func name(_ kind: Name.Kind) throws(ProtocolError) -> Name {
        let text = try view().text
        if let fault = Name.fault(in: text, maxBytes: kind.maxBytes) { throw wrong(fault) }
        return Name(checked: text)
    }

    /// The integer from `allowed` that the value must be; by default a count.
    public func integer(in allowed: ClosedRange<Int> = 0...Limits.integer) throws(ProtocolError) -> Int {
        if kind == .number, let integer = try? read({ reader throws(JSONError) in try reader.integer() }),
            allowed.contains(integer)
        {
            return integer
        }
        throw wrong("must be an integer from \(allowed.lowerBound) to \(allowed.upperBound)")
    }

    /// The finite number that the value must be.
    public func number() throws(ProtocolError) -> Double {
        if kind == .number, let number = try? read({ reader throws(JSONError) in try reader.number() }) {
            return number
        }
        throw wrong("must be a finite number")
    }

    /// The boolean that the value must be.
    public func boolean() throws(ProtocolError) -> Bool {
        if kind == .boolean { return bytes[range.lowerBound] == UInt8(ascii: "t") }
        throw wrong("must be true or false")
    }

    /// The members of the object that the value must be.
    public func object() throws(ProtocolError) -> JSONObject {
        if kind == .object, let object = try? read({ reader throws(JSONError) in try JSONObject(checked: &reader) }) {
            return object
        }
        throw wrong("must be an object")
    }

    /// The object that the value must be, read as `Object`.
    public func object<Object: WireObject>(_ type: Object.Type) throws(ProtocolError) -> Object {
        let members = try object()
        do throws(ProtocolError) {
            return try Object(members)
        } catch {
            throw error.under(field)
        }
    }

    /// The elements of the array that the value must be.
    public func elements() throws(ProtocolError) -> [JSONValue] {
        var elements: [JSONValue] = []
        try forEach { reader, kind throws(ProtocolError) in
            elements.append(element(at: &reader, kind, index: elements.count))
        }
        return elements
    }

    /// The array that the value must be, each element read by `body`.
    public func map<Element>(
        _ body: (JSONValue) throws(ProtocolError) -> Element
    ) throws(ProtocolError) -> [Element] {
        var list: [Element] = []
        for element in try elements() { list.append(try body(element)) }
        return list
    }

    /// The array of objects that the value must be.
    public func objects<Object: WireObject>(_ type: Object.Type) throws(ProtocolError) -> [Object] {
        var objects: [Object] = []
        try forEach { reader, kind throws(ProtocolError) in
            guard kind == .object, let members = try? JSONObject(checked: &reader) else {
                throw element(at: &reader, kind, index: objects.count).wrong("must be an object")
            }
            do throws(ProtocolError) {
                objects.append(try Object(members))
            } catch {
                throw error.under("\(field)[\(objects.count)]")
            }
        }
        return objects
    }

    /// The array of at most `limit` counts that the value must be.
    public func integers(atMost limit: Int = Limits.leases) throws(ProtocolError) -> [Int] {
        var integers: [Int] = []
        try forEach { reader, kind throws(ProtocolError) in
            let value = element(at: &reader, kind, index: integers.count)
            integers.append(try value.integer())
        }
        guard integers.count <= limit else {
            throw ProtocolError(
                .malformed, "\(field) must be an array of at most \(limit) integers, not of \(integers.count).",
                field: field)
        }
        return integers
    }

    /// The array of strings that the value must be.
    public func strings() throws(ProtocolError) -> [String] {
        try map { element throws(ProtocolError) in try element.string() }
    }

    /// The string as it stands, escapes not replaced.
    public func view() throws(ProtocolError) -> JSONString {
        if kind == .string, let view = try? read({ reader throws(JSONError) in try reader.string() }) { return view }
        throw wrong("must be a string")
    }

    /// An error that blames this value.
    public func wrong(_ expectation: String, code: Code = .malformed) -> ProtocolError {
        ProtocolError(code, "\(field) \(expectation), not \(excerpt).", field: field)
    }

    /// An error for an operation that nobody knows.
    func unknownOperation() -> ProtocolError {
        ProtocolError(.notFound, "There is no operation \(excerpt).", field: field)
    }

    /// The value itself where it is short, else its kind in words.
    var excerpt: String {
        let isShown = (kind == .string || kind == .number) && range.count <= 80
        return isShown ? String(decoding: bytes[range], as: UTF8.self) : kind.words
    }

    private func read<Result>(
        _ body: (inout JSONReader) throws(JSONError) -> Result
    ) throws(JSONError) -> Result {
        var reader = JSONReader(checked: bytes, at: range.lowerBound)
        return try body(&reader)
    }

    /// Calls `body` at each element of the array that the value must be; `body` moves the reader behind it.
    @inline(__always)
    private func forEach(
        _ body: (inout JSONReader, JSONKind) throws(ProtocolError) -> Void
    ) throws(ProtocolError) {
        var reader = JSONReader(checked: bytes, at: range.lowerBound)
        guard kind == .array, (try? reader.beginArray()) != nil else { throw wrong("must be an array") }
        while (try? reader.nextElement()) == true, let kind = try? reader.kind() { try body(&reader, kind) }
    }

    @inline(__always)
    private func element(at reader: inout JSONReader, _ kind: JSONKind, index: Int) -> JSONValue {
        JSONValue(bytes: bytes, range: reader.skipCheckedValue(), kind: kind, key: key, index: index)
    }
}
