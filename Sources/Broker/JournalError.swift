internal import Glibc

/// What the journal refuses or cannot do, in words for the operator.
public enum JournalError: Error, Equatable, Sendable {
    /// A system call failed; `code` is the errno.
    case fileSystem(operation: String, file: String, code: Int32)
    /// Another process has the directory open.
    case locked(directory: String)
    /// A segment was written by another version of the journal.
    case unsupportedFormat(file: String, found: UInt32, supported: UInt32)
    /// The file system is nearly full: accepts are refused while small records still fit.
    case lowOnSpace(freeBytes: Int, reserveBytes: Int)
    /// The journal's own byte limit is reached.
    case full(limitBytes: Int)
    /// More bytes wait for the disk than the journal may hold in memory.
    case busy(pendingBytes: Int)
    /// One field of a record is larger than a record may be.
    case tooLarge(field: String, bytes: Int, limitBytes: Int)
    /// No payload is kept for this job: it never existed here, or it has ended.
    case unknownJob(UInt64)
    /// A job's bytes on disk are no longer what was accepted.
    case damaged(job: UInt64, file: String, offset: Int)
    /// The journal has been closed.
    case closed

    /// Whether the same call may succeed later without anybody's help.
    public var isRetriable: Bool {
        switch self {
        case .lowOnSpace, .full, .busy: true
        case .fileSystem(_, _, let code): code == ENOSPC || code == EDQUOT
        default: false
        }
    }
}

extension JournalError: CustomStringConvertible {
    /// What happened, where, and what to do about it.
    public var description: String {
        switch self {
        case .fileSystem(let operation, let file, let code):
            "journal: cannot \(operation) \(file): \(String(cString: strerror(code))) (errno \(code))"
        case .locked(let directory):
            "journal: \(directory) is in use by another broker; stop it or choose another data directory"
        case .unsupportedFormat(let file, let found, let supported):
            "journal: \(file) has format version \(found), this program reads version \(supported); "
                + "let the program that wrote it finish its jobs, or start with an empty data directory"
        case .lowOnSpace(let freeBytes, let reserveBytes):
            "journal: \(freeBytes) bytes are free on its disk and \(reserveBytes) are kept in reserve; "
                + "no job is accepted until there is space"
        case .full(let limitBytes):
            "journal: its limit of \(limitBytes) bytes is reached; no job is accepted until others have ended"
        case .busy(let pendingBytes):
            "journal: \(pendingBytes) bytes wait for the disk; try again"
        case .tooLarge(let field, let bytes, let limitBytes):
            "journal: \(field) has \(bytes) bytes, at most \(limitBytes) are allowed"
        case .unknownJob(let job):
            "journal: it holds no payload of job \(job)"
        case .damaged(let job, let file, let offset):
            "journal: the bytes of job \(job) in \(file) at byte \(offset) are damaged"
        case .closed:
            "journal: it has been closed"
        }
    }
}
