import ClusterProtocol
import Glibc
import ZeroMQ

/// The peers of a broker under test: publishers, a worker and a collector, each doing what the case says.
///
/// It belongs to one thread.
final class BrokerStage {
    let context: Context
    let hello: Hello
    /// A run of this case's own.
    let run: Name

    init(_ endpoint: String, case id: String) throws {
        context = try Context()
        run = Name(checked: "conformance-\(id)-\(getpid())-\(MonotonicTime.now.ns % 1_000_000_007)")
        let asker = try Asker(context, endpoint)
        do {
            try asker.send([Frame(Request(.hello).encoded())])
        } catch is Violation {
            throw ConformanceError.noBroker(endpoint)
        }
        guard let answer = try asker.receive(timeoutMs: 3_000) else { throw ConformanceError.noBroker(endpoint) }
        guard case .hello(let hello) = answer.reply.body else {
            throw Violation("hello is answered with \(answer.reply.code)")
        }
        self.hello = hello
    }

    func endpoint(_ role: SocketRole) throws -> String {
        guard let endpoint = hello.endpoints[role] else {
            throw Violation("hello does not name the endpoint of \(role.name)")
        }
        return endpoint
    }

    func asker(_ role: SocketRole = .submit, _ kind: Socket.Kind = .dealer) throws -> Asker {
        try Asker(context, endpoint(role), kind)
    }

    func worker(credit: Int = 8) throws -> PlayedWorker {
        try PlayedWorker(context, endpoint(.work), credit: credit)
    }

    func collector() throws -> PlayedCollector { try PlayedCollector(context, endpoint(.collect)) }

    /// The frames of a job of one region; equal arguments are equal bytes.
    func job(
        _ key: Name?, seq: Int? = nil, value: Float = 1, spectra: Int = 1, class jobClass: JobClass = .complete
    ) -> [Frame] {
        let region = RegionHeader(
            name: "C 1s", dtype: .float32, stack: spectra == 1 ? nil : spectra, points: 20,
            axis: .binding(startEV: 280, stepEV: 0.1))
        let header = JobHeader(run: run, job: key, seq: seq, regions: [region], jobClass: jobClass)
        let array = [Float](repeating: value, count: 20 * spectra)
        return [Frame(header.encoded()), array.withUnsafeBytes { Frame(Array($0)) }]
    }

    func id(_ key: Name) -> JobID { JobID(run: run, job: key) }
}

/// A publisher or operator that asks one question after the other.
final class Asker {
    private let socket: Socket

    init(_ context: Context, _ endpoint: String, _ kind: Socket.Kind = .dealer) throws {
        socket = try Socket(context, kind)
        try socket.connect(endpoint)
    }

    func send(_ frames: [Frame]) throws {
        let end = MonotonicTime.now.later(byMs: 3_000)
        while true {
            if case .sent = try socket.send(frames) { return }
            guard MonotonicTime.now < end else { throw Violation("the broker takes no message within 3 s") }
            usleep(5_000)
        }
    }

    func receive(timeoutMs: Int = 5_000) throws -> (reply: Reply, body: [Frame])? {
        guard var frames = try socket.receive(timeoutMs: timeoutMs) else { return nil }
        if frames.first?.isEmpty == true { frames.removeFirst() }
        guard let header = frames.first else { throw Violation("an answer has no header") }
        do throws(ProtocolError) {
            let reply = try [UInt8](header).view { view throws(ProtocolError) in try Reply(view) }
            return (reply, Array(frames.dropFirst()))
        } catch {
            throw Violation("an answer cannot be read: \(error.message)")
        }
    }

    func ask(_ frames: [Frame]) throws -> Reply {
        try send(frames)
        guard let answer = try receive() else { throw Violation("no answer came within 5 s") }
        return answer.reply
    }

    func ask(_ operation: Request.Operation) throws -> Reply { try ask([Frame(Request(operation).encoded())]) }

    func ask(_ header: String, _ body: [Frame] = []) throws -> Reply { try ask([Frame(header)] + body) }

    /// Asks until the job is in a state.
    func wait(for state: JobState, of job: JobID) throws {
        let end = MonotonicTime.now.later(byMs: 10_000)
        var last = "unknown"
        while MonotonicTime.now < end {
            if case .jobStatus(let status) = try ask(.status(run: job.run, job: job.job)).body {
                if status.state == state { return }
                last = status.state.rawValue
            }
            usleep(20_000)
        }
        throw Violation("\(job.job) is \(last) after 10 s, not \(state)")
    }
}

/// A worker that computes nothing.
final class PlayedWorker {
    private let socket: Socket
    let name = "conformance-\(MonotonicTime.now.ns)"
    let welcome: WorkerWelcome
    private var inbox: [(lease: Lease, body: [Frame])] = []
    private(set) var cancelled: [Int] = []

    init(_ context: Context, _ endpoint: String, credit: Int) throws {
        socket = try Socket(context, .dealer)
        try socket.connect(endpoint)
        try socket.setLinger(ms: 500)
        let ready = WorkerReady(
            worker: name, host: "conformance", pid: 1, software: "conformance", model: "none", credit: credit,
            creditBytes: 16 << 20)
        try Self.send(.ready(ready), [], on: socket)
        guard case .welcome(let terms)? = try Self.receive(5_000, on: socket)?.message else {
            throw Violation("ready is not answered with welcome")
        }
        welcome = terms
    }

