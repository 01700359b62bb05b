import ClusterProtocol
import ZeroMQ

/// A worker that does what the test says, when it says so.
final class TestWorker {
    let socket: Socket
    let name: String
    private(set) var cancelled: [Int] = []

    init(socket: consuming Socket, name: String) {
        self.socket = socket
        self.name = name
    }

    func register(credit: Int, creditBytes: Int) throws {
        try say(
            .ready(
                WorkerReady(
                    worker: name, host: "here", pid: 1, software: "test", model: "none", credit: credit,
                    creditBytes: creditBytes)))
        guard case .welcome? = try next().message else { throw TestFailure("the worker was not welcome") }
    }

    func say(_ message: WorkerMessage, _ frames: [Frame] = []) throws {
        guard case .sent = try socket.send([Frame(message.encoded())] + frames) else {
            throw TestFailure("the worker could not speak")
        }
    }

    /// The next message that is no heartbeat, or nil after `timeoutMs`.
    func next(timeoutMs: Int = patienceMs) throws -> (message: BrokerToWorker?, frames: [Frame]) {
        while let frames = try socket.receive(timeoutMs: timeoutMs) {
            let message = try frames[0].withUnsafeBytes { try BrokerToWorker($0) }
            if case .heartbeat = message { continue }
            return (message, Array(frames.dropFirst()))
        }
        return (nil, [])
    }

    /// The next lease; cancelled ones on the way are noted.
    func lease() throws -> Lease { try leaseWithPayload().lease }

    func leaseWithPayload() throws -> (lease: Lease, payload: [Frame]) {
        while true {
            let (message, frames) = try next()
            switch message {
            case .lease(let lease): return (lease, frames)
            case .cancel(let leases): cancelled += leases
            case nil: throw TestFailure("no lease came to \(name)")
            default: throw TestFailure("instead of a lease came \(String(describing: message))")
            }
        }
    }

    func waitForCancel(of lease: Lease) throws {
        while !cancelled.contains(lease.lease) {
            switch try next().message {
            case .cancel(let leases): cancelled += leases
            case nil: throw TestFailure("no cancel came")
            default: break
            }
        }
    }

    func heartbeat(held: [Lease] = [], executing: [Lease] = []) throws {
        try say(.heartbeat(held: (held + executing).map(\.lease), executing: executing.map(\.lease)))
    }

    /// Reads on until the broker says this.
    func wait(for message: BrokerToWorker) throws {
        while let next = try next().message { if next == message { return } }
        throw TestFailure("the broker did not say \(message)")
    }

    static func rows(_ spectra: Int) -> Frame {
        Frame([String](repeating: "{\"shift_eV\":0.5}", count: spectra).joined(separator: "\n"))
    }

    func answer(_ lease: Lease) throws {
        try say(.result(WorkerResult(lease: lease.lease, id: lease.id, model: "none")), [Self.rows(lease.spectra)])
    }
}
