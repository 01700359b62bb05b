import CZeroMQ
import Glibc

/// An eventfd by which any thread ends a wait in zmq_poll.
final class Wakeup: Sendable {
    let descriptor: Int32

    init() throws(ZeroMQError) {
        descriptor = eventfd(0, Int32(EFD_NONBLOCK) | Int32(EFD_CLOEXEC))
        guard descriptor >= 0 else { throw ZeroMQError(errno, .startThread) }
    }

    deinit { close(descriptor) }

    func signal() {
        var one: UInt64 = 1
        // EAGAIN means the counter is full, so that the wait ends anyway.
        while write(descriptor, &one, 8) < 0, errno == EINTR {}
    }

    func clear() {
        var count: UInt64 = 0
        while read(descriptor, &count, 8) < 0, errno == EINTR {}
    }
}
