package import ZeroMQ

/// Which submits may be under way: as many as the broker's credit allows, the oldest first, none while it asks to wait.
///
/// A pure value over tickets, numbers that rise in the order of submitting.
package struct SubmitWindow {
    private let limit: Int
    /// Told with each answer.
    private var credit: Int
    private var inFlight: Set<Int> = []
    /// Never sent, in order.
    private var fresh: [Int] = []
    private var freshStart = 0
    /// Sent before and to be sent again, the oldest last; all are older than the fresh ones.
    private var returned: [Int] = []
    /// Nothing is sent before this.
    package private(set) var pausedUntil: MonotonicTime?

    package init(limit: Int, credit: Int = 1) {
        self.limit = limit
        self.credit = credit
    }

    /// Whether nothing waits and nothing is under way.
    package var isEmpty: Bool { inFlight.isEmpty && waitingCount == 0 }

    /// How many submits are unanswered.
    package var inFlightCount: Int { inFlight.count }

    /// How many wait to be sent.
    package var waitingCount: Int { fresh.count - freshStart + returned.count }

    /// Takes a new ticket, higher than all before.
    package mutating func append(_ ticket: Int) { fresh.append(ticket) }

    /// The next ticket to send, which then is under way; nil when none may go now.
    package mutating func next(at now: MonotonicTime) -> Int? {
        if let pausedUntil {
            guard now >= pausedUntil else { return nil }
            self.pausedUntil = nil
        }
        // One always goes: only an answer can tell that a credit of nothing has risen.
        guard inFlight.count < max(1, min(credit, limit)) else { return nil }
        guard let ticket = returned.popLast() ?? popFresh() else { return nil }
        inFlight.insert(ticket)
        return ticket
    }

    /// Takes back a ticket that could not be sent.
    package mutating func putBack(_ ticket: Int) {
        guard inFlight.remove(ticket) != nil else { return }
        giveBack([ticket])
    }

    /// An answer that ends a submit.
    package mutating func answered(_ ticket: Int) { inFlight.remove(ticket) }

    /// The broker's word on how many may be under way.
    package mutating func grant(_ credit: Int) { self.credit = credit }

    /// A refusal for now: this one goes again, and none before the time is over.
    package mutating func postponed(_ ticket: Int, until time: MonotonicTime) {
        putBack(ticket)
        pausedUntil = max(pausedUntil ?? time, time)
    }

    /// The connection is lost: what was under way goes again, in order, as soon as there is another.
    package mutating func connectionLost() {
        giveBack(inFlight)
        inFlight = []
        pausedUntil = nil
    }

    private mutating func giveBack(_ tickets: some Collection<Int>) {
        returned = (returned + tickets).sorted(by: >)
    }

    private mutating func popFresh() -> Int? {
        guard freshStart < fresh.count else { return nil }
        defer {
            freshStart += 1
            if freshStart > 1024, freshStart * 2 > fresh.count {
                fresh.removeFirst(freshStart)
                freshStart = 0
            }
        }
        return fresh[freshStart]
    }
}
