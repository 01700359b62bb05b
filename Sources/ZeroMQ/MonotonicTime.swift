import Glibc

/// An instant of the monotonic clock, which nobody sets.
package struct MonotonicTime: Comparable, Sendable {
    package var ns: Int64

    package init(ns: Int64) { self.ns = ns }

    package static var now: MonotonicTime {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicTime(ns: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    package func advanced(by duration: Duration) -> MonotonicTime {
        let (seconds, attoseconds) = duration.components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return MonotonicTime(ns: .max) }
        let sum = ns.addingReportingOverflow(whole + attoseconds / 1_000_000_000)
        return MonotonicTime(ns: sum.overflow ? .max : sum.partialValue)
    }

    func advanced(byMs ms: Int) -> MonotonicTime { advanced(by: .milliseconds(ms)) }

    /// Milliseconds from now, rounded up so that whoever waits them is not early.
    var waitMs: Int {
        let left = ns - Self.now.ns
        return left <= 0 ? 0 : Int(min((left - 1) / 1_000_000 + 1, 3_600_000))
    }

    package static func < (left: MonotonicTime, right: MonotonicTime) -> Bool { left.ns < right.ns }
}
