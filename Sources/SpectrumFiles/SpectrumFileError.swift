/// Why a file was refused: which file, which line or byte, what is wrong with it and what to do.
public struct SpectrumFileError: Error, Sendable, Hashable {
    /// The file, as it was named.
    public let file: String
    /// The line at fault, counted from 1; nil where the file as a whole is refused, and in binary files.
    public let line: Int?
    /// The byte at fault of a binary file, counted from 0.
    public let offset: Int?
    /// What is wrong and what to do.
    public let reason: String

    /// Creates an error.
    public init(file: String, line: Int? = nil, offset: Int? = nil, reason: String) {
        self.file = file
        self.line = line
        self.offset = offset
        self.reason = reason
    }
}

extension SpectrumFileError: CustomStringConvertible {
    /// `file:line: reason`, as compilers write it; `file: byte offset: reason` for binary files.
    public var description: String {
        if let line { return "\(file):\(line): \(reason)" }
        if let offset { return "\(file): byte \(offset): \(reason)" }
        return "\(file): \(reason)"
    }
}
