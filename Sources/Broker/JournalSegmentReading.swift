/// Replays one segment: every record in it that counts, and evidence of what lies between.
struct JournalSegmentReading {
    private let segment: JournalSegment
    private let bytes: UnsafeRawBufferPointer
    private let next: JournalSegmentHeader?

    /// Where the last record that counts ends.
    private(set) var usedBytes = JournalSegmentHeader.byteCount
    private(set) var lastSequence: UInt64
    private var lastEpoch: UInt32 = 0
    /// Damage that is judged when the newest epoch is known.
    private var doubts: [Doubt] = []

    private struct Doubt {
        var kind: JournalNotice.Kind
        var bytes: Range<Int>
        var lostRecords = 0
        var job: UInt64?
        /// Whether the job is known from here alone; a copy is made of what was acknowledged.
        var isOriginal = false
        var epoch: UInt32
    }

    init(segment: JournalSegment, bytes: UnsafeRawBufferPointer, next: JournalSegmentHeader?) {
        self.segment = segment
        self.bytes = bytes
        self.next = next
        lastSequence = segment.header.firstSequence &- 1
    }

    mutating func run(into replay: inout JournalReplay) {
        var scanner = JournalScanner(
            segment: bytes, seed: segment.header.seed, offset: JournalSegmentHeader.byteCount)
        var gap: Range<Int>?
        scan: while let step = scanner.next() {
            switch step {
            case .gap(let range):
                gap = range
            case .record(let found):
                // What an abandoned segment holds from here on was reported as failed.
                if let next, found.extent.sequence >= next.firstSequence {
                    end(at: gap?.lowerBound ?? found.extent.bytes.lowerBound, isClean: true, into: &replay)
                    break scan
                }
                if let gap {
                    doubts.append(
                        Doubt(
                            kind: .damagedRecords, bytes: gap,
                            lostRecords: Int(clamping: found.extent.sequence &- lastSequence &- 1),
                            epoch: found.extent.epoch))
                }
                gap = nil
                take(found, into: &replay)
            case .end(let offset, let isClean):
                end(at: offset, isClean: isClean, into: &replay)
            }
        }
        settle(&replay)
    }

    private mutating func take(_ found: JournalFraming.Found, into replay: inout JournalReplay) {
        let stored = UnsafeRawBufferPointer(rebasing: bytes[found.extent.payload])
        var isIntact = true
        if let heading = found.entry.heading {
            isIntact = Checksum.of(stored) == heading.digest
            if !isIntact {
                doubts.append(
                    Doubt(
                        kind: .damagedPayload, bytes: found.extent.bytes, job: heading.job,
                        isOriginal: found.entry.kind == .accepted, epoch: found.extent.epoch))
            }
        }
        let place = JournalState.Place(
            segment: segment.number, offset: UInt32(found.extent.bytes.lowerBound),
            byteCount: UInt32(found.extent.bytes.count))
        replay.apply(found.entry, at: place, isPayloadIntact: isIntact)
        usedBytes = found.extent.bytes.upperBound
        lastSequence = found.extent.sequence
        lastEpoch = found.extent.epoch
    }

    private mutating func end(at offset: Int, isClean: Bool, into replay: inout JournalReplay) {
        if let next {
            let lost = Int(clamping: next.firstSequence &- lastSequence &- 1)
            let isNeighbour = next.number == segment.number + 1
            if lost > 0 {
                let end = isNeighbour ? bytes.count : offset
                replay.notices.append(
                    JournalNotice(
                        .damagedRecords, file: segment.name, bytes: offset..<end, lostRecords: lost))
            }
        } else if !isClean {
            replay.notices.append(
                JournalNotice(.tornTail, file: segment.name, bytes: offset..<bytes.count, wasSynced: false))
        }
    }

    /// Damage in the newest batch of the newest segment may be a write that the power cut off: those jobs were not
    /// acknowledged for certain, and a client that sends them again must not find them dead.
    private func settle(_ replay: inout JournalReplay) {
        for doubt in doubts {
            let wasSynced = next != nil || doubt.epoch != lastEpoch
            replay.notices.append(
                JournalNotice(
                    doubt.kind, file: segment.name, bytes: doubt.bytes, lostRecords: doubt.lostRecords,
                    job: doubt.job, wasSynced: wasSynced))
            if !wasSynced, doubt.isOriginal, let job = doubt.job { replay.withdraw(job) }
        }
    }
}
