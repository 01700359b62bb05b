public import ClusterProtocol

/// The events of a cluster as they happen, for as long as they are listened to.
///
/// The collector may restart and move meanwhile: the subscription finds it again, and fetches the stored spectra that it
/// has missed.
public struct EventSubscription: AsyncSequence, Sendable {
    /// What to listen to.
    public struct Interest: Sendable {
        /// Which of the stored spectra are delivered.
        public enum Results: Sendable {
            /// None: progress and dead letters only.
            case none
            /// Those stored from now on.
            case fromNow
            /// All, those stored before first.
            case fromTheBeginning
        }

        /// One run; nil is every run.
        public var run: Name?
        /// Which of the stored spectra are delivered, in order and without a gap.
        public var results = Results.none
        /// Whether the cluster's pulse is delivered, once a second.
        public var includesCluster = false

        /// Progress, dead letters and receipts of a run, or of all.
        public init(run: Name? = nil, results: Results = .none, includesCluster: Bool = false) {
            self.run = run
            self.results = results
            self.includesCluster = includesCluster
        }
    }

    let stream: AsyncStream<Event>

    /// Starts to take events.
    public func makeAsyncIterator() -> AsyncStream<Event>.Iterator { stream.makeAsyncIterator() }
}
