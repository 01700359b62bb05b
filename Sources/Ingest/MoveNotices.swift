import Glibc

/// Hears from the kernel of files that are renamed into a folder (inotify), so that they need no waiting.
///
/// On a network's file system the kernel knows nothing of what others do; files there are found by looking.
public struct MoveNotices: ~Copyable {
    private let folder: String
    private let descriptor: Int32
    private var watched: [Int32: String] = [:]

    /// Watches a folder and those inside it, as far as the kernel lets it.
    public init(folder: String) {
        self.folder = folder
        descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
        watch()
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// The paths below the folder that were renamed into place since the last call.
    public mutating func take() -> Set<String> {
        guard descriptor >= 0 else { return [] }
        var renamed: Set<String> = []
        var hasNewFolder = false
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { break }
            var position = 0
            // Watch, mask, cookie, length of the name, the name: struct inotify_event of inotify(7).
            while position + 16 <= count {
                let (watch, mask, length) = buffer.withUnsafeBytes { bytes in
                    (
                        bytes.loadUnaligned(fromByteOffset: position, as: Int32.self),
                        bytes.loadUnaligned(fromByteOffset: position + 4, as: UInt32.self),
                        Int(bytes.loadUnaligned(fromByteOffset: position + 12, as: UInt32.self))
                    )
                }
                guard position + 16 + length <= count else { break }
                let name = String(
                    decoding: buffer[position + 16..<position + 16 + length].prefix { $0 != 0 }, as: UTF8.self)
                position += 16 + length
                if mask & UInt32(IN_ISDIR) != 0 || mask & UInt32(IN_Q_OVERFLOW) != 0 {
                    hasNewFolder = true
                } else if mask & UInt32(IN_MOVED_TO) != 0, let below = watched[watch] {
                    renamed.insert(FolderListing.join(below, name))
                }
            }
        }
        if hasNewFolder { watch() }
        return renamed
    }

    private mutating func watch() {
        guard descriptor >= 0 else { return }
        for below in FolderListing.folders(in: folder) {
            let number = inotify_add_watch(
                descriptor, FolderListing.join(folder, below), UInt32(IN_MOVED_TO) | UInt32(IN_CREATE))
            if number >= 0 { watched[number] = below }
        }
    }
}
