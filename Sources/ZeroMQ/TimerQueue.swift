/// Names a timer of a ``PollLoop``.
public struct TimerID: Hashable, Sendable {
    let number: UInt64
}

/// Timers in order of their deadlines, as a binary heap; time comes in as an argument.
package struct TimerQueue {
    private struct Entry {
        let id: TimerID
        var deadline: MonotonicTime
    }

    private struct Timer {
        let interval: Duration?
        let body: () -> Void
    }

    private var heap: [Entry] = []
    private var timers: [TimerID: Timer] = [:]
    private var lastNumber: UInt64 = 0

    package init() {}

    package var count: Int { timers.count }

    /// Adds a timer that fires at `deadline` and then, with an interval, again and again.
    package mutating func schedule(
        at deadline: MonotonicTime, every interval: Duration? = nil, _ body: @escaping () -> Void
    ) -> TimerID {
        lastNumber += 1
        let id = TimerID(number: lastNumber)
        timers[id] = Timer(interval: interval, body: body)
        push(Entry(id: id, deadline: deadline))
        return id
    }

    /// Forgets a timer; its entry in the heap goes when it comes up, or when such entries are the majority.
    package mutating func cancel(_ id: TimerID) {
        guard timers.removeValue(forKey: id) != nil, heap.count > 64, heap.count > 2 * timers.count else { return }
        let live = heap.filter { timers[$0.id] != nil }
        heap = []
        for entry in live { push(entry) }
    }

    /// The deadline of the next timer.
    package mutating func nextDeadline() -> MonotonicTime? {
        while let first = heap.first {
            if timers[first.id] != nil { return first.deadline }
            popFirst()
        }
        return nil
    }

    /// Takes out the next timer that is due.
    ///
    /// A periodic one is set for the next of its instants after `now`: after a stall it fires once, not once for each
    /// instant missed.
    package mutating func popDue(now: MonotonicTime) -> (() -> Void)? {
        guard let deadline = nextDeadline(), deadline <= now else { return nil }
        var entry = popFirst()
        guard let timer = timers[entry.id] else { return nil }
        if let interval = timer.interval {
            let step = max(1, MonotonicTime(ns: 0).advanced(by: interval).ns)
            let steps = (now.ns - deadline.ns) / step + 1
            entry.deadline.ns += steps * step
            push(entry)
        } else {
            timers[entry.id] = nil
        }
        return timer.body
    }

    private mutating func push(_ entry: Entry) {
        heap.append(entry)
        var child = heap.count - 1
        while child > 0, heap[child].deadline < heap[(child - 1) / 2].deadline {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    @discardableResult
    private mutating func popFirst() -> Entry {
        heap.swapAt(0, heap.count - 1)
        let first = heap.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
                if heap[child].deadline < heap[least].deadline { least = child }
            }
            guard least != parent else { return first }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
