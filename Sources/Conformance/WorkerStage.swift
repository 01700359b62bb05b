import ClusterProtocol
import Glibc
import ZeroMQ

/// A broker as a worker sees it: it answers `hello`, leases what the case wants, and notes what comes back.
///
/// It belongs to one thread.
final class WorkerStage {
    static let heartbeatMs = 100
    static let livenessMs = 500

    private let context: Context
    private let submit: Socket
    private let work: Socket
    let endpoint: String
    private let workEndpoint: String
    /// The worker that registered last.
    private(set) var route: Frame?
    private(set) var ready: WorkerReady?
    /// How often `ready` came.
    private(set) var registrations = 0
    private(set) var heartbeats: [(held: [Int], executing: [Int], at: MonotonicTime)] = []
    private(set) var results: [Int: (header: WorkerResult, body: [Frame])] = [:]
    private(set) var failures: [Int: WorkerFailure] = [:]
    private(set) var returned: Set<Int> = []
    private(set) var saidGoodbye = false
    private(set) var violations: [String] = []
    private(set) var granted: [Int: MonotonicTime] = [:]
    /// Whether this side sends its heartbeat.
    var isAlive = true
    var refusal: ProtocolError?
    private var nextBeat = MonotonicTime.now
    private var nextLease = 9_007_199_254_000_000

    init() throws {
        context = try Context()
        for _ in 0..<100 {
            let first = try Socket(context, .router)
            let second = try Socket(context, .router)
            let place = try first.bind("tcp://127.0.0.1:*")
            guard let port = place.split(separator: ":").last.flatMap({ Int($0) }), port < 65_530,
                let other = try? second.bind("tcp://127.0.0.1:\(port + SocketRole.work.rawValue)")
            else { continue }
            submit = first
            work = second
            endpoint = place
            workEndpoint = other
            return
        }
        throw ConformanceError.socket("found no two free ports")
    }

    func note(_ violation: String) {
        // What is wrong once is mostly wrong everywhere.
        if violations.count < 10, !violations.contains(violation) { violations.append(violation) }
    }

    /// Serves until something holds; false if it did not in time.
    @discardableResult
    func serve(atMostMs timeoutMs: Int = 10_000, until holds: () -> Bool = { false }) throws -> Bool {
        let end = MonotonicTime.now.later(byMs: timeoutMs)
        while !holds() {
            guard MonotonicTime.now < end else { return false }
            try serveOnce()
        }
        return true
    }

    private func serveOnce() throws {
        if let frames = try submit.receive() { try answer(frames) }
        if let frames = try work.receive(timeoutMs: 5) { try take(frames) }
        guard isAlive, MonotonicTime.now >= nextBeat, ready != nil else { return }
        nextBeat = .now.later(byMs: Self.heartbeatMs)
        try say(.heartbeat)
    }

    private func answer(_ frames: [Frame]) throws {
        let bytes = frames.map { [UInt8]($0) }
        let start = 1 + bytes.dropFirst().withViews { Envelope($0).count }
        guard start < bytes.count,
            let request = try? bytes[start].view({ view throws(ProtocolError) in try Request(view, on: .submit) })
        else {
            return
        }
        let hello = Hello(
            server: "conformance", epoch: "w1", credit: 1,
            endpoints: Endpoints([.submit: endpoint, .work: workEndpoint]))
        _ = try submit.send(Array(frames[..<start]) + [Frame(Reply(.hello(hello), id: request.id).encoded())])
    }

    private func take(_ frames: [Frame]) throws {
        let start = frames.count > 2 && frames[1].isEmpty ? 2 : 1
        guard start < frames.count else { return note("a message without a header came") }
        let header = [UInt8](frames[start])
        let message: WorkerMessage
        do throws(ProtocolError) {
            message = try header.view { view throws(ProtocolError) in try WorkerMessage(view) }
        } catch {
            return note("a header is wrong: \(error.message)")
        }
        if case .ready(let ready) = message { return try register(ready, frames[0]) }
        guard frames[0] == route else { return }
        switch message {
        case .ready: break
        case .result(let result): take(result, Array(frames.dropFirst(start + 1)))
        case .failed(let failure):
            failures[failure.lease] = failure
            end(failure.lease)
        case .returned(let leases):
            returned.formUnion(leases)
            for lease in leases { end(lease) }
        case .heartbeat(let held, let executing):
            heartbeats.append((held, executing, .now))
        case .goodbye: saidGoodbye = true
        }
    }

    private func register(_ ready: WorkerReady, _ route: Frame) throws {
        registrations += 1
        self.ready = ready
        self.route = route
        heartbeats = []
        if let refusal { return try say(.refused(PeerRefusal(refusal))) }
        try welcome()
    }

    func welcome() throws {
        try say(
            .welcome(
                WorkerWelcome(epoch: "w1", heartbeatMs: Self.heartbeatMs, leaseMs: 3_000, livenessMs: Self.livenessMs)))
    }

    private func take(_ result: WorkerResult, _ body: [Frame]) {
        guard let lease = leases[result.lease] else {
            return note("a result came for lease \(result.lease), which was never given")
        }
        if result.id != lease.id { note("lease \(lease.lease) is of \(lease.id), and its result says \(result.id)") }
        if results[result.lease] != nil { note("lease \(lease.lease) was answered twice") }
        if body.count != 1 {
            note("\(body.count) frames are behind the header of a result, not one")
        } else {
            do throws(ProtocolError) {
                let bytes = [UInt8](body[0])
                _ = try bytes.view { view throws(ProtocolError) in try ResultLines(view, spectra: lease.spectra) }
            } catch {
                note("the result of lease \(lease.lease) is wrong: \(error.message)")
            }
        }
        results[result.lease] = (result, body)
        end(result.lease)
    }

    // Leases

    private(set) var leases: [Int: Lease] = [:]
    /// Leases that were given and not answered.
    private(set) var open: Set<Int> = []

    private func end(_ lease: Int) { open.remove(lease) }

    func forgetOpenLeases() { open = [] }

    /// Leases a job that any worker can compute; `header` replaces the job's.
    @discardableResult
    func lease(spectra: Int = 1, header: [UInt8]? = nil, isLive: Bool = false) throws -> Lease {
        nextLease += 1
        let key = Name(checked: "\(nextLease)")
        let lease = Lease(
            lease: nextLease, attempt: 1, isLive: isLive, id: JobID(run: "conformance", job: key), spectra: spectra)
        leases[nextLease] = lease
        granted[nextLease] = .now
        open.insert(nextLease)
        let region = RegionHeader(
            name: "C 1s", dtype: .float32, stack: spectra == 1 ? nil : spectra, points: 201,
            axis: .binding(startEV: 278, stepEV: 0.1))
        let job = JobHeader(run: "conformance", job: key, regions: [region])
        let one = (0..<201).map { point -> Float in
            let distance = (Float(point) - 71) / 6
            return 100 + 5_000 / (1 + distance * distance)
        }
        let array = Array(repeatElement(one, count: spectra).joined())
        try say(.lease(lease), [Frame(header ?? job.encoded()), array.withUnsafeBytes { Frame(Array($0)) }])
        return lease
    }

    func say(_ message: BrokerToWorker, _ body: [Frame] = []) throws { try sayRaw(message.encoded(), body) }

    func sayRaw(_ header: [UInt8], _ body: [Frame] = []) throws {
        guard let route else { return }
        _ = try? work.send([route, Frame(header)] + body)
    }
}
