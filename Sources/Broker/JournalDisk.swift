internal import Glibc

/// The journal's directory: every change of it goes through here, where the tests can see and break it.
package struct JournalDisk: Sendable {
    package let directory: String
    private let observer: (@Sendable (JournalOperation) -> Int32)?

    package init(directory: String, observer: (@Sendable (JournalOperation) -> Int32)?) {
        self.directory = directory
        self.observer = observer
    }

    /// Makes the directory and those above it.
    package func createDirectory() throws(JournalError) {
        var path = directory.hasPrefix("/") ? "/" : ""
        for part in directory.split(separator: "/") {
            path += part
            if mkdir(path, 0o755) != 0, errno != EEXIST { throw failure("create directory", path) }
            path += "/"
        }
    }

    /// Takes the directory for this process; the lock lasts as long as the file is held.
    package func lock() throws(JournalError) -> JournalFile {
        let file = try openFile("journal.lock", O_RDWR | O_CREAT)
        guard flock(file.descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw errno == EWOULDBLOCK ? .locked(directory: directory) : failure("lock", "journal.lock")
        }
        return file
    }

    package func names() throws(JournalError) -> [String] {
        guard let stream = opendir(directory) else { throw failure("list", directory) }
        defer { closedir(stream) }
        var names: [String] = []
        while let item = readdir(stream) {
            names.append(
                withUnsafeBytes(of: item.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                })
        }
        return names.sorted()
    }

    package func open(_ name: String) throws(JournalError) -> JournalFile {
        try openFile(name, O_RDWR)
    }

    /// A file whose blocks are reserved: a later write into it cannot run out of space.
    package func create(_ name: String, bytes: Int) throws(JournalError) -> JournalFile {
        try observe(.create(name: name, bytes: bytes), "create")
        let file = try openFile(name, O_RDWR | O_CREAT | O_TRUNC)
        let code = posix_fallocate(file.descriptor, 0, off_t(bytes))
        guard code == 0 else {
            unlink(path(name))
            throw .fileSystem(operation: "reserve \(bytes) bytes for", file: path(name), code: code)
        }
        return file
    }

    package func rename(_ name: String, to newName: String) throws(JournalError) {
        try observe(.rename(name: name, to: newName), "rename")
        guard Glibc.rename(path(name), path(newName)) == 0 else { throw failure("rename", name) }
    }

    /// Succeeds when it has been done before.
    package func remove(_ name: String) throws(JournalError) {
        try observe(.remove(name: name), "remove")
        guard unlink(path(name)) == 0 || errno == ENOENT else { throw failure("remove", name) }
    }

    /// Puts creations, renames and removals on stable storage.
    package func syncDirectory() throws(JournalError) {
        try observe(.syncDirectory, "sync")
        let descriptor = Glibc.open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open", directory) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("sync", directory) }
    }

    /// What the file system has left for us.
    package func freeBytes() -> Int? {
        var status = statvfs()
        guard statvfs(directory, &status) == 0 else { return nil }
        return Int(
            clamping: UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
                .partialValue)
    }

    package func path(_ name: String) -> String {
        name.hasPrefix("/") ? name : directory + "/" + name
    }

    func observe(_ operation: JournalOperation, _ verb: String) throws(JournalError) {
        guard let code = observer?(operation), code != 0 else { return }
        throw .fileSystem(operation: verb, file: directory, code: code)
    }

    func failure(_ operation: String, _ name: String) -> JournalError {
        .fileSystem(operation: operation, file: path(name), code: errno)
    }

    private func openFile(_ name: String, _ flags: Int32) throws(JournalError) -> JournalFile {
        let descriptor = Glibc.open(path(name), flags | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure("open", name) }
        return JournalFile(descriptor: descriptor)
    }
}
