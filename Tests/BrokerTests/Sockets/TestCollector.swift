import ClusterProtocol
import ZeroMQ

/// A collector that stores in memory, when the test says so.
final class TestCollector {
    let socket: Socket
    private(set) var runs: [Name: RunCounts] = [:]
    private(set) var dead: [DeadLetter] = []
    private(set) var refusals: [JobRefusal] = []

    init(socket: consuming Socket) { self.socket = socket }

    func open(_ name: String, creditBytes: Int) throws {
        let status = CollectorStatus(
            collector: name, host: "here", pid: 1, software: "test", events: "tcp://127.0.0.1:1", http: nil)
        try say(.open(CollectorOpen(status, creditBytes: creditBytes)))
        guard case .welcome? = try next()?.message else { throw TestFailure("the collector was not welcome") }
    }

    func say(_ message: CollectorMessage, _ frames: [Frame] = []) throws {
        guard case .sent = try socket.send([Frame(message.encoded())] + frames) else {
            throw TestFailure("the collector could not speak")
        }
    }

    /// The next message that is no report; reports are noted.
    func next(timeoutMs: Int = patienceMs) throws -> (message: BrokerToCollector, frames: [Frame])? {
        while let frames = try socket.receive(timeoutMs: timeoutMs) {
            let message = try frames[0].withUnsafeBytes { try BrokerToCollector($0) }
            switch message {
            case .heartbeat, .cluster: try say(.heartbeat)
            case .run(let counts): runs[counts.run] = counts
            case .dead(let letter): dead.append(letter)
            case .refusal(let refusal): refusals.append(refusal)
            default: return (message, Array(frames.dropFirst()))
            }
        }
        return nil
    }

    func delivery() throws -> (delivery: Delivery, frames: [Frame]) {
        guard case (.deliver(let delivery), let frames)? = try next() else { throw TestFailure("no delivery came") }
        return (delivery, frames)
    }

    func store(_ deliveries: [Delivery]) throws {
        try say(.stored(deliveries: deliveries.map(\.delivery)))
    }

    /// Reads reports until one satisfies the condition.
    func waitForReport(_ holds: (TestCollector) -> Bool) throws {
        while !holds(self) {
            guard let frames = try socket.receive(timeoutMs: patienceMs) else { throw TestFailure("no report came") }
            switch try frames[0].withUnsafeBytes({ try BrokerToCollector($0) }) {
            case .heartbeat, .cluster: try say(.heartbeat)
            case .run(let counts): runs[counts.run] = counts
            case .dead(let letter): dead.append(letter)
            case .refusal(let refusal): refusals.append(refusal)
            default: break
            }
        }
    }
}
