/// Evidence of something that the journal found wrong on disk.
public struct JournalNotice: Equatable, Sendable {
    /// What was found.
    public enum Kind: Equatable, Sendable {
        /// Unfinished writing at the end of the journal; it was cut off.
        case tornTail
        /// Bytes that are no record; those around them are.
        case damagedRecords
        /// A record whose payload no longer has its digest.
        case damagedPayload
        /// A segment that cannot be read as one.
        case unreadableSegment
        /// A segment that is not there.
        case missingSegment
        /// A part of a segment that the disk did not give.
        case unreadableBytes
    }

    /// What was found.
    public let kind: Kind
    /// The file.
    public let file: String
    /// Where in the file.
    public let bytes: Range<Int>
    /// How many records are lost, as far as their sequence numbers tell.
    public let lostRecords: Int
    /// The job whose payload it is.
    public let job: UInt64?
    /// Whether what is lost had been synced, hence may have been acknowledged.
    ///
    /// The torn tail of the newest segment may as well be damage to its last batch: nothing on disk tells the two
    /// apart.
    public let wasSynced: Bool

    package init(
        _ kind: Kind, file: String, bytes: Range<Int>, lostRecords: Int = 0, job: UInt64? = nil,
        wasSynced: Bool = true
    ) {
        self.kind = kind
        self.file = file
        self.bytes = bytes
        self.lostRecords = lostRecords
        self.job = job
        self.wasSynced = wasSynced
    }
}

extension JournalNotice: CustomStringConvertible {
    /// One line for the log.
    public var description: String {
        let place = "\(file), bytes \(bytes.lowerBound) to \(bytes.upperBound)"
        let lost = lostRecords == 1 ? "1 record is lost" : "\(lostRecords) records are lost"
        let synced = wasSynced ? "" : ", which had not been synced for certain"
        switch kind {
        case .tornTail:
            let whose = job.map { " (job \($0))" } ?? ""
            return "\(place): the tail of the journal\(whose) is no whole record and was cut off"
        case .damagedRecords: return "\(place): damaged, \(lost)\(synced)"
        case .damagedPayload: return "\(place): the payload of job \(job ?? 0) is damaged\(synced)"
        case .unreadableSegment: return "\(file): has no valid segment header, \(lost)"
        case .missingSegment: return "\(file): is missing, \(lost)"
        case .unreadableBytes: return "\(place): the disk does not give these bytes"
        }
    }
}
