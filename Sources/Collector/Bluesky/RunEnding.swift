import ClusterProtocol

/// How a run ended, in the words of the stop document.
struct RunEnding: Sendable, Hashable {
    /// The statuses of the event model.
    enum Status: String, Sendable {
        case success, abort, fail
    }

    let status: Status
    /// For people; nil where there is nothing to say.
    let reason: String?

    /// The end of a run that is closed or complete, every job of which has ended.
    init(done progress: ProgressEvent) {
        let wanted = max(progress.expected ?? 0, progress.acquired + progress.missing)
        if progress.analysed == 0, progress.failed > 0 {
            self.init(.fail, "none of \(progress.failed) jobs could be analysed")
        } else if progress.cancelled > 0 {
            self.init(.abort, "\(progress.cancelled) of \(progress.acquired) jobs were cancelled")
        } else if wanted > progress.acquired {
            self.init(.abort, "closed after \(progress.acquired) of \(wanted) jobs")
        } else {
            let failed = progress.failed > 0 ? "\(progress.failed) of \(progress.acquired) jobs failed" : nil
            self.init(.success, failed)
        }
    }

    /// The end of a run that nobody closed and of which nothing was heard for a time.
    init(silent progress: ProgressEvent?, idle: Duration) {
        let silence = "nothing happened for \(idle.components.seconds) s"
        guard let progress else {
            self.init(.fail, "\(silence), and the broker does not know the run any more")
            return
        }
        let unfinished = progress.queued + progress.inFlight
        if unfinished > 0 {
            self.init(.fail, "\(unfinished) jobs were not analysed and \(silence)")
        } else if let expected = progress.expected, progress.acquired < expected {
            self.init(.abort, "\(progress.acquired) of \(expected) jobs came and \(silence)")
        } else if progress.analysed == 0, progress.failed > 0 {
            self.init(.fail, "none of \(progress.failed) jobs could be analysed")
        } else {
            self.init(.success, "the run was not closed, and \(silence)")
        }
    }

    private init(_ status: Status, _ reason: String?) {
        self.status = status
        self.reason = reason
    }
}
