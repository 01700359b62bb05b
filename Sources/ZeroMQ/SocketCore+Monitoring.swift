import CZeroMQ
import Glibc

extension SocketCore {
    /// Events taken from the monitor at a time.
    private static let eventsPerDrain = 256

    /// Room for events that wait; when it is full libzmq's I/O thread waits too, and all traffic with it.
    private static let monitorHighWater: Int32 = 100_000

    func startMonitor() throws(ZeroMQError) {
        guard monitor == nil else { return }
        let endpoint = "inproc://monitor-\(UInt(bitPattern: handle.pointer))"
        let reader = try handle.sibling(type: ZMQ_PAIR)
        try reader.set(ZMQ_LINGER, Int32(0))
        try reader.set(ZMQ_RCVHWM, Self.monitorHighWater)
        guard zmq_socket_monitor(handle.pointer, endpoint, ConnectionTracker.mask) == 0 else {
            throw ZeroMQError(errno, .monitor)
        }
        guard zmq_connect(reader.pointer, endpoint) == 0 else {
            let code = errno
            zmq_socket_monitor(handle.pointer, nil, 0)
            throw ZeroMQError(code, .monitor)
        }
        monitor = reader
    }

    func drainMonitor() -> [MonitorEvent] {
        guard let monitor else { return [] }
        var events: [MonitorEvent] = []
        for _ in 0..<Self.eventsPerDrain {
            // A monitor fails only when its context ends, which the socket itself reports.
            guard case .message(let frames)? = try? receiveMessage(from: monitor) else { break }
            guard let event = connections.event(from: frames) else { continue }
            statistics.count(event)
            events.append(event)
        }
        return events
    }
}
