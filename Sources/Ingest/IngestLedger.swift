public import Foundation

/// The list of what became of each file, in a small file of JSON lines that survives a crash at any instant.
///
/// An entry is synced before the next file is looked at. What was submitted and not yet written down is submitted once
/// more after a restart, under the same key, which the broker knows.
public final class IngestLedger {
    /// What became of a file.
    public struct Entry: Codable, Sendable, Equatable {
        /// The path below the watched folder.
        public var file: String
        /// Its size.
        public var size: Int
        /// Its last change, in nanoseconds since 1970.
        public var modifiedNs: Int
        /// Its number on the disk.
        public var inode: UInt64
        /// Digest of content and path.
        public var digest: String
        /// How many jobs it gave; nil where it was refused.
        public var jobs: Int?
        /// Why it was refused.
        public var refused: String?

        /// Creates an entry.
        public init(_ stamp: FileStamp, digest: String, jobs: Int? = nil, refused: String? = nil) {
            (file, size, modifiedNs, inode) = (stamp.path, stamp.size, stamp.modifiedNs, stamp.inode)
            (self.digest, self.jobs, self.refused) = (digest, jobs, refused)
        }

        /// Whether a file is the one that the entry speaks of, unchanged.
        func speaks(of stamp: FileStamp) -> Bool {
            file == stamp.path && size == stamp.size && modifiedNs == stamp.modifiedNs && inode == stamp.inode
        }
    }

    private let url: URL
    private let handle: FileHandle
    private var entries: [String: Entry] = [:]
    private var digests: Set<String> = []

    /// Opens the list, or begins it; keeps others from it as long as it lives.
    public init(_ url: URL) throws(IngestError) {
        self.url = url
        do {
            if !FileManager.default.fileExists(atPath: url.path) {
                try Data().write(to: url, options: .withoutOverwriting)
            }
            handle = try FileHandle(forUpdating: url)
        } catch {
            throw .unwritableLedger(path: url.path, reason: error.localizedDescription)
        }
        guard flock(handle.fileDescriptor, LOCK_EX | LOCK_NB) == 0 else { throw .busy(path: url.path) }
        do {
            try load()
        } catch {
            throw .unwritableLedger(path: url.path, reason: error.localizedDescription)
        }
    }

    /// A child that was being started meanwhile may hold the file open a little longer; the lock must not last with it.
    deinit { _ = flock(handle.fileDescriptor, LOCK_UN) }

    /// What became of a file that has not changed since; nil for one that is new or has changed.
    public func entry(for stamp: FileStamp) -> Entry? {
        entries[stamp.path].flatMap { $0.speaks(of: stamp) ? $0 : nil }
    }

    /// Whether this content at this path was submitted before, whatever its time says.
    public func wasSubmitted(_ digest: String) -> Bool { digests.contains(digest) }

    /// The refused files by path.
    public var refusals: [Entry] {
        entries.values.filter { $0.refused != nil }.sorted { $0.file < $1.file }
    }

    /// Adds an entry and waits until the disk has it.
    public func add(_ entry: Entry) throws(IngestError) {
        do {
            try handle.seekToEnd()
            try handle.write(contentsOf: try Self.line(entry))
        } catch {
            throw .unwritableLedger(path: url.path, reason: error.localizedDescription)
        }
        guard fdatasync(handle.fileDescriptor) == 0 else {
            throw .unwritableLedger(path: url.path, reason: String(cString: strerror(errno)))
        }
        remember(entry)
    }

    private func remember(_ entry: Entry) {
        entries[entry.file] = entry
        if entry.jobs != nil { digests.insert(entry.digest) }
    }

    /// A torn last line, which a crash may leave, is cut off; other lines that are no entries are passed over.
    private func load() throws {
        let data = try handle.readToEnd() ?? Data()
        var lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true)
        if let last = lines.last, data.last != UInt8(ascii: "\n") {
            try handle.truncate(atOffset: UInt64(data.count - last.count))
            lines.removeLast()
        }
        let decoder = JSONDecoder()
        for line in lines {
            if let entry = try? decoder.decode(Entry.self, from: Data(line)) { remember(entry) }
        }
    }

    private static func line(_ entry: Entry) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(entry) + [UInt8(ascii: "\n")]
    }
}
