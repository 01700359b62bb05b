internal import Synchronization

/// What the journal's threads share: the state and the open segments.
package final class JournalIndex: Sendable {
    private struct Content {
        var state: JournalState
        var segments: [UInt32: JournalSegment] = [:]
    }

    private let content: Mutex<Content>

    package init(state: JournalState, segments: [JournalSegment]) {
        var content = Content(state: state)
        for segment in segments { content.segments[segment.number] = segment }
        self.content = Mutex(content)
    }

    /// Reads the state.
    package func query<T: Sendable>(_ body: (borrowing JournalState) -> T) -> T {
        content.withLock { body($0.state) }
    }

    func add(_ segment: JournalSegment) {
        content.withLock { $0.segments[segment.number] = segment }
    }

    func apply(_ entries: [(JournalEntry, JournalState.Place)]) {
        content.withLock { content in
            for (entry, place) in entries { content.state.apply(entry, at: place) }
        }
    }

    func drop(segment: UInt32, discarding discarded: [UInt64]) {
        content.withLock { content in
            content.state.drop(segment: segment, discarding: discarded)
            content.segments[segment] = nil
        }
    }

    /// Where an unfinished job's bytes are now.
    func locate(_ job: UInt64) -> (segment: JournalSegment, place: JournalState.Place)? {
        content.withLock { content in
            guard let known = content.state.jobs[job], known.status.ending == nil,
                let segment = content.segments[known.place.segment]
            else { return nil }
            return (segment, known.place)
        }
    }
}
