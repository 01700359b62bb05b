import Glibc

/// The number of files and sockets that this process may have open at a time.
///
/// Every connection takes one, every socket of libzmq another. A bound socket that runs out of them cannot accept, and
/// keeps libzmq's I/O thread busy with trying.
public enum DescriptorLimit {
    /// The limit in force.
    public static var current: Int { Int(clamping: limits().rlim_cur) }

    /// Raises the limit as far as the system lets an ordinary process, and returns it.
    @discardableResult
    public static func raise() -> Int {
        var limits = limits()
        if limits.rlim_cur < limits.rlim_max {
            limits.rlim_cur = limits.rlim_max
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits)
        }
        return current
    }

    private static func limits() -> rlimit {
        var limits = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits)
        return limits
    }
}
