/// Why a folder cannot be ingested.
public enum IngestError: Error, Sendable, Hashable {
    /// The folder is not there, or cannot be listed.
    case unreadableFolder(path: String)
    /// The list of what was done cannot be kept.
    case unwritableLedger(path: String, reason: String)
    /// Another process keeps the same list.
    case busy(path: String)
}

extension IngestError: CustomStringConvertible {
    /// What was wrong, where, and what to do.
    public var description: String {
        switch self {
        case .unreadableFolder(let path): "\(path) is no folder that can be read"
        case .unwritableLedger(let path, let reason):
            "\(path), the list of what was submitted, cannot be written: \(reason); name another file with --state"
        case .busy(let path): "another corelevel ingest works with \(path); two would get in each other's way"
        }
    }
}
