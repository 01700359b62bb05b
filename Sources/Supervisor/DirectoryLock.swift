import Foundation

/// An advisory lock on a data directory, held until the process ends: one cluster per directory.
struct DirectoryLock: Sendable {
    private let descriptor: Int32

    init(_ directory: URL) throws(SupervisorError) {
        let path = directory.appendingPathComponent("up.lock").path
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw .directoryNotWritable(path: directory.path, reason: String(cString: strerror(errno)))
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw .directoryInUse(path: directory.path)
        }
        self.descriptor = descriptor
    }
}
