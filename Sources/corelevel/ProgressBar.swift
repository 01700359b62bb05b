import Foundation

/// A bar on standard error where a person waits; nothing where standard error is a file.
struct ProgressBar {
    private let title: String
    private let total: Int
    private let isShown: Bool
    private let started = ContinuousClock.now
    private var done = 0
    private var lastDrawn: ContinuousClock.Instant?

    init(_ title: String, total: Int) {
        self.title = title
        self.total = total
        isShown = isatty(STDERR_FILENO) != 0
    }

    /// Draws at most ten times a second.
    mutating func advance(by count: Int = 1) {
        done += count
        guard isShown else { return }
        let now = ContinuousClock.now
        if let lastDrawn, now - lastDrawn < .milliseconds(100) { return }
        lastDrawn = now
        draw(now)
    }

    /// Draws the last state and ends the line.
    func finish() {
        guard isShown else { return }
        draw(ContinuousClock.now)
        FileHandle.standardError.write(Data("\n".utf8))
    }

    private func draw(_ now: ContinuousClock.Instant) {
        let width = 30
        let fraction = total > 0 ? Double(done) / Double(total) : 0
        let filled = min(width, Int(fraction * Double(width)))
        let seconds = (now - started).inSeconds
        let rate = seconds > 0 ? Double(done) / seconds : 0
        let remaining = rate > 0 ? Double(total - done) / rate : 0
        let bar = String(repeating: "█", count: filled) + String(repeating: "·", count: width - filled)
        let line = "\r\(title) \(bar) \(done)/\(total)  \(Int(rate))/s  \(Int(remaining.rounded())) s left \u{1B}[K"
        FileHandle.standardError.write(Data(line.utf8))
    }
}
