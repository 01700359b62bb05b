/// Why a message is refused, in the sender's words.
public struct ProtocolError: Error, Hashable, Sendable {
    /// The code of the refusal.
    public var code: Code
    /// A sentence: what was wrong and what is expected.
    public var message: String
    /// The key to blame, as a path: `regions[0].shape`.
    public var field: String?
    /// When to try again, for retriable codes.
    public var retryAfterMs: Int?

    /// A refusal with its reason.
    public init(_ code: Code, _ message: String, field: String? = nil, retryAfterMs: Int? = nil) {
        self.code = code
        self.message = message
        self.field = field
        self.retryAfterMs = retryAfterMs
    }

    /// Whether the same message may succeed later.
    public var isRetriable: Bool { code.isRetriable }

    /// The same error, seen from the object that holds `parent`.
    func under(_ parent: String) -> ProtocolError {
        var error = self
        error.field = field.map { "\(parent).\($0)" } ?? parent
        return error
    }
}

extension ProtocolError: CustomStringConvertible {
    /// The error as it is logged: `400 at regions[0].shape: ...`.
    public var description: String {
        "\(code)\(field.map { " at \($0)" } ?? ""): \(message)"
    }
}
