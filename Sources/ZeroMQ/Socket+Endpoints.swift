import CZeroMQ
import Glibc

extension Socket {
    /// Listens on an endpoint and returns it with wildcards resolved: port 0 takes a free one.
    public func bind(_ endpoint: String) throws(ZeroMQError) -> String {
        if endpoint.hasPrefix("ipc://") { try refuseLivePath(endpoint) }
        guard retrying({ zmq_bind(core.handle.pointer, numeric(endpoint)) }) else {
            throw ZeroMQError(errno, .bind, endpoint: endpoint)
        }
        return core.handle.lastEndpoint
    }

    /// Connects to an endpoint now or, if nobody listens there, as soon as somebody does.
    ///
    /// A dealer, push or req takes one endpoint only: with two, libzmq deals messages out in turns, whoever is asked.
    /// To change the broker ``disconnect(_:)`` first, or better open a new socket.
    public func connect(_ endpoint: String) throws(ZeroMQError) {
        let dealsInTurns = [Kind.dealer, .push, .req].contains(kind)
        guard !core.endpoints.contains(endpoint), !dealsInTurns || core.endpoints.isEmpty else {
            let reason = "the socket is connected to \(core.endpoints[0]) already; open another socket"
            throw ZeroMQError(EISCONN, .connect, endpoint: endpoint, reason: reason)
        }
        guard retrying({ zmq_connect(core.handle.pointer, endpoint) }) else {
            throw ZeroMQError(errno, .connect, endpoint: endpoint)
        }
        core.endpoints.append(endpoint)
    }

    /// Ends a connection made with ``connect(_:)``.
    public func disconnect(_ endpoint: String) throws(ZeroMQError) {
        guard retrying({ zmq_disconnect(core.handle.pointer, endpoint) }) else {
            throw ZeroMQError(errno, .disconnect, endpoint: endpoint)
        }
        core.endpoints.removeAll { $0 == endpoint }
    }

    private func retrying(_ call: () -> Int32) -> Bool {
        while call() != 0 {
            guard errno == EINTR else { return false }
        }
        return true
    }

    /// libzmq binds to numbers and interface names; people write localhost.
    private func numeric(_ endpoint: String) -> String {
        let prefix = "tcp://localhost:"
        return endpoint.hasPrefix(prefix) ? "tcp://127.0.0.1:" + endpoint.dropFirst(prefix.count) : endpoint
    }

    /// libzmq removes the file of an `ipc://` endpoint before it binds, and so takes it from a process that serves it.
    private func refuseLivePath(_ endpoint: String) throws(ZeroMQError) {
        let path = Array(endpoint.dropFirst(6).utf8)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        // Wildcards and abstract names are nobody's file; libzmq itself refuses a path that is too long.
        guard let first = path.first, first != UInt8(ascii: "*"), first != UInt8(ascii: "@"),
            path.count < MemoryLayout.size(ofValue: address.sun_path)
        else { return }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
        let probe = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard probe >= 0 else { return }
        defer { close(probe) }
        let answered = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(probe, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
        if answered { throw ZeroMQError(EADDRINUSE, .bind, endpoint: endpoint) }
    }
}
