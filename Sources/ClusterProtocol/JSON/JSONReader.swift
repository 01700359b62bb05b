/// A cursor over JSON bytes, strict as RFC 8259: no comments, no NaN, no lone surrogates, nothing behind the end.
///
/// Valid as long as the bytes it reads; it copies nothing.
public struct JSONReader {
    let bytes: UnsafeBufferPointer<UInt8>
    /// The offset of the next byte to read.
    public internal(set) var position: Int
    private var depth = 0
    private var isBeforeFirstItem = false

    /// A reader at the start of `bytes`, which must be UTF-8 throughout.
    public init(_ bytes: UnsafeRawBufferPointer) throws(JSONError) {
        let text = bytes.bindMemory(to: UInt8.self)
        do {
            _ = try UTF8Span(validating: text.span)
        } catch {
            throw JSONError("there are bytes that are not UTF-8", at: error.byteOffsets.lowerBound)
        }
        self.init(checked: text, at: 0)
    }

    /// A reader inside bytes that another reader has been through.
    init(checked bytes: UnsafeBufferPointer<UInt8>, at position: Int) {
        self.bytes = bytes
        self.position = position
    }

    /// What the next value is; whitespace before it is skipped.
    @inline(__always)
    public mutating func kind() throws(JSONError) -> JSONKind {
        skipWhitespace()
        guard position < bytes.count else { throw JSONError("the text ends where a value should be", at: position) }
        switch bytes[position] {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .boolean
        case UInt8(ascii: "n"): return .null
        default: throw JSONError("a value should be here", at: position)
        }
    }

    /// Enters an object; `nextKey` then leads from member to member.
    public mutating func beginObject() throws(JSONError) {
        try enter(UInt8(ascii: "{"), "an object")
    }

    /// The next key of the object entered last, the cursor behind its colon; nil behind the closing brace.
    public mutating func nextKey() throws(JSONError) -> JSONString? {
        guard try nextItem(closing: UInt8(ascii: "}")) else { return nil }
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
            throw JSONError("a key in quotes should be here", at: position)
        }
        let key = try string()
        skipWhitespace()
        guard position < bytes.count, bytes[position] == UInt8(ascii: ":") else {
            throw JSONError("a colon should be here", at: position)
        }
        position += 1
        return key
    }

    /// Enters an array; `nextElement` then leads from value to value.
    public mutating func beginArray() throws(JSONError) {
        try enter(UInt8(ascii: "["), "an array")
    }

    /// Whether another value follows in the array entered last; false behind the closing bracket.
    public mutating func nextElement() throws(JSONError) -> Bool {
        try nextItem(closing: UInt8(ascii: "]"))
    }

    /// Reads `true` or `false`.
    public mutating func boolean() throws(JSONError) -> Bool {
        skipWhitespace()
        if take("true") { return true }
        if take("false") { return false }
        throw JSONError("true or false should be here", at: position)
    }

    /// Reads `null`.
    public mutating func null() throws(JSONError) {
        skipWhitespace()
        guard take("null") else { throw JSONError("null should be here", at: position) }
    }

    /// Passes over one value of any kind, checking it, and says where it stands.
    @discardableResult
    public mutating func skipValue() throws(JSONError) -> Range<Int> {
        let kind = try kind()
        let start = position
        switch kind {
        case .object:
            try beginObject()
            while try nextKey() != nil { try skipValue() }
        case .array:
            try beginArray()
            while try nextElement() { try skipValue() }
        case .string: _ = try string()
        case .number: try skipNumber()
        case .boolean: _ = try boolean()
        case .null: try null()
        }
        return start..<position
    }

    /// Passes over one value in bytes that were checked: only brackets and strings matter.
    mutating func skipCheckedValue() -> Range<Int> {
        skipWhitespace()
        let start = position
        var open = 0
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "{"), UInt8(ascii: "["): open &+= 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                // The bracket of whatever the value stands in ends a number or a word.
                if open == 0 { return start..<position }
                open &-= 1
                if open == 0 {
                    position &+= 1
                    return start..<position
                }
            case UInt8(ascii: "\""):
                position &+= 1
                while bytes[position] != UInt8(ascii: "\"") {
                    position &+= bytes[position] == UInt8(ascii: "\\") ? 2 : 1
                }
                if open == 0 {
                    position &+= 1
                    return start..<position
                }
            case UInt8(ascii: ","), 0x20, 0x0A, 0x0D, 0x09:
                if open == 0 { return start..<position }
            default: break
            }
            position &+= 1
        }
        return start..<position
    }

    /// Checks that nothing but whitespace follows.
    public mutating func finish() throws(JSONError) {
        skipWhitespace()
        guard position == bytes.count else {
            throw JSONError("something follows behind the end of the value", at: position)
        }
    }

    @inline(__always)
    mutating func skipWhitespace() {
        while position < bytes.count {
            let byte = bytes[position]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            position &+= 1
        }
    }

    private mutating func enter(_ opening: UInt8, _ what: StaticString) throws(JSONError) {
        skipWhitespace()
        guard position < bytes.count, bytes[position] == opening else {
            throw JSONError("\(what) should be here", at: position)
        }
        depth += 1
        guard depth <= Limits.headerDepth else {
            throw JSONError("values are nested deeper than \(Limits.headerDepth)", at: position)
        }
        position += 1
        isBeforeFirstItem = true
    }

    @inline(__always)
    private mutating func nextItem(closing: UInt8) throws(JSONError) -> Bool {
        let isFirst = isBeforeFirstItem
        isBeforeFirstItem = false
        skipWhitespace()
        guard position < bytes.count else { throw JSONError("the text ends inside a value", at: position) }
        if bytes[position] == closing {
            position &+= 1
            depth &-= 1
            return false
        }
        if isFirst { return true }
        guard bytes[position] == UInt8(ascii: ",") else { throw JSONError("a comma should be here", at: position) }
        position &+= 1
        skipWhitespace()
        guard position < bytes.count, bytes[position] != closing else {
            throw JSONError("a comma stands behind the last item", at: position)
        }
        return true
    }

    private mutating func take(_ word: StaticString) -> Bool {
        let count = word.utf8CodeUnitCount
        guard bytes.count - position >= count else { return false }
        let start = word.utf8Start
        for index in 0..<count where bytes[position + index] != start[index] { return false }
        position += count
        return true
    }
}
