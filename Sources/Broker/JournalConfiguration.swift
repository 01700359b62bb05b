/// Sizes and limits of a journal.
public struct JournalConfiguration: Sendable {
    /// Size of one segment file; a larger record gets a segment of its own.
    public var segmentBytes = 64 << 20
    /// Accepts are refused while segment files take more than this.
    public var maximumBytes = 20 << 30
    /// Accepts are refused while the file system has less than this free.
    public var reserveBytes = 256 << 20
    /// Accepts are refused while more than this waits in memory for the disk.
    public var maximumPendingBytes = 64 << 20
    /// The most that one commit writes, which bounds the longest sync.
    public var batchBytes = 8 << 20
    /// Segments that are kept ready, written with zeros or recycled.
    public var spareSegments = 2

    /// Sees every file operation before it happens; a number other than 0 makes it fail with that errno.
    ///
    /// This is how the tests crash, fill and break the disk.
    package var observer: (@Sendable (JournalOperation) -> Int32)?

    /// The defaults.
    public init() {}
}
