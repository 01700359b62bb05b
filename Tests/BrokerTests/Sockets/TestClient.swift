import ClusterProtocol
import ZeroMQ

/// A publisher or operator that asks one question after the other.
final class TestClient {
    let socket: Socket

    init(socket: consuming Socket) { self.socket = socket }

    /// The frames of a job of one region; equal arguments are equal bytes.
    static func job(
        _ run: Name, _ key: Name?, seq: Int? = nil, points: Int = 20, spectra: Int = 1, value: Float = 1,
        expected: Int? = nil
    ) -> [Frame] {
        let region = RegionHeader(
            name: "C 1s", dtype: .float32, stack: spectra == 1 ? nil : spectra, points: points,
            axis: .binding(startEV: 280, stepEV: 0.1))
        let header = JobHeader(run: run, job: key, seq: seq, expected: expected, regions: [region])
        let array = [Float](repeating: value, count: points * spectra)
        return [Frame(header.encoded()), array.withUnsafeBytes { Frame(copying: $0) }]
    }

    func send(_ frames: [Frame]) throws {
        guard case .sent = try socket.send(frames) else { throw TestFailure("the message was not taken") }
    }

    func receive() throws -> (reply: Reply, frames: [Frame]) {
        guard var frames = try socket.receive(timeoutMs: patienceMs) else { throw TestFailure("no answer came") }
        if frames.first?.isEmpty == true { frames.removeFirst() }
        guard let header = frames.first else { throw TestFailure("the answer has no header") }
        return (try header.withUnsafeBytes { try Reply($0) }, Array(frames.dropFirst()))
    }

    func ask(_ operation: Request.Operation) throws -> Reply {
        try send([Frame(Request(operation).encoded())])
        return try receive().reply
    }

    func ask(_ frames: [Frame]) throws -> Reply {
        try send(frames)
        return try receive().reply
    }

    func submit(_ run: Name, _ key: Name?, seq: Int? = nil, value: Float = 1) throws -> Reply {
        try ask(Self.job(run, key, seq: seq, value: value))
    }

    /// Asks until the job is in a state.
    func wait(for state: JobState, of job: JobID) throws -> JobStatus {
        for _ in 0..<100_000 {
            guard case .jobStatus(let status) = try ask(.status(run: job.run, job: job.job)).body else {
                throw TestFailure("there is no status of \(job)")
            }
            if status.state == state { return status }
            if status.state.isFinal { throw TestFailure("\(job) is \(status.state), not \(state)") }
        }
        throw TestFailure("\(job) never became \(state)")
    }

    /// Asks until the broker says this of a worker.
    func waitForWorker(_ name: String, _ holds: (WorkerStatus) -> Bool) throws {
        for _ in 0..<100_000 {
            guard case .workers(let workers) = try ask(.workers).body else { throw TestFailure("there is no list") }
            if workers.contains(where: { $0.worker == name && holds($0) }) { return }
        }
        throw TestFailure("\(name) never was as expected")
    }

    func counters() throws -> [String: Int] {
        guard case .queue(let status) = try ask(.queue).body else { throw TestFailure("the queue gives no status") }
        return status.counters
    }

    func queue() throws -> QueueStatus {
        guard case .queue(let status) = try ask(.queue).body else { throw TestFailure("the queue gives no status") }
        return status
    }
}
