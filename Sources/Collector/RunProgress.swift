package import ClusterProtocol
package import ZeroMQ

/// How far a run is: the broker's counts and the store's, made one honest picture, and when to publish it.
package struct RunProgress {
    /// A run's progress is published at most this often.
    package static let interval: Duration = .milliseconds(200)

    private var counts: RunCounts
    /// Jobs stored.
    package private(set) var jobs: Int
    private var spectra: Int
    private var rate = RateWindow()
    private var refusals: [IngestEvent.Refused] = []
    private var lastPublished: MonotonicTime?
    private var lastRateHz = 0.0
    /// Whether something happened that subscribers have not been told.
    package private(set) var isChanged = true

    /// A run as the store knows it after a start, or one that is new.
    package init(_ run: Name, counts: RunCounts? = nil, jobs: Int = 0, spectra: Int = 0) {
        var counts = counts ?? RunCounts(run: run)
        // Where these jobs were is not known until the broker says so again.
        (counts.queued, counts.leased, counts.computed) = (0, 0, 0)
        self.counts = counts
        self.jobs = jobs
        self.spectra = spectra
    }

    /// Takes the broker's word.
    package mutating func update(_ counts: RunCounts) {
        guard counts != self.counts else { return }
        self.counts = counts
        isChanged = true
    }

    /// Counts jobs that are on disk now.
    package mutating func stored(jobs: Int, spectra: Int, at now: MonotonicTime) {
        self.jobs += jobs
        self.spectra += spectra
        rate.add(jobs, at: now)
        isChanged = true
    }

    /// Remembers a job that was refused on *ingest*; the last ones are shown.
    package mutating func refused(_ refusal: IngestEvent.Refused) {
        refusals.append(refusal)
        if refusals.count > IngestEvent.shownRefusals { refusals.removeFirst() }
        isChanged = true
    }

    /// A rate that was told and is not true any more is a change too.
    package mutating func tick(at now: MonotonicTime) {
        if lastRateHz > 0, rate.rateHz(at: now) < 0.9 * lastRateHz { isChanged = true }
    }

    /// When a change may be published; nil without one.
    package func isDue(at now: MonotonicTime) -> Bool {
        guard isChanged else { return false }
        guard let lastPublished else { return true }
        return lastPublished.advanced(by: Self.interval) <= now
    }

    /// The picture as it is now, to be published.
    package mutating func publish(n: Int, epoch: String, timeMs: Int, at now: MonotonicTime) -> ProgressEvent {
        lastPublished = now
        isChanged = false
        let event = event(n: n, epoch: epoch, timeMs: timeMs, at: now)
        lastRateHz = event.rateHz
        return event
    }

    /// Receipts of *ingest*.
    package func receipts(n: Int, epoch: String) -> IngestEvent {
        IngestEvent(
            n: n, epoch: epoch, run: counts.run, accepted: counts.accepted, refused: counts.refused,
            missing: counts.missing, gaps: counts.gaps, refusals: refusals)
    }

    private mutating func event(n: Int, epoch: String, timeMs: Int, at now: MonotonicTime) -> ProgressEvent {
        var event = ProgressEvent(n: n, epoch: epoch, run: counts.run, expected: counts.expected, timeMs: timeMs)
        // The broker's counts are up to a fifth of a second older than our own; a store that was replaced knows less.
        event.analysed = max(jobs, counts.stored)
        event.failed = counts.dead
        event.cancelled = counts.cancelled
        event.expired = counts.expired
        let ended = event.analysed + event.failed + event.cancelled + event.expired
        event.acquired = max(counts.accepted, ended)
        event.queued = min(counts.queued, event.acquired - ended)
        event.inFlight = event.acquired - ended - event.queued
        event.spectra = spectra
        event.missing = counts.missing
        event.gaps = counts.gaps
        let isComplete = counts.isClosed || counts.expected.map { event.acquired >= $0 } ?? false
        let isDone = isComplete && event.acquired == ended
        event.state = isDone ? .done : counts.isClosed ? .closed : .open
        event.rateHz = (rate.rateHz(at: now) * 100).rounded() / 100
        let total = counts.isClosed ? event.acquired : counts.expected.map { max($0, event.acquired) }
        if let total, event.rateHz > 0, !isDone {
            event.etaS = (Double(total - ended) / event.rateHz * 10).rounded() / 10
        }
        return event
    }
}