    // Without it the broker would lease the next case's jobs to a worker that is gone.
    deinit { _ = try? socket.send([Frame(WorkerMessage.goodbye.encoded())]) }

    private static func send(_ message: WorkerMessage, _ body: [Frame], on socket: borrowing Socket) throws {
        let end = MonotonicTime.now.later(byMs: 3_000)
        while true {
            if case .sent = try socket.send([Frame(message.encoded())] + body) { return }
            guard MonotonicTime.now < end else { throw Violation("the work socket takes no message within 3 s") }
            usleep(5_000)
        }
    }

    private static func receive(
        _ timeoutMs: Int, on socket: borrowing Socket
    ) throws -> (message: BrokerToWorker, body: [Frame])? {
        guard let frames = try socket.receive(timeoutMs: timeoutMs) else { return nil }
        do throws(ProtocolError) {
            let message = try [UInt8](frames[0]).view { view throws(ProtocolError) in try BrokerToWorker(view) }
            return (message, Array(frames.dropFirst()))
        } catch {
            throw Violation("a message to a worker cannot be read: \(error.message)")
        }
    }

    func say(_ message: WorkerMessage, _ body: [Frame] = []) throws { try Self.send(message, body, on: socket) }

    /// The next lease, or nil after `timeoutMs`, with heartbeats that hold what is named.
    func lease(holding: [Int] = [], timeoutMs: Int = 5_000) throws -> (lease: Lease, body: [Frame])? {
        let end = MonotonicTime.now.later(byMs: timeoutMs)
        var nextBeat = MonotonicTime.now
        while MonotonicTime.now < end {
            if MonotonicTime.now >= nextBeat {
                try say(.heartbeat(held: holding, executing: holding))
                nextBeat = .now.later(byMs: welcome.heartbeatMs)
            }
            guard let (message, body) = try Self.receive(min(20, welcome.heartbeatMs), on: socket) else { continue }
            switch message {
            case .lease(let lease): return (lease, body)
            case .cancel(let leases): cancelled += leases
            case .unknown: throw Violation("a worker that sends its heartbeats was given up")
            default: break
            }
        }
        return nil
    }

    func answer(_ lease: Lease) throws {
        let lines = [String](repeating: "{\"shift_eV\":0.5}", count: lease.spectra).joined(separator: "\n")
        try say(.result(WorkerResult(lease: lease.lease, id: lease.id, model: "none")), [Frame(lines)])
    }

    /// Reads on until the broker says this.
    func waits(for expected: BrokerToWorker, timeoutMs: Int = 5_000) throws -> Bool {
        let end = MonotonicTime.now.later(byMs: timeoutMs)
        while MonotonicTime.now < end {
            if try Self.receive(50, on: socket)?.message == expected { return true }
        }
        return false
    }
}

/// A collector that stores nothing.
final class PlayedCollector {
    private let socket: Socket
    private(set) var runs: [Name: RunCounts] = [:]
    private(set) var dead: [DeadLetter] = []

    init(_ context: Context, _ endpoint: String) throws {
        socket = try Socket(context, .dealer)
        try socket.connect(endpoint)
        try socket.setLinger(ms: 500)
        let status = CollectorStatus(
            collector: "conformance", host: "conformance", pid: 1, software: "conformance",
            events: "tcp://127.0.0.1:1")
        try say(.open(CollectorOpen(status, creditBytes: 1 << 20)))
        guard case .welcome? = try next(timeoutMs: 5_000)?.message else {
            throw Violation("open is not answered with welcome")
        }
    }

    deinit { _ = try? socket.send([Frame(CollectorMessage.goodbye.encoded())]) }

    func say(_ message: CollectorMessage, _ body: [Frame] = []) throws {
        let end = MonotonicTime.now.later(byMs: 3_000)
        while true {
            if case .sent = try socket.send([Frame(message.encoded())] + body) { return }
            guard MonotonicTime.now < end else { throw Violation("the collect socket takes no message within 3 s") }
            usleep(5_000)
        }
    }

    /// The next message that is no report; reports are noted.
    func next(timeoutMs: Int = 5_000) throws -> (message: BrokerToCollector, body: [Frame])? {
        let end = MonotonicTime.now.later(byMs: timeoutMs)
        while MonotonicTime.now < end {
            guard let frames = try socket.receive(timeoutMs: 50) else { continue }
            let message: BrokerToCollector
            do throws(ProtocolError) {
                message = try [UInt8](frames[0]).view { view throws(ProtocolError) in try BrokerToCollector(view) }
            } catch {
                throw Violation("a message to the collector cannot be read: \(error.message)")
            }
            switch message {
            case .heartbeat, .cluster: try say(.heartbeat)
            case .run(let counts): runs[counts.run] = counts
            case .dead(let letter): dead.append(letter)
            case .refusal, .revived: break
            default: return (message, Array(frames.dropFirst()))
            }
        }
        return nil
    }

    /// The next delivery of a run; those of others are confirmed on the way.
    func delivery(of run: Name, timeoutMs: Int = 5_000) throws -> (delivery: Delivery, body: [Frame])? {
        while let (message, body) = try next(timeoutMs: timeoutMs) {
            guard case .deliver(let delivery) = message else { continue }
            if delivery.id.run == run { return (delivery, body) }
            try say(.stored(deliveries: [delivery.delivery]))
        }
        return nil
    }
}
