import ZeroMQ

/// How many things happen per second, over the last ten seconds.
struct RateWindow {
    private static let span: Duration = .seconds(10)
    /// Counts of less than this much time apart are one entry.
    private static let grain: Duration = .milliseconds(100)

    private var entries: [(time: MonotonicTime, count: Int)] = []

    /// Counts `count` things that happened just now.
    mutating func add(_ count: Int, at now: MonotonicTime) {
        if let last = entries.last, now < last.time.advanced(by: Self.grain) {
            entries[entries.count - 1].count += count
        } else {
            entries.append((now, count))
        }
        trim(now)
    }

    /// Things per second: those after the first one of the window, over the time since.
    mutating func rateHz(at now: MonotonicTime) -> Double {
        trim(now)
        guard let first = entries.first, now > first.time else { return 0 }
        let count = entries.dropFirst().reduce(0) { $0 + $1.count }
        return Double(count) / (Double(now.ns - first.time.ns) * 1e-9)
    }

    private mutating func trim(_ now: MonotonicTime) {
        let isOld = { (time: MonotonicTime) in time.advanced(by: Self.span) < now }
        entries.removeFirst(entries.firstIndex { !isOld($0.time) } ?? entries.count)
    }
}
