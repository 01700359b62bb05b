import Glibc

/// Lists the regular files of a folder and of those inside it.
public enum FolderListing {
    /// Folders inside folders further down than this are not looked into.
    private static let deepest = 16
    /// What programs write into under another name until it is whole, and what they keep for themselves.
    private static let unfinished = [
        ".part", ".partial", ".tmp", ".temp", ".crdownload", ".filepart", ".unfinished", "~",
    ]

    /// The files by path; hidden ones, those with an unfinished name, and links to folders are left out.
    public static func files(in folder: String) throws(IngestError) -> [FileStamp] {
        var files: [FileStamp] = []
        guard list(folder, below: "", depth: 0, into: &files) else { throw .unreadableFolder(path: folder) }
        return files.sorted { $0.path < $1.path }
    }

    /// The folders whose changes matter, itself included.
    static func folders(in folder: String) -> [String] {
        var folders = [""]
        var next = 0
        while next < folders.count {
            let below = folders[next]
            next += 1
            guard below.split(separator: "/").count < deepest else { continue }
            for name in names(of: join(folder, below)) where isFolder(join(folder, join(below, name))) {
                folders.append(join(below, name))
            }
        }
        return folders
    }

    static func join(_ folder: String, _ name: String) -> String {
        folder.isEmpty ? name : name.isEmpty ? folder : folder + "/" + name
    }

    private static func list(_ root: String, below: String, depth: Int, into files: inout [FileStamp]) -> Bool {
        guard let directory = opendir(join(root, below)) else { return false }
        closedir(directory)
        for name in names(of: join(root, below)) {
            let path = join(below, name)
            var status = stat()
            guard stat(join(root, path), &status) == 0 else { continue }
            switch status.st_mode & S_IFMT {
            case S_IFREG:
                guard !unfinished.contains(where: name.lowercased().hasSuffix) else { continue }
                files.append(
                    FileStamp(
                        path: path, size: Int(status.st_size),
                        modifiedNs: Int(status.st_mtim.tv_sec) * 1_000_000_000 + Int(status.st_mtim.tv_nsec),
                        inode: UInt64(status.st_ino)))
            case S_IFDIR where depth < deepest && isFolder(join(root, path)):
                // One that has gone meanwhile, or may not be read, holds nothing.
                _ = list(root, below: path, depth: depth + 1, into: &files)
            default: break
            }
        }
        return true
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func names(of folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names
    }
}
