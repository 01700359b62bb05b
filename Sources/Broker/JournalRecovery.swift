/// Reads a journal's directory from the oldest segment to the newest and changes nothing in it.
package struct JournalRecovery {
    /// A readable segment and where its last record that counts ends.
    package struct Recovered {
        package var segment: JournalSegment
        package var usedBytes: Int
        package var fileBytes: Int
    }

    package private(set) var segments: [Recovered] = []
    package private(set) var replay = JournalReplay()
    package private(set) var nextSequence: UInt64 = 1
    package private(set) var nextNumber: UInt32 = 1
    /// Files named as segments that are none; they are put aside.
    package private(set) var unreadable: [String] = []
    package private(set) var spares: [String] = []

    private let disk: JournalDisk

    package init(disk: JournalDisk) throws(JournalError) {
        self.disk = disk
        let names = try disk.names()
        spares = names.filter { $0.hasSuffix(".spare") }
        let headers = try readHeaders(names)
        for (position, segment) in headers.enumerated() {
            let next = position + 1 < headers.count ? headers[position + 1].header : nil
            try read(segment, next: next)
        }
    }

    private mutating func readHeaders(_ names: [String]) throws(JournalError) -> [JournalSegment] {
        var readable: [JournalSegment] = []
        var expected: UInt32?
        for name in names {
            guard let number = JournalSegmentHeader.number(inFileName: name) else { continue }
            if let expected, expected < number {
                note(
                    JournalNotice(
                        .missingSegment, file: JournalSegmentHeader.fileName(expected), bytes: 0..<0))
            }
            expected = number + 1
            nextNumber = number + 1
            let file = try disk.open(name)
            let page = file.read(0..<JournalSegmentHeader.byteCount) ?? []
            guard let header = page.withUnsafeBytes({ JournalSegmentHeader(page: $0) }),
                header.number == number
            else {
                note(JournalNotice(.unreadableSegment, file: name, bytes: 0..<(file.byteCount() ?? 0)))
                unreadable.append(name)
                continue
            }
            guard header.version == JournalSegmentHeader.version else {
                throw .unsupportedFormat(
                    file: disk.path(name), found: header.version, supported: JournalSegmentHeader.version)
            }
            readable.append(JournalSegment(header: header, name: name, file: file, disk: disk))
        }
        return readable
    }

    private mutating func read(_ segment: JournalSegment, next: JournalSegmentHeader?)
        throws(JournalError)
    {
        guard let fileBytes = segment.file.byteCount() else {
            throw disk.failure("measure", segment.name)
        }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: fileBytes, alignment: 4096)
        defer { buffer.deallocate() }
        for lost in Self.fill(buffer, from: segment.file) {
            note(JournalNotice(.unreadableBytes, file: segment.name, bytes: lost))
        }
        replay.noteHighestJob(segment.header.highestJob)
        var reading = JournalSegmentReading(
            segment: segment, bytes: UnsafeRawBufferPointer(buffer), next: next)
        reading.run(into: &replay)
        nextSequence = next?.firstSequence ?? reading.lastSequence + 1
        segments.append(Recovered(segment: segment, usedBytes: reading.usedBytes, fileBytes: fileBytes))
    }

    /// Reads the file; what the disk does not give is zero and returned.
    private static func fill(_ buffer: UnsafeMutableRawBufferPointer, from file: JournalFile)
        -> [Range<Int>]
    {
        var lost: [Range<Int>] = []
        var offset = 0
        while offset < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[offset...])
            let (count, code) = file.read(into: rest, at: offset)
            offset += count
            guard offset < buffer.count else { break }
            // One page is given up at a time, and everything when the file is shorter than it said.
            let page = code == 0 ? buffer.count : min((offset / 4096 + 1) * 4096, buffer.count)
            UnsafeMutableRawBufferPointer(rebasing: buffer[offset..<page]).initializeMemory(
                as: UInt8.self, repeating: 0)
            lost.append(offset..<page)
            offset = page
        }
        return lost
    }

    private mutating func note(_ notice: JournalNotice) {
        replay.notices.append(notice)
    }
}

extension JournalRecovery {
    /// Puts on stable storage what was found, since the owner will act on it: a killed process leaves records that were
    /// written and not synced.
    ///
    /// Cuts the newest segment behind its last record and puts unreadable files aside.
    package mutating func settle() throws(JournalError) {
        for name in unreadable {
            try disk.rename(name, to: name + ".damaged")
        }
        if let newest = segments.last {
            if newest.usedBytes < newest.fileBytes { try newest.segment.cut(toBytes: newest.usedBytes) }
            try newest.segment.sync()
            segments[segments.count - 1].fileBytes = newest.usedBytes
        }
        try disk.syncDirectory()
    }
}
