/// The name of a run or the key of a job: UTF-8 without control characters, compared byte by byte.
///
/// `String` holds canonically equivalent texts equal; two names that differ in bytes are two names.
public struct Name: Sendable {
    /// The name as text.
    public let text: String

    /// What a name is of, which decides how long it may be.
    public enum Kind: Sendable {
        /// A run: 1 to 128 bytes.
        case run
        /// A job: 1 to 64 bytes.
        case job

        var maxBytes: Int {
            switch self {
            case .run: Limits.runNameBytes
            case .job: Limits.jobNameBytes
            }
        }
    }

    /// A name from text that comes from outside.
    public init(_ text: String, as kind: Kind) throws(ProtocolError) {
        guard let fault = Self.fault(in: text, maxBytes: kind.maxBytes) else {
            self.text = text
            return
        }
        throw ProtocolError(.malformed, "\(kind) \(fault).", field: "\(kind)")
    }

    /// A name that was checked before, as one read back from a journal.
    public init(checked text: String) {
        self.text = text
    }

    /// The key of a job that has none of its own: its number in decimal.
    public init(seq: Int) {
        text = String(seq)
    }

    /// What is wrong with a text as a name of at most `maxBytes`, as the end of a sentence.
    static func fault(in text: String, maxBytes: Int) -> String? {
        let isControlled = text.unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) }
        guard (1...maxBytes).contains(text.utf8.count), !isControlled else {
            return "must be 1 to \(maxBytes) bytes of UTF-8 without control characters"
        }
        return nil
    }
}

extension Name: Hashable {
    /// Whether both names are the same bytes.
    public static func == (left: Name, right: Name) -> Bool {
        left.text.utf8.elementsEqual(right.text.utf8)
    }

    /// Hashes the bytes.
    public func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}

extension Name: Comparable {
    /// Orders names by their bytes.
    public static func < (left: Name, right: Name) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }
}

extension Name: CustomStringConvertible, ExpressibleByStringLiteral {
    /// The name as text.
    public var description: String { text }

    /// A name written in source, which is not checked.
    public init(stringLiteral text: String) {
        self.init(checked: text)
    }
}
