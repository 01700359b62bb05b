import ClusterProtocol
import DequeModule

/// What waits for the journal: each entry is due when everything appended before it is on stable storage.
struct CommitLog {
    enum Entry {
        /// The queue is to be told.
        case accept(JobNumber)
        /// It has to be written again if the disk failed.
        case record(JournalRecord)
        /// An answer that says so.
        case answer(Ticket, QueueAnswer)
        /// The collector is to be told.
        case dead(JobNumber)
        /// The collector is to be told.
        case revived(JobID)
    }

    private var waiting: Deque<(ticket: JournalTicket, entry: Entry)> = []
    private(set) var last: JournalTicket?
    private var committed: JournalTicket?

    /// Whether nothing that was appended is still on its way.
    var isSettled: Bool { last == committed }

    /// Notes a record that was appended.
    mutating func appended(_ entry: Entry, as ticket: JournalTicket) {
        last = ticket
        waiting.append((ticket, entry))
    }

    /// Notes a record that was appended and that nobody waits for.
    mutating func appended(as ticket: JournalTicket) { last = ticket }

    /// Makes an entry wait for all that was appended; false if there is nothing to wait for.
    mutating func wait(_ entry: Entry) -> Bool {
        guard let last, !isSettled else { return false }
        waiting.append((last, entry))
        return true
    }

    /// Takes out what was waiting for these tickets, in order.
    mutating func settle(through ticket: JournalTicket) -> [Entry] {
        committed = ticket
        var due: [Entry] = []
        while let first = waiting.first, first.ticket <= ticket {
            due.append(first.entry)
            waiting.removeFirst()
        }
        return due
    }
}
