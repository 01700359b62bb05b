import CZeroMQ
import Glibc

/// The pointer to an open libzmq socket, closed when the last reference goes.
///
/// A socket may pass from thread to thread with a full fence between; the release of a reference is one.
final class SocketHandle {
    let pointer: UnsafeMutableRawPointer
    // Keeps the context from ending, which would wait for this socket.
    private let context: Context

    init(_ context: Context, type: Int32) throws(ZeroMQError) {
        guard let pointer = zmq_socket(context.handle, type) else { throw ZeroMQError(errno, .createSocket) }
        self.pointer = pointer
        self.context = context
    }

    deinit { zmq_close(pointer) }

    /// A socket of the same context.
    func sibling(type: Int32) throws(ZeroMQError) -> SocketHandle {
        try SocketHandle(context, type: type)
    }

    func set<Value: FixedWidthInteger>(_ option: Int32, _ value: Value) throws(ZeroMQError) {
        var value = value
        let rc = zmq_setsockopt(pointer, option, &value, MemoryLayout<Value>.size)
        guard rc == 0 else { throw ZeroMQError(errno, .setOption, reason: "\(value) is not possible") }
    }

    func set(_ option: Int32, _ text: String) throws(ZeroMQError) {
        var text = text
        let rc = text.withUTF8 { zmq_setsockopt(pointer, option, $0.baseAddress, $0.count) }
        guard rc == 0 else { throw ZeroMQError(errno, .setOption, reason: "'\(text)' is not possible") }
    }

    /// The last endpoint that was bound or connected, wildcards resolved.
    var lastEndpoint: String {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1024) { buffer in
            var length = buffer.count
            guard zmq_getsockopt(pointer, ZMQ_LAST_ENDPOINT, buffer.baseAddress, &length) == 0 else { return "" }
            return String(decoding: buffer.prefix(max(0, length - 1)), as: UTF8.self)
        }
    }

    /// The `ZMQ_POLLIN` and `ZMQ_POLLOUT` bits, or nil when the socket can do no more since its context ended.
    var events: Int32? {
        var value: Int32 = 0
        var length = MemoryLayout<Int32>.size
        while zmq_getsockopt(pointer, ZMQ_EVENTS, &value, &length) != 0 {
            guard errno == EINTR else { return nil }
        }
        return value
    }
}
