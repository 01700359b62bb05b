package import ClusterProtocol

/// Puts events in order: repeats are passed over, and stored spectra come without a gap, from the snapshot where the
/// events socket has dropped some.
package struct EventSequencer {
    private struct Cursor {
        /// The number of the last spectrum delivered.
        var last: Int
        /// The highest number known to exist.
        var target: Int
        var isRecovering = false
    }

    private struct LastNumber {
        var epoch: String
        var n: Int
    }

    private let results: EventSubscription.Interest.Results
    private var cursors: [Name: Cursor] = [:]
    private var lastNumbers: [Topic: LastNumber] = [:]

    package init(results: EventSubscription.Interest.Results) { self.results = results }

    /// Takes an event as it comes; returns what is to be delivered now, and the run whose spectra are to be fetched.
    package mutating func accept(_ event: Event) -> (deliver: Event?, recover: Name?) {
        switch event {
        case .result(let result):
            return accept(result)
        case .progress(let progress):
            guard isNew(event, epoch: progress.epoch) else { return (nil, nil) }
            return (event, expect(progress))
        case .dead(let dead): return (isNew(event, epoch: dead.epoch) ? event : nil, nil)
        case .ingest(let ingest): return (isNew(event, epoch: ingest.epoch) ? event : nil, nil)
        case .cluster(let cluster): return (isNew(event, epoch: cluster.epoch) ? event : nil, nil)
        }
    }

    /// After which number a run's spectra are missing.
    package func lastDelivered(of run: Name) -> Int { cursors[run]?.last ?? 0 }

    /// Takes a page of a snapshot; returns what is to be delivered, and whether another page is needed.
    package mutating func recovered(_ run: Name, _ page: [ResultEvent]) -> (deliver: [Event], needsMore: Bool) {
        guard var cursor = cursors[run] else { return ([], false) }
        var delivered: [Event] = []
        for result in page where result.n > cursor.last {
            delivered.append(.result(result))
            cursor.last = result.n
        }
        // What the store does not have will not come.
        if page.isEmpty { cursor.target = cursor.last }
        cursor.isRecovering = cursor.last < cursor.target
        cursors[run] = cursor
        return (delivered, cursor.isRecovering)
    }

    private mutating func accept(_ result: ResultEvent) -> (deliver: Event?, recover: Name?) {
        guard results != .none else { return (nil, nil) }
        let run = result.id.run
        let start = results == .fromTheBeginning ? 0 : result.n - 1
        var cursor = cursors[run] ?? Cursor(last: start, target: start)
        defer { cursors[run] = cursor }
        guard result.n > cursor.last else { return (nil, nil) }
        cursor.target = max(cursor.target, result.n)
        if cursor.isRecovering { return (nil, nil) }
        if result.n == cursor.last + 1 {
            cursor.last = result.n
            return (.result(result), nil)
        }
        cursor.isRecovering = true
        return (nil, run)
    }

    /// Progress comes after the spectra it counts: more than were seen means that some were dropped.
    private mutating func expect(_ progress: ProgressEvent) -> Name? {
        guard results != .none else { return nil }
        let start = results == .fromTheBeginning ? 0 : progress.spectra
        var cursor = cursors[progress.run] ?? Cursor(last: start, target: start)
        defer { cursors[progress.run] = cursor }
        if progress.spectra < cursor.last, !cursor.isRecovering {
            // Another store, which numbers anew.
            (cursor.last, cursor.target) = (progress.spectra, progress.spectra)
        }
        cursor.target = max(cursor.target, progress.spectra)
        guard cursor.last < cursor.target, !cursor.isRecovering else { return nil }
        cursor.isRecovering = true
        return progress.run
    }

    private mutating func isNew(_ event: Event, epoch: String) -> Bool {
        let topic = event.topic
        if let last = lastNumbers[topic], last.epoch == epoch, event.n <= last.n { return false }
        lastNumbers[topic] = LastNumber(epoch: epoch, n: event.n)
        return true
    }
}
