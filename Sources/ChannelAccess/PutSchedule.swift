/// Which values are to be put when: the latest one of each variable, no oftener than clients can look, one at a time.
///
/// A variable has at most one value that waits, whatever happens at its IOC; the last one is always sent, and sent again
/// to an IOC that comes back. Time is an argument.
package struct PutSchedule {
    private struct Entry {
        let name: String
        let interval: Duration
        var value: PVValue
        var isWaiting = true
        var isConnected = false
        var isUnderWay = false
        var notBefore: ContinuousClock.Instant?
    }

    private var entries: [Entry] = []
    private var indices: [String: Int] = [:]

    package init() {}

    /// The variables in the order in which they were first set, which is that of their numbers.
    package var names: [String] { entries.map(\.name) }

    /// Whether every variable whose IOC is there has its last value.
    package var isSettled: Bool {
        entries.allSatisfy { !$0.isConnected || (!$0.isWaiting && !$0.isUnderWay) }
    }

    /// How many variables have an IOC.
    package var connectedCount: Int { entries.count(where: \.isConnected) }

    /// Gives a variable its latest value, to be put at most once in `interval`; returns its number if it is new.
    @discardableResult
    package mutating func set(_ name: String, _ value: PVValue, every interval: Duration) -> Int? {
        if let index = indices[name] {
            guard entries[index].value != value else { return nil }
            entries[index].value = value
            entries[index].isWaiting = true
            return nil
        }
        indices[name] = entries.count
        entries.append(Entry(name: name, interval: interval, value: value))
        return entries.count - 1
    }

    /// The IOC of a variable is there: it gets the last value, since it may have forgotten it.
    package mutating func connected(_ index: Int) {
        entries[index].isConnected = true
        entries[index].isUnderWay = false
        entries[index].isWaiting = true
        entries[index].notBefore = nil
    }

    /// The IOC of a variable is gone, and whatever was under way with it.
    package mutating func disconnected(_ index: Int) {
        entries[index].isConnected = false
        entries[index].isUnderWay = false
    }

    /// The IOC has taken, or refused, what was put last; a value that it refused is not offered again.
    package mutating func answered(_ index: Int) {
        entries[index].isUnderWay = false
    }

    /// What is to be put now, in the order of the variables; it counts as under way.
    package mutating func takeDue(at now: ContinuousClock.Instant) -> [(index: Int, value: PVValue)] {
        var due: [(index: Int, value: PVValue)] = []
        for index in entries.indices {
            let entry = entries[index]
            guard entry.isWaiting, entry.isConnected, !entry.isUnderWay else { continue }
            if let notBefore = entry.notBefore, now < notBefore { continue }
            entries[index].isWaiting = false
            entries[index].isUnderWay = true
            entries[index].notBefore = now + entry.interval
            due.append((index, entry.value))
        }
        return due
    }
}
