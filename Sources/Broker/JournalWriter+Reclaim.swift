extension JournalWriter {
    /// Below this part of needed bytes a segment is worth carrying the rest forward.
    private static let sparseShare = 0.25
    /// Above this part of garbage in all sealed segments the oldest is carried forward whatever it holds, so that one
    /// that is full of live jobs does not keep the empty ones behind it: at most every second byte is then a copy.
    private static let garbageShare = 0.5
    /// The same when the journal is near its limit.
    private static let pressedGarbageShare = 0.2
    private static let pressedShare = 0.7

    /// Whether a segment is being emptied; commits go on doing it.
    package var isReclaiming: Bool { carry != nil }

    /// Begins to empty the oldest segment when that pays, or drops it when what is needed of it has been synced
    /// elsewhere.
    ///
    /// Segments go strictly from the oldest, each removal synced before the next: the record that ended a job is never
    /// gone while one that says it lives is still there. Returns evidence when not everything could be carried.
    package mutating func reclaim() throws(JournalError) -> JournalNotice? {
        if let carry, carry.isFinished {
            return try drop(carry)
        }
        if carry == nil, let oldest = sealed.first, paysToEmpty(oldest) {
            carry = JournalCarry(segment: oldest.segment, usedBytes: oldest.usedBytes, index: index)
        }
        return nil
    }

    private mutating func drop(_ carry: JournalCarry) throws(JournalError) -> JournalNotice? {
        guard let oldest = sealed.first else { return nil }
        let number = oldest.segment.number
        let left = index.query { $0.usage[number]?.jobs ?? 0 } - carry.discarded.count
        var notice: JournalNotice?
        if !isOldestGone {
            if left > 0 {
                notice = JournalNotice(
                    .damagedRecords, file: oldest.segment.name, bytes: 0..<oldest.usedBytes, lostRecords: left
                )
                try disk.rename(oldest.segment.name, to: oldest.segment.name + ".damaged")
            } else {
                try spares.recycle(oldest.segment.name, fileBytes: oldest.fileBytes)
            }
            isOldestGone = true
        }
        try disk.syncDirectory()
        isOldestGone = false
        sealed.removeFirst()
        self.carry = nil
        index.drop(segment: number, discarding: carry.discarded)
        return notice
    }

    private func paysToEmpty(_ oldest: Sealed) -> Bool {
        let oldestNumber = oldest.segment.number
        let activeNumber = activeNumber
        let (oldestNeeded, allNeeded) = index.query { state in
            (
                state.usage[oldestNumber]?.neededBytes ?? 0,
                state.neededBytes - (activeNumber.flatMap { state.usage[$0]?.neededBytes } ?? 0)
            )
        }
        let used = oldest.usedBytes - JournalSegmentHeader.byteCount
        if Double(oldestNeeded) <= Double(used) * Self.sparseShare { return true }
        let allUsed = sealed.reduce(0) { $0 + $1.usedBytes - JournalSegmentHeader.byteCount }
        let garbage = Double(allUsed - allNeeded) / Double(max(allUsed, 1))
        let isPressed = Double(bytesOnDisk) > Self.pressedShare * Double(configuration.maximumBytes)
        return garbage >= (isPressed ? Self.pressedGarbageShare : Self.garbageShare)
    }
}
