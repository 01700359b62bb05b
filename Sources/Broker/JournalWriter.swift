/// The journal's writing side: what is appended goes in batches into the active segment, is synced, and only then
/// becomes part of the state.
///
/// It belongs to one thread at a time.
package struct JournalWriter: Sendable {
    /// A record that waits, with its size in the segment.
    package struct Item: Sendable {
        package var record: JournalRecord
        package var byteCount: Int

        package init(_ record: JournalRecord) {
            self.record = record
            var payloadBytes = 0
            if case .accepted(let acceptance) = record {
                payloadBytes = acceptance.payload.storedByteCount
            }
            byteCount = JournalFraming.byteCount(of: record.entry, payloadBytes: payloadBytes)
        }
    }

    /// What became of the first items that were given to a commit.
    package struct Outcome: Sendable {
        package var itemCount: Int
        package var failure: JournalError?
    }

    struct Sealed {
        var segment: JournalSegment
        var usedBytes: Int
        var fileBytes: Int
    }

    private struct Active {
        var segment: JournalSegment
        var fileBytes: Int
        var offset = JournalSegmentHeader.byteCount
        var syncedOffset = JournalSegmentHeader.byteCount
        var syncedSequence: UInt64
        var epoch: UInt32 = 0
        /// Whether a `synced` record has followed the last sync.
        var isMarked = true
    }

    let disk: JournalDisk
    let index: JournalIndex
    let configuration: JournalConfiguration
    /// Oldest first.
    var sealed: [Sealed]
    var spares: JournalSpares
    var carry: JournalCarry?
    /// The oldest segment's file has been removed, and the directory is not yet synced.
    var isOldestGone = false
    private var active: Active?
    private var nextNumber: UInt32
    private var nextSequence: UInt64
    private var buffer: [UInt8] = []
    /// Written and not yet synced; written again elsewhere should the sync fail.
    private var ridingAlong: [JournalRecord] = []
    /// To be written again into the next segment.
    private var retried: [Item] = []
    /// What the next carried item needs.
    private var blockedBytes: Int?

    /// Ride-along bytes after which a sync happens anyway.
    private static let unsyncedBytes = 256 << 10
    /// How much is carried forward with one commit at most.
    private static let carriedBytes = 1 << 20

    package init(
        disk: JournalDisk, configuration: JournalConfiguration, index: JournalIndex,
        recovery: JournalRecovery
    ) throws(JournalError) {
        self.disk = disk
        self.configuration = configuration
        self.index = index
        sealed = recovery.segments.map {
            Sealed(segment: $0.segment, usedBytes: $0.usedBytes, fileBytes: $0.fileBytes)
        }
        nextNumber = recovery.nextNumber
        nextSequence = recovery.nextSequence
        spares = try JournalSpares(
            names: recovery.spares, disk: disk, segmentBytes: configuration.segmentBytes,
            limit: configuration.spareSegments)
        try openSegment(holding: 0)
    }

    /// What the segments take on the disk, spares aside.
    package var bytesOnDisk: Int {
        sealed.reduce(active?.fileBytes ?? 0) { $0 + $1.fileBytes }
    }

    var activeNumber: UInt32? { active?.segment.number }

    package var hasUnsynced: Bool { !ridingAlong.isEmpty || !retried.isEmpty }

    /// Writes as many items as fit into one batch and what must be carried forward, and syncs if any needs it.
    package mutating func commit(_ items: ArraySlice<Item>) -> Outcome {
        buffer.removeAll(keepingCapacity: true)
        var applied: [(JournalEntry, JournalState.Place)] = []
        var taken = 0
        var isDurable = false
        do {
            try makeRoom(for: blockedBytes ?? retried.first?.byteCount ?? items.first?.byteCount ?? 0)
            isDurable = carryForward(into: &applied)
            let again = encode(retried[...], into: &applied)
            ridingAlong += retried.prefix(again).map(\.record)
            retried.removeFirst(again)
            if retried.isEmpty {
                taken = encode(items, into: &applied)
                for item in items.prefix(taken) {
                    if item.record.isDurable { isDurable = true } else { ridingAlong.append(item.record) }
                }
            }
            try write()
            if isDurable || unsyncedByteCount > Self.unsyncedBytes { try sync() }
        } catch {
            let failed = active == nil ? items.count : taken
            if active == nil { retried += items.filter { !$0.record.isDurable } }
            abandon()
            return Outcome(itemCount: failed, failure: error)
        }
        index.apply(applied)
        return Outcome(itemCount: taken)
    }

    /// Syncs what only rode along.
    package mutating func flush() -> JournalError? {
        do {
            if !retried.isEmpty {
                let outcome = commit([])
                if let failure = outcome.failure { return failure }
            }
            if unsyncedByteCount > 0 { try sync() }
            return nil
        } catch {
            abandon()
            return error
        }
    }

    /// Leaves word, when there is time, that what was written has been synced: without it a later reader could not
    /// tell damage to the last batch from a write that the power cut off.
    package mutating func mark() {
        guard let active, !active.isMarked, ridingAlong.isEmpty,
            active.offset + JournalFraming.byteCount(of: .synced, payloadBytes: 0) <= active.fileBytes
        else { return }
        buffer.removeAll(keepingCapacity: true)
        append(.synced)
        do { try write() } catch { abandon() }
        self.active?.isMarked = true
    }

    /// Seals the active segment at the end of the process.
    package mutating func close() -> JournalError? {
        if let failure = flush() { return failure }
        mark()
        do {
            if unsyncedByteCount > 0 { try sync() }
            return nil
        } catch {
            return error
        }
    }

    private var unsyncedByteCount: Int {
        active.map { $0.offset - $0.syncedOffset } ?? 0
    }

    private func room() -> Int {
        guard let active else { return 0 }
        return active.fileBytes - active.offset - buffer.count
    }

    private mutating func append(_ entry: JournalEntry, payload: JournalPayload? = nil) {
        JournalFraming.append(entry, payload: payload, stamp: takeStamp(), to: &buffer)
    }

    private mutating func takeStamp() -> JournalFraming.Stamp {
        defer { nextSequence += 1 }
        return JournalFraming.Stamp(
            sequence: nextSequence, epoch: active?.epoch ?? 0, seed: active?.segment.header.seed ?? 0)
    }

    private func place(from start: Int) -> JournalState.Place {
        JournalState.Place(
            segment: active?.segment.number ?? 0, offset: UInt32((active?.offset ?? 0) + start),
            byteCount: UInt32(buffer.count - start))
    }

    private mutating func encode(
        _ items: ArraySlice<Item>, into applied: inout [(JournalEntry, JournalState.Place)]
    ) -> Int {
        var count = 0
        for item in items {
            guard item.byteCount <= room(),
                buffer.isEmpty || buffer.count + item.byteCount <= configuration.batchBytes
            else { break }
            let start = buffer.count
            var payload: JournalPayload?
            if case .accepted(let acceptance) = item.record { payload = acceptance.payload }
            let entry = item.record.entry
            append(entry, payload: payload)
            applied.append((entry, place(from: start)))
            count += 1
        }
        return count
    }

    /// Encodes what comes next of the segment that is to be dropped; says whether there was anything.
    private mutating func carryForward(into applied: inout [(JournalEntry, JournalState.Place)])
        -> Bool
    {
        blockedBytes = nil
        while buffer.count < Self.carriedBytes {
            let room = room()
            guard let item = carry?.next(room: room) else {
                blockedBytes = carry?.blockedBytes
                break
            }
            let start = buffer.count
            item.stored.withUnsafeBytes {
                JournalFraming.append(item.entry, stored: $0, stamp: takeStamp(), to: &buffer)
            }
            applied.append((item.entry, place(from: start)))
        }
        return !buffer.isEmpty
    }

    private mutating func write() throws(JournalError) {
        guard !buffer.isEmpty, let active else { return }
        let count = buffer.count
        let rest = active.fileBytes - active.offset - count
        buffer.append(contentsOf: JournalFraming.terminator.prefix(rest))
        try active.segment.write(buffer, at: active.offset)
        self.active?.offset += count
        self.active?.isMarked = false
    }

    private mutating func sync() throws(JournalError) {
        guard let active else { return }
        try active.segment.sync()
        self.active?.syncedOffset = active.offset
        self.active?.syncedSequence = nextSequence - 1
        self.active?.epoch += 1
        ridingAlong.removeAll()
    }

    /// Sees to it that the active segment has room for a record.
    private mutating func makeRoom(for byteCount: Int) throws(JournalError) {
        if let active {
            guard byteCount > active.fileBytes - active.offset else { return }
            if unsyncedByteCount > 0 { try sync() }
            sealed.append(
                Sealed(segment: active.segment, usedBytes: active.offset, fileBytes: active.fileBytes))
            self.active = nil
        }
        try openSegment(holding: byteCount)
    }

    private mutating func openSegment(holding byteCount: Int) throws(JournalError) {
        let fileBytes = max(configuration.segmentBytes, JournalSegmentHeader.byteCount + byteCount)
        let header = JournalSegmentHeader(
            number: nextNumber, seed: .random(in: .min ... .max), firstSequence: nextSequence,
            highestJob: index.query { $0.highestJob })
        let name = JournalSegmentHeader.fileName(nextNumber)
        let segment = try spares.take(as: header, name: name, fileBytes: fileBytes)
        index.add(segment)
        nextNumber += 1
        active = Active(segment: segment, fileBytes: fileBytes, syncedSequence: nextSequence - 1)
    }

    /// After a failed write or sync nobody knows what is in the file behind the last sync: it is left as it is, and
    /// what follows goes elsewhere.
    ///
    /// A sync is never tried twice on one file, since the second may succeed for nothing.
    private mutating func abandon() {
        retried = ridingAlong.map { Item($0) } + retried
        ridingAlong.removeAll()
        carry = nil
        blockedBytes = nil
        guard let active else { return }
        nextSequence = active.syncedSequence + 1
        sealed.append(
            Sealed(segment: active.segment, usedBytes: active.syncedOffset, fileBytes: active.fileBytes))
        self.active = nil
    }
}
