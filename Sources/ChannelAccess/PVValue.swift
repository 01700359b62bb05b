/// What is put into a process variable.
public enum PVValue: Sendable {
    /// A number; the record converts it to its own type.
    case number(Double)
    /// The index of a state of an enumeration.
    case state(Int)
    /// A string of at most 39 bytes, the most that Channel Access carries as a string.
    case text(String)
    /// A string of any length, for a channel that is an array of characters: `NAME.VAL$` of an `lso` or `lsi` record.
    case longText(String)
    /// A waveform of numbers.
    case numbers([Double])
    /// A waveform of small integers.
    case states([Int])
    /// A waveform of strings of at most 39 bytes each.
    case texts([String])

    /// Bytes of a string of Channel Access, its closing zero among them: `MAX_STRING_SIZE` of `epicsTypes.h`.
    package static let stringBytes = 40

    /// The type number of `db_access.h` that the value goes out as.
    var type: Int {
        switch self {
        case .text, .texts: 0
        case .longText: 4
        case .state, .states: 5
        case .number, .numbers: 6
        }
    }

    /// The value as libca takes it, in at most `limit` elements, and their number.
    package func encoded(atMost limit: Int) -> (bytes: [UInt8], count: Int) {
        switch self {
        case .number(let number): (Self.bytes(of: [number]), 1)
        case .state(let state): (Self.bytes(of: [Int32(clamping: state)]), 1)
        case .text(let text): (Self.string(text), 1)
        case .longText(let text): Self.characters(text, limit)
        case .numbers(let numbers): (Self.bytes(of: numbers.prefix(limit)), min(numbers.count, limit))
        case .states(let states):
            (Self.bytes(of: states.prefix(limit).map { Int32(clamping: $0) }), min(states.count, limit))
        case .texts(let texts): (texts.prefix(limit).flatMap(Self.string), min(texts.count, limit))
        }
    }

    private static func bytes<Element: BitwiseCopyable>(of elements: some Sequence<Element>)
        -> [UInt8]
    {
        Array(elements).withUnsafeBytes(Array.init)
    }

    private static func string(_ text: String) -> [UInt8] {
        let bytes = text.utf8Prefix(bytes: stringBytes - 1)
        return bytes + [UInt8](repeating: 0, count: stringBytes - bytes.count)
    }

    private static func characters(_ text: String, _ limit: Int) -> ([UInt8], Int) {
        let bytes = text.utf8Prefix(bytes: max(0, limit - 1)) + [0]
        return (bytes, bytes.count)
    }
}

extension PVValue: Equatable {
    /// Whether the two are the same for whoever reads the variable; not a number is.
    public static func == (left: PVValue, right: PVValue) -> Bool {
        switch (left, right) {
        case (.number(let left), .number(let right)): left.bitPattern == right.bitPattern
        case (.numbers(let left), .numbers(let right)):
            left.count == right.count && zip(left, right).allSatisfy { $0.bitPattern == $1.bitPattern }
        case (.state(let left), .state(let right)): left == right
        case (.states(let left), .states(let right)): left == right
        case (.text(let left), .text(let right)): left == right
        case (.longText(let left), .longText(let right)): left == right
        case (.texts(let left), .texts(let right)): left == right
        default: false
        }
    }
}

extension String {
    /// The first bytes of the text, whole characters only.
    fileprivate func utf8Prefix(bytes limit: Int) -> [UInt8] {
        guard utf8.count > limit else { return Array(utf8) }
        var bytes: [UInt8] = []
        for character in self {
            let next = character.utf8
            guard bytes.count + next.count <= limit else { break }
            bytes.append(contentsOf: next)
        }
        return bytes
    }
}
