package import ClusterProtocol
import Synchronization

/// A letterbox between the collector and one audience, in which later news replace earlier ones.
///
/// Posting takes a lock for less than a microsecond and waits for nobody; what is held is one entry for each run that
/// changed since the audience took its news.
package final class Newsbox: Sendable {
    /// What happened since the news were taken last.
    package struct News: Sendable {
        /// The runs of which there are news.
        package var runs: [Name: RunNews] = [:]
        /// The cluster's pulse, once a second.
        package var cluster: ClusterEvent?

        /// No news.
        package init() {}
    }

    private struct State {
        var news = News()
        var hasRung = false
    }

    private let state = Mutex(State())
    private let ring: @Sendable () -> Void

    /// - Parameter ring: Called on the collector's thread when news have come into the empty box; it must return at
    ///   once, and the audience then takes the news when it likes.
    package init(ring: @escaping @Sendable () -> Void) {
        self.ring = ring
    }

    /// Leaves how far a run is.
    package func post(_ progress: ProgressEvent) {
        change { $0.runs[progress.run, default: RunNews()].progress = progress }
    }

    /// Leaves the spectrum of a run that was stored last.
    package func post(_ latest: LatestResult) {
        change { $0.runs[latest.result.id.run, default: RunNews()].latest = latest }
    }

    /// Leaves the cluster's pulse.
    package func post(_ cluster: ClusterEvent) {
        change { $0.cluster = cluster }
    }

    /// Takes everything out of the box.
    package func take() -> News {
        state.withLock { state in
            defer { state = State() }
            return state.news
        }
    }

    private func change(_ body: (inout News) -> Void) {
        let mustRing = state.withLock { state in
            body(&state.news)
            defer { state.hasRung = true }
            return !state.hasRung
        }
        if mustRing { ring() }
    }
}
