import CZeroMQ
import Glibc

/// A libzmq context: the I/O threads and the name space of `inproc://` that its sockets share.
///
/// Every socket retains its context, so the context ends after its last socket whatever the order of release. Ending
/// waits at most for the longest linger of its sockets.
public final class Context: @unchecked Sendable {
    // Unchecked: libzmq documents contexts as thread safe, and the pointer never changes.
    let handle: UnsafeMutableRawPointer

    /// Creates a context with I/O threads (one serves about 1 GB/s) and room for sockets, monitors included.
    public init(ioThreads: Int = 1, maxSockets: Int = 4096) throws(ZeroMQError) {
        guard let handle = zmq_ctx_new() else { throw ZeroMQError(errno, .createContext) }
        let settings: [(option: Int32, value: Int)] = [
            // Without it a socket made without a linger of its own holds up the exit for ever.
            (ZMQ_BLOCKY, 0),
            (ZMQ_IPV6, 0),
            (ZMQ_IO_THREADS, ioThreads),
            (ZMQ_MAX_SOCKETS, maxSockets),
        ]
        for (option, value) in settings where zmq_ctx_set(handle, option, Int32(clamping: value)) != 0 {
            let code = errno
            zmq_ctx_term(handle)
            throw ZeroMQError(code, .createContext, reason: "\(value) is not a possible value")
        }
        self.handle = handle
    }

    deinit {
        while zmq_ctx_term(handle) != 0, errno == EINTR {}
    }

    /// Makes every call on this context's sockets fail with ``ZeroMQError/isTerminated`` from now on; from any thread.
    public func shutdown() {
        while zmq_ctx_shutdown(handle) != 0, errno == EINTR {}
    }

    /// The libzmq that is loaded, such as "4.3.4".
    public static var libraryVersion: String {
        var major: Int32 = 0
        var minor: Int32 = 0
        var patch: Int32 = 0
        zmq_version(&major, &minor, &patch)
        return "\(major).\(minor).\(patch)"
    }
}
