/// One file of the journal.
package final class JournalSegment: Sendable {
    package let header: JournalSegmentHeader
    package let name: String
    package let file: JournalFile
    private let disk: JournalDisk

    package var number: UInt32 { header.number }

    package init(header: JournalSegmentHeader, name: String, file: JournalFile, disk: JournalDisk) {
        self.header = header
        self.name = name
        self.file = file
        self.disk = disk
    }

    package func write(_ bytes: [UInt8], at offset: Int) throws(JournalError) {
        try disk.observe(.write(name: name, bytes: offset..<(offset + bytes.count)), "write")
        let code = bytes.withUnsafeBytes { file.write($0, at: offset) }
        guard code == 0 else { throw failure("write", code) }
    }

    package func sync() throws(JournalError) {
        try disk.observe(.sync(name: name), "sync")
        let code = file.sync()
        guard code == 0 else { throw failure("sync", code) }
    }

    package func cut(toBytes count: Int) throws(JournalError) {
        try disk.observe(.cut(name: name, bytes: count), "cut")
        let code = file.cut(toBytes: count)
        guard code == 0 else { throw failure("cut", code) }
    }

    /// The stored payload of the record at a place, and whether it still has its digest; nil when no such record is
    /// there.
    package func payload(
        of job: UInt64, at place: JournalState.Place
    ) -> (heading: JournalHeading, stored: [UInt8], isIntact: Bool)? {
        let start = Int(place.offset)
        guard let bytes = file.read(start..<(start + Int(place.byteCount))) else { return nil }
        return bytes.withUnsafeBytes { bytes in
            guard case .record(let found) = JournalFraming.read(bytes, at: 0, seed: header.seed),
                let heading = found.entry.heading, heading.job == job
            else { return nil }
            let stored = UnsafeRawBufferPointer(rebasing: bytes[found.extent.payload])
            return (heading, [UInt8](stored), Checksum.of(stored) == heading.digest)
        }
    }

    private func failure(_ operation: String, _ code: Int32) -> JournalError {
        .fileSystem(operation: operation, file: disk.path(name), code: code)
    }
}
