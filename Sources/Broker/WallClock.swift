import Glibc

/// The time of day, which people may set: for people, never for a decision about a lease.
enum WallClock {
    /// Milliseconds since 1970 UTC.
    static var unixMs: Int {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return time.tv_sec * 1_000 + time.tv_nsec / 1_000_000
    }
}
