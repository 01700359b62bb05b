/// What keeps a folder from being a library of spectra: every fault that was found, each with its file and line.
public struct SpectralLibraryError: Error, Equatable, CustomStringConvertible {
    /// One fault.
    public struct Fault: Error, Sendable, Equatable, CustomStringConvertible {
        /// The file at fault.
        public let file: String
        /// Its line, from one; nil where it is the whole file.
        public let line: Int?
        /// What is wrong and what is expected.
        public let reason: String

        /// `file:line: reason`, as compilers write it.
        public var description: String {
            line.map { "\(file):\($0): \(reason)" } ?? "\(file): \(reason)"
        }
    }

    /// The faults, in the order of the index.
    public let faults: [Fault]

    private static let shown = 10

    /// The first faults, one a line, and how many more there are.
    public var description: String {
        let more = faults.count - Self.shown
        let lines = faults.prefix(Self.shown).map(\.description)
        return (lines + (more > 0 ? ["and \(more) more faults of this kind"] : [])).joined(separator: "\n")
    }
}
