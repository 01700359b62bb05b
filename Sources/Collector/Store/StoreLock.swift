import Foundation

/// An advisory lock beside the store, held as long as this value lives: two collectors that write and checkpoint one
/// database would meet SQLite's WAL-reset race (all versions before 3.51.3).
struct StoreLock: ~Copyable, Sendable {
    private let descriptor: Int32

    /// Locks `path` on behalf of the database at `database`, which errors name.
    init(path: String, of database: String) throws {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw StoreError.cannotOpen(path: path, reason: String(cString: strerror(errno)))
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw StoreError.inUse(path: database)
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }
}
