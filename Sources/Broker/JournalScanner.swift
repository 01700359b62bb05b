/// Walks over the records of one segment and past whatever is none.
package struct JournalScanner {
    package enum Step {
        case record(JournalFraming.Found)
        /// Bytes that are no record, with a record after them.
        case gap(Range<Int>)
        /// Nothing follows; `isClean` when the writer said so itself.
        case end(offset: Int, isClean: Bool)
    }

    private let segment: UnsafeRawBufferPointer
    private let seed: UInt64
    private var offset: Int
    private var hasEnded = false

    package init(segment: UnsafeRawBufferPointer, seed: UInt64, offset: Int) {
        self.segment = segment
        self.seed = seed
        self.offset = offset
    }

    /// The next step; nil after the end.
    package mutating func next() -> Step? {
        guard !hasEnded else { return nil }
        if case .record(let found) = JournalFraming.read(segment, at: offset, seed: seed) {
            offset = found.extent.bytes.upperBound
            return .record(found)
        }
        let start = offset
        if let next = nextRecord(after: start) {
            offset = next
            return .gap(start..<next)
        }
        hasEnded = true
        let rest = segment[start...].prefix(JournalFraming.prologueBytes)
        return .end(offset: start, isClean: rest.allSatisfy { $0 == 0 })
    }

    /// Where the next whole record starts.
    ///
    /// A zero stretch does not end the search: a sector may have been lost.
    private func nextRecord(after start: Int) -> Int? {
        var candidate = start
        while candidate < segment.count {
            switch JournalFraming.read(segment, at: candidate, seed: seed) {
            case .record: return candidate
            case .damaged(let extent): candidate = extent.bytes.upperBound
            case .nothing: candidate += JournalFraming.alignment
            }
        }
        return nil
    }
}
