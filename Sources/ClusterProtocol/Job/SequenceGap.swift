/// A stretch of job numbers of a run that never came: `[first, last]` on the wire.
public struct SequenceGap: Hashable, Sendable {
    /// The first missing number.
    public var first: Int
    /// The last missing number.
    public var last: Int

    /// The numbers from `first` to `last`.
    public init(first: Int, last: Int) {
        self.first = first
        self.last = last
    }

    init(_ value: JSONValue) throws(ProtocolError) {
        let pair = try value.integers()
        guard pair.count == 2, pair[0] <= pair[1] else { throw value.wrong("must be [first, last]") }
        first = pair[0]
        last = pair[1]
    }
}

extension JSONWriter {
    mutating func field(_ key: StaticString, _ gaps: [SequenceGap]) {
        self.key(key)
        beginArray()
        for gap in gaps.prefix(Limits.gaps) {
            beginArray()
            value(gap.first)
            value(gap.last)
            endArray()
        }
        endArray()
    }
}

extension JSONValue {
    func gaps() throws(ProtocolError) -> [SequenceGap] {
        try map { element throws(ProtocolError) in try SequenceGap(element) }
    }
}
