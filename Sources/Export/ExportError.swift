/// Why an export cannot be made.
public enum ExportError: Error, Sendable, Hashable {
    /// There is nothing to export.
    case nothing
    /// No spectrum is left in the store.
    case noMeasurements
    /// The file cannot be written.
    case unwritable(path: String, reason: String)
}

extension ExportError: CustomStringConvertible {
    /// What was wrong, where, and what to do.
    public var description: String {
        switch self {
        case .nothing: "nothing is stored that could be exported"
        case .noMeasurements:
            "the spectra themselves are no longer stored (--keep-spectra of the collector); export csv, which needs none"
        case .unwritable(let path, let reason): "\(path) cannot be written: \(reason)"
        }
    }
}
