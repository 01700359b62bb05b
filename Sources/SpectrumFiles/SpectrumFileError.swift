/// Why a file was refused: which file, which line, what is wrong with it and what to do.
public struct SpectrumFileError: Error, Sendable, Hashable {
    /// The file, as it was named.
    public let file: String
    /// The line at fault, counted from 1; nil where the file as a whole is refused.
    public let line: Int?
    /// What is wrong and what to do.
    public let reason: String

    /// Creates an error.
    public init(file: String, line: Int? = nil, reason: String) {
        self.file = file
        self.line = line
        self.reason = reason
    }
}

extension SpectrumFileError: CustomStringConvertible {
    /// `file:line: reason`, as compilers write it.
    public var description: String {
        guard let line else { return "\(file): \(reason)" }
        return "\(file):\(line): \(reason)"
    }
}
