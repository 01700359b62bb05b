import ClusterProtocol

/// Which run the variables show, when several go on: one at a time, and no flicker between them.
///
/// A run is shown until it is done or nothing is heard of it for a while; then the next one that moves is. One that is
/// over stays to be looked at until then.
struct ShownRun {
    /// A run of which nothing is heard for so long gives way to one that moves.
    static let patience: Duration = .seconds(5)

    /// The run that is shown.
    private(set) var name: Name?
    private var isDone = false
    private var lastHeard: ContinuousClock.Instant?

    /// Takes the news in; returns whether another run is shown from now on.
    mutating func take(_ runs: [Name: RunNews], at now: ContinuousClock.Instant) -> Bool {
        if let name, let news = runs[name] {
            lastHeard = now
            if let progress = news.progress { isDone = progress.state == .done }
            return false
        }
        let isQuiet = lastHeard.map { $0 + Self.patience < now } ?? true
        guard name == nil || isDone || isQuiet else { return false }
        // By name where two move, so that it does not depend on the order of a dictionary.
        guard let next = runs.filter({ $0.value.moves }).min(by: { $0.key < $1.key }) else {
            return false
        }
        name = next.key
        isDone = next.value.progress?.state == .done
        lastHeard = now
        return true
    }
}

extension RunNews {
    /// Whether something happens in the run now; the collector tells of old ones too when it starts.
    fileprivate var moves: Bool {
        if latest != nil { return true }
        guard let progress else { return false }
        return progress.state != .done && progress.queued + progress.inFlight > 0
    }
}
