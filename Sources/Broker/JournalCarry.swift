/// Goes through the oldest segment before it is dropped and says what of it must be written down again: unfinished
/// jobs and dead letters with their payload, runs, and the keys of ended jobs.
///
/// Every item is what the state says at that moment, so it must be written before anything that the state has not
/// seen yet.
struct JournalCarry: Sendable {
    /// Something to be written again.
    struct Item {
        var entry: JournalEntry
        /// The payload as it lies there; if it is damaged, its digest will say so at its new place too.
        var stored: [UInt8] = []

        var byteCount: Int { JournalFraming.byteCount(of: entry, payloadBytes: stored.count) }
    }

    let segment: JournalSegment
    private let index: JournalIndex
    private let usedBytes: Int
    private var offset = JournalSegmentHeader.byteCount
    private var window: [UInt8] = []
    private var windowStart = 0
    private var carriedRuns: Set<JournalState.RunNumber> = []
    /// The run of the item at hand.
    private var carriedRun: JournalState.RunNumber?
    private var keys: [JournalState.RunNumber: [JournalRememberedKey]] = [:]
    private var keyBytes = 0
    /// Ended jobs that nobody remembers.
    private(set) var discarded: [UInt64] = []
    private(set) var isFinished = false
    /// What the next item takes, when it did not fit.
    private(set) var blockedBytes: Int?

    init(segment: JournalSegment, usedBytes: Int, index: JournalIndex) {
        self.segment = segment
        self.usedBytes = usedBytes
        self.index = index
    }

    /// The next item; nil when it does not fit into the room, and at the end.
    mutating func next(room: Int) -> Item? {
        blockedBytes = nil
        while keyBytes < JournalLimits.rememberedBytes, case .record(let found) = nextFrame() {
            guard let item = item(for: found) else { continue }
            guard item.byteCount <= room else {
                offset = found.extent.bytes.lowerBound
                blockedBytes = item.byteCount
                return nil
            }
            if let run = carriedRun { carriedRuns.insert(run) }
            carriedRun = nil
            return item
        }
        return nextKeys(room: room)
    }

    private mutating func item(for found: JournalFraming.Found) -> Item? {
        let place = JournalState.Place(
            segment: segment.number, offset: UInt32(found.extent.bytes.lowerBound),
            byteCount: UInt32(found.extent.bytes.count))
        switch found.entry {
        case .accepted(let heading), .carriedJob(let heading, _, _):
            return item(for: heading, at: place, payload: found.extent.payload)
        case .remembered(let name, let remembered):
            if let run = index.query({ $0.run(named: name, at: place) }) {
                remembered.forEach { remember($0, run: run) }
            }
            return nil
        case .run(let run):
            return item(forRun: run.name, at: place)
        case .attempt, .ended, .dead, .requeued, .runForgotten, .synced:
            return nil
        }
    }

    /// The run as it is now, once.
    private mutating func item(forRun name: String, at place: JournalState.Place) -> Item? {
        let known = index.query { state in
            state.run(named: name, at: place).flatMap { number in state.runs[number].map { (number, $0) } }
        }
        guard let (number, run) = known, !carriedRuns.contains(number) else { return nil }
        carriedRun = number
        return Item(entry: .run(run))
    }

    private mutating func item(
        for heading: JournalHeading, at place: JournalState.Place, payload: Range<Int>
    ) -> Item? {
        let number = heading.job
        let known = index.query { state in
            state.jobs[number].map { job in
                (job, state.attempts[number] ?? [], state.evidence[number], state.isForgotten(job.run))
            }
        }
        guard let (job, attempts, evidence, isForgotten) = known, job.place == place else { return nil }
        if let ending = job.status.ending {
            if isForgotten {
                discarded.append(number)
            } else {
                let key = JournalRememberedKey(
                    job: number, key: heading.key, annotation: heading.annotation, digest: heading.digest,
                    ending: ending)
                remember(key, run: job.run)
            }
            return nil
        }
        guard let stored = segment.file.read(payload), stored.count == payload.count else { return nil }
        return Item(entry: .carriedJob(heading, attempts: attempts, evidence: evidence), stored: stored)
    }

    private mutating func remember(_ key: JournalRememberedKey, run: JournalState.RunNumber) {
        keys[run, default: []].append(key)
        keyBytes += Self.byteCount(key)
    }

    /// One record of keys, all of one run.
    private mutating func nextKeys(room: Int) -> Item? {
        while let (number, list) = keys.first {
            var taken: [JournalRememberedKey] = []
            var takenBytes = 0
            for key in list.prefix(JournalLimits.rememberedKeys)
            where takenBytes < JournalLimits.rememberedBytes {
                taken.append(key)
                takenBytes += Self.byteCount(key)
            }
            if let name = index.query({ $0.runs[number]?.name }) {
                let item = Item(entry: .remembered(run: name, keys: taken))
                guard item.byteCount <= room else {
                    blockedBytes = item.byteCount
                    return nil
                }
                take(taken.count, of: number, byteCount: takenBytes)
                return item
            }
            discarded += taken.map(\.job)
            take(taken.count, of: number, byteCount: takenBytes)
        }
        isFinished = offset >= usedBytes
        return nil
    }

    private mutating func take(_ count: Int, of run: JournalState.RunNumber, byteCount: Int) {
        guard let list = keys[run] else { return }
        keys[run] = count < list.count ? [JournalRememberedKey](list[count...]) : nil
        keyBytes -= byteCount
    }

    private static func byteCount(_ key: JournalRememberedKey) -> Int { 32 + key.key.utf8.count + key.annotation.count }

    /// The next record up to its payload, which most of the time need not be read.
    private mutating func nextFrame() -> JournalFraming.Reading? {
        while offset < usedBytes {
            var reading = readFrame(byteCount: JournalFraming.prologueBytes)
            if case .damaged(let extent) = reading, extent.payload.lowerBound > windowStart + window.count {
                reading = readFrame(byteCount: extent.payload.lowerBound - offset)
            }
            switch reading {
            case .record(let found):
                offset = found.extent.bytes.upperBound
                return reading
            case .damaged(let extent):
                offset = extent.bytes.upperBound
            case .nothing:
                offset += JournalFraming.alignment
            }
        }
        return nil
    }

    private mutating func readFrame(byteCount: Int) -> JournalFraming.Reading {
        let needed = min(offset + byteCount, usedBytes)
        if offset < windowStart || needed > windowStart + window.count {
            windowStart = offset
            window = segment.file.read(offset..<min(offset + max(byteCount, 4096), usedBytes)) ?? []
        }
        return window.withUnsafeBytes { [offset, windowStart, usedBytes] bytes in
            JournalFraming.read(
                bytes, at: offset, seed: segment.header.seed, base: windowStart, end: usedBytes)
        }
    }
}
