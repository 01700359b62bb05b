/// A file as a look at its folder found it: what changes when somebody writes to it.
public struct FileStamp: Sendable, Hashable {
    /// The path below the watched folder.
    public let path: String
    /// Size in bytes.
    public let size: Int
    /// Last change of the content, in nanoseconds since 1970.
    public let modifiedNs: Int
    /// The file's number on its disk: another one under the same name is another file.
    public let inode: UInt64

    /// Creates a stamp.
    public init(path: String, size: Int, modifiedNs: Int, inode: UInt64) {
        self.path = path
        self.size = size
        self.modifiedNs = modifiedNs
        self.inode = inode
    }
}
