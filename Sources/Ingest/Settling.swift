/// Decides when a file is whole: nobody has changed it for a while, or it came by a rename.
///
/// A value without a clock: looks and times come in.
public struct Settling: Sendable {
    private struct Sight {
        var stamp: FileStamp
        /// Since when it has looked like this.
        var since: Duration
    }

    /// How long a file must have stayed the same.
    public let quiet: Duration
    private var sights: [String: Sight] = [:]

    /// Creates a judge.
    public init(quiet: Duration) {
        self.quiet = quiet
    }

    /// Files that were seen and are not whole yet.
    public var waitingCount: Int { sights.count }

    /// Takes a look at the folder and returns the files that are whole; each is returned until ``forget(_:)`` is called.
    ///
    /// `renamed` are paths that were put in place by a rename: they are whole at once. `wallNs` is the time of day in
    /// nanoseconds since 1970, against which a file that was last written long ago needs no watching; `now` any clock
    /// that does not jump.
    public mutating func whole(
        among files: [FileStamp], renamed: Set<String> = [], now: Duration, wallNs: Int
    ) -> [FileStamp] {
        var next: [String: Sight] = [:]
        var whole: [FileStamp] = []
        for file in files {
            let sight = sights[file.path].flatMap { $0.stamp == file ? $0 : nil } ?? Sight(stamp: file, since: now)
            next[file.path] = sight
            // A file system that stamps the future says nothing by its age.
            let ageNs = wallNs - file.modifiedNs
            let isOld = ageNs >= 0 && Duration.nanoseconds(ageNs) > quiet + quiet
            if renamed.contains(file.path) || isOld || now - sight.since >= quiet { whole.append(file) }
        }
        sights = next
        return whole
    }

    /// How long a file has looked as it does now.
    public func quietTime(of file: FileStamp, now: Duration) -> Duration {
        guard let sight = sights[file.path], sight.stamp == file else { return .zero }
        return now - sight.since
    }
}
