/// Why a cluster did not start.
public enum SupervisorError: Error, CustomStringConvertible {
    /// Another cluster holds the data directory.
    case directoryInUse(path: String)
    /// The data directory cannot be written.
    case directoryNotWritable(path: String, reason: String)
    /// A role ended before it was ready; its own words are on standard error.
    case didNotStart(role: String, status: Int32)
    /// A role printed something else than its ready line.
    case notAReadyLine(role: String, line: String)

    /// What was wrong and what to do.
    public var description: String {
        switch self {
        case .directoryInUse(let path):
            "Another cluster runs on \(path). Stop it, or choose another directory with --data."
        case .directoryNotWritable(let path, let reason):
            "Cannot write in \(path): \(reason). Choose another directory with --data."
        case .didNotStart(let role, let status):
            "The \(role) ended with status \(status) before it was ready; see its message above."
        case .notAReadyLine(let role, let line):
            "The \(role) printed '\(line)' where its ready line was expected."
        }
    }
}
