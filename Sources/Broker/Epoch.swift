import Glibc

/// Counts the broker's starts in a file, so that no lease of one start is taken for one of another.
struct Epoch: Sendable {
    /// Rises with each start.
    let number: UInt64
    /// What peers are told; differs also when the data directory was emptied in between.
    let name: String

    /// Reads the count, raises it, and has it on stable storage when it returns.
    init(directory: String, unixMs: Int) throws(BrokerError) {
        let path = directory + "/epoch"
        let previous = try Self.read(path)
        number = previous + 1
        name = "\(number)-\(String(unixMs, radix: 36))"
        let temporary = path + ".new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Self.failure(path) }
        defer { close(descriptor) }
        let text = Array("\(number)\n".utf8)
        guard write(descriptor, text, text.count) == text.count, fsync(descriptor) == 0,
            rename(temporary, path) == 0
        else { throw Self.failure(path) }
        let folder = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw Self.failure(path) }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw Self.failure(path) }
    }

    private static func read(_ path: String) throws(BrokerError) -> UInt64 {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            guard errno == ENOENT else { throw failure(path) }
            return 0
        }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 32)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        guard count >= 0 else { throw failure(path) }
        let text = String(decoding: bytes[..<count].prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        guard let number = UInt64(text) else {
            throw .epochFile(path: path, reason: "it holds no number; remove it")
        }
        return number
    }

    private static func failure(_ path: String) -> BrokerError {
        .epochFile(path: path, reason: String(cString: strerror(errno)))
    }
}
