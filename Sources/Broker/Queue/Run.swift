package import ClusterProtocol
import DequeModule

/// How many of a run's jobs are where; `accepted` is the sum of the other seven, `refused` aside.
package struct RunTally: Sendable, Equatable {
    /// Jobs on stable storage, ever.
    package var accepted = 0
    /// Waiting for a worker.
    package var queued = 0
    /// With a worker.
    package var leased = 0
    /// Waiting for the collector.
    package var computed = 0
    /// With the collector.
    package var stored = 0
    /// Given up.
    package var dead = 0
    /// No longer wanted.
    package var cancelled = 0
    /// Live, and dropped.
    package var expired = 0
    /// Refused on ingest.
    package var refused = 0

    subscript(state: Job.State) -> Int {
        get {
            switch state {
            case .accepting: 0
            case .queued: queued
            case .leased: leased
            case .computed: computed
            case .stored: stored
            case .dead: dead
            case .cancelled: cancelled
            case .expired: expired
            }
        }
        set {
            switch state {
            case .accepting: break
            case .queued: queued = newValue
            case .leased: leased = newValue
            case .computed: computed = newValue
            case .stored: stored = newValue
            case .dead: dead = newValue
            case .cancelled: cancelled = newValue
            case .expired: expired = newValue
            }
        }
    }
}

/// The unit of progress, order and fairness.
package struct Run: Sendable {
    /// Its name.
    package let name: Name
    /// When it was first heard of, in milliseconds since 1970, for people.
    package let openedMs: Int
    /// How many jobs there will be, if anybody said so.
    package internal(set) var expected: Int?
    /// When it was closed, in milliseconds since 1970.
    package internal(set) var closedMs: Int?
    /// How many of its jobs are where.
    package internal(set) var counts = RunTally()
    /// The `seq` numbers on stable storage.
    package internal(set) var sequence = SequenceSet()

    /// What a key stands for.
    enum Entry: Sendable {
        case live(JobNumber)
        case ended(EndedJob)
    }
    var entries: [Name: Entry] = [:]
    /// Accepted in this order and never leased; entries may be stale.
    var fresh: Deque<JobNumber> = []
    /// Leased before and back, older than all of `fresh`; descending, so that the oldest is last.
    var returned: [JobNumber] = []
    var isInRing = false
    /// Live jobs that wait, oldest first; no entry is stale.
    var live: Deque<JobNumber> = []
    /// Bytes of these.
    var liveBytes = 0
    var isInLiveRing = false
    /// Of the dead, those that were live and are no letters.
    var liveFailures = 0
    /// Whether the journal knows the run: a run of live jobs alone leaves no trace.
    var isJournalled = false
    var hasChanged = false
    /// Rises from change to change over all runs.
    var lastChange = 0
    /// Accepts in flight keep the run from being forgotten.
    var accepting = 0

    init(name: Name, openedMs: Int) {
        self.name = name
        self.openedMs = openedMs
    }

    /// Missing `seq` numbers.
    package var gaps: [ClosedRange<Int>] { sequence.gaps(expected: closedMs == nil ? nil : expected) }
    /// Jobs that have not ended.
    package var unfinished: Int { counts.queued + counts.leased + counts.computed }
}

extension RandomAccessCollection where Element == JobNumber, Index == Int {
    /// Where a number stands, or would, in a collection in ascending order.
    func ascendingIndex(of id: JobNumber) -> Int {
        var low = startIndex
        var high = endIndex
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < id { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension [JobNumber] {
    /// Inserts into a list in descending order.
    mutating func insertDescending(_ id: JobNumber) {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if self[middle] > id { low = middle + 1 } else { high = middle }
        }
        insert(id, at: low)
    }
}
