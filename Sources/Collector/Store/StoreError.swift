import Foundation
import GRDB

/// Why the store could not do what it was asked for, in the words of whoever runs it.
public enum StoreError: Error, Equatable, CustomStringConvertible {
    /// There is no store in this directory.
    case missing(path: String)
    /// The file cannot be opened or made.
    case cannotOpen(path: String, reason: String)
    /// Another collector writes to this store.
    case inUse(path: String)
    /// The file was written by a newer CoreLevel.
    case newer(path: String)
    /// The file is damaged or is no CoreLevel store.
    case damaged(path: String, reason: String)
    /// The disk is full.
    case full(path: String, reason: String)
    /// The disk failed.
    case inputOutput(path: String, reason: String)
    /// Another program holds a lock on the file for too long.
    case busy(path: String)
    /// SQLite refused a statement.
    case refused(path: String, reason: String)

    /// Whether the same may succeed later, without anybody touching the data: after space was made, say.
    public var isRetriable: Bool {
        switch self {
        case .full, .inputOutput, .busy: true
        case .missing, .cannotOpen, .inUse, .newer, .damaged, .refused: false
        }
    }

    /// What was wrong, where, and what to do.
    public var description: String {
        switch self {
        case .missing(let path):
            "no results at \(path): --data names the directory that `corelevel up` or `corelevel collector` was given"
        case .cannotOpen(let path, let reason):
            "cannot open \(path): \(reason); check that the directory exists and may be written"
        case .inUse(let path):
            "\(path) is in use by another collector: one collector per data directory"
        case .newer(let path):
            "\(path) was written by a newer CoreLevel: update this one, or use another data directory"
        case .damaged(let path, let reason):
            "\(path) is damaged or not a CoreLevel store (\(reason)): restore it from a copy, or move it away"
        case .full(let path, let reason):
            "no space left for \(path) (\(reason)): free some space, nothing is lost meanwhile"
        case .inputOutput(let path, let reason):
            "the disk failed under \(path) (\(reason))"
        case .busy(let path):
            "another program keeps \(path) locked: close it, reading beside the collector is all that is allowed"
        case .refused(let path, let reason):
            "\(path) did not take this (\(reason))"
        }
    }

    /// Sorts an error of GRDB, SQLite or the file system by what can be done about it.
    init(_ error: any Error, path: String) {
        if let error = error as? StoreError {
            self = error
            return
        }
        guard let error = error as? DatabaseError else {
            self = .cannotOpen(path: path, reason: (error as NSError).localizedDescription)
            return
        }
        let reason = error.message ?? "SQLite error \(error.extendedResultCode.rawValue)"
        switch error.resultCode {
        case .SQLITE_FULL: self = .full(path: path, reason: reason)
        case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_PROTOCOL: self = .busy(path: path)
        case .SQLITE_IOERR, .SQLITE_NOMEM:
            self = .inputOutput(path: path, reason: reason)
        case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_READONLY, .SQLITE_AUTH:
            self = .cannotOpen(path: path, reason: reason)
        case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT: self = .damaged(path: path, reason: reason)
        default: self = .refused(path: path, reason: reason)
        }
    }
}
