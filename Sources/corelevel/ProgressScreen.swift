import ClusterProtocol
import Foundation

/// The runs of a cluster on a terminal, drawn over themselves; where standard output is a file, a line for each change.
struct ProgressScreen {
    /// The collector says something every second.
    private static let alarmAfter: Duration = .seconds(4)
    private static let shownRuns = 12
    private static let barWidth = 24

    private let wanted: String?
    private let isTerminal = isatty(STDOUT_FILENO) != 0
    private var runs: [Name: ProgressEvent] = [:]
    private var order: [Name] = []
    private var cluster: ClusterEvent?
    private var lastHeard = ContinuousClock.now
    private var lastDead: DeadLetter?
    private var drawnLines = 0
    private var isChanged = true
    private var isAlarmed = false
    private var isWaitingSaid = false

    init(run: String?) { wanted = run }

    mutating func take(_ event: Event) {
        lastHeard = .now
        isChanged = true
        switch event {
        case .progress(let progress):
            order.removeAll { $0 == progress.run }
            order.append(progress.run)
            runs[progress.run] = progress
            if !isTerminal { print(Self.line(progress)) }
        case .cluster(let counts): cluster = counts
        case .dead(let dead):
            lastDead = dead.letter
            if !isTerminal { print(Self.line(dead.letter)) }
        case .result, .ingest: break
        }
    }

    /// Draws what has changed; a silence is a change.
    mutating func draw(isLast: Bool = false) {
        let isSilent = ContinuousClock.now - lastHeard > Self.alarmAfter
        guard isChanged || isSilent != isAlarmed || isLast else { return }
        (isChanged, isAlarmed) = (false, isSilent)
        guard isTerminal else {
            if isSilent, !isLast { print("nothing is heard of the collector") }
            if let wanted, runs.isEmpty, !isWaitingSaid, !isLast {
                print("waiting for run \(wanted)")
                isWaitingSaid = true
            }
            fflush(nil)
            return
        }
        var lines = order.suffix(Self.shownRuns).compactMap { runs[$0].map(Self.line) }
        if lines.isEmpty { lines = [wanted.map { "waiting for run \($0)" } ?? "no runs yet"] }
        if let lastDead { lines.append(Self.line(lastDead)) }
        lines.append(isSilent ? "nothing is heard of the collector" : Self.line(cluster))
        let up = drawnLines > 0 ? "\u{1B}[\(drawnLines)A" : ""
        drawnLines = lines.count
        let text = up + lines.map { "\r\($0)\u{1B}[K\n" }.joined() + "\u{1B}[J"
        FileHandle.standardOutput.write(Data(text.utf8))
    }

    private static func line(_ progress: ProgressEvent) -> String {
        let ended = progress.analysed + progress.failed + progress.cancelled + progress.expired
        // More may come than were told of, as when another file is submitted into the run.
        let total =
            progress.expected.map { max($0, progress.acquired) } ?? (progress.state == .open ? nil : progress.acquired)
        var parts = ["run \(progress.run)"]
        if let total, total > 0 {
            let filled = min(barWidth, ended * barWidth / total)
            parts.append(String(repeating: "█", count: filled) + String(repeating: "·", count: barWidth - filled))
        }
        parts.append("\(progress.analysed)/\(total.map(String.init) ?? "?") analysed")
        parts.append("\(progress.acquired) acquired")
        if progress.failed > 0 { parts.append("\(progress.failed) failed") }
        if progress.cancelled > 0 { parts.append("\(progress.cancelled) cancelled") }
        if progress.expired > 0 { parts.append("\(progress.expired) expired") }
        if progress.missing > 0 { parts.append("\(progress.missing) missing") }
        if progress.state == .done {
            parts.append("done")
        } else {
            parts.append("\(progress.rateHz)/s")
            if let etaS = progress.etaS { parts.append("\(Int(etaS.rounded(.up))) s left") }
        }
        return parts.joined(separator: "  ")
    }

    private static func line(_ letter: DeadLetter) -> String {
        "dead: \(letter.id) after \(letter.attempts.counting("attempt")): \(letter.error)"
    }

    private static func line(_ cluster: ClusterEvent?) -> String {
        guard let cluster else { return "waiting for the collector" }
        if cluster.broker == .away { return "the broker is away; what is shown is the last known" }
        if cluster.workers == 0, cluster.queued > 0 {
            return "no worker is connected, \(cluster.queued.counting("job")) must wait: corelevel worker starts one"
        }
        return "\(cluster.workers) workers  \(cluster.queued) queued  \(cluster.leased) with workers  "
            + "\(cluster.computed) to be stored"
    }
}
