import ClusterProtocol
import Foundation
import ZeroMQ

/// The broker's *submit* and *events* sockets, played by a script over real sockets.
actor FakeBroker {
    /// What is done with a submit.
    enum Behaviour: Sendable {
        case accept
        /// Accepted, and the acknowledgement is lost.
        case acceptSilently
        /// Lost before it was accepted.
        case lose
        /// Accepted; the answer waits for ``release()``.
        case hold
        case refuse(ProtocolError)
    }

    nonisolated let loop: PollLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
    nonisolated let address: BrokerAddress
    nonisolated let eventsEndpoint: String

    /// What is on the fake broker's fake disk.
    private(set) var accepted: [JobID] = []
    private(set) var attempts: [JobID: Int] = [:]
    /// The most submits that were unanswered at a time.
    private(set) var mostHeld = 0
    /// Connections made to it.
    private(set) var connections = 0
    private(set) var credit = 256
    private var stored: [ResultEvent] = []

    private let context: Context
    private var socket: Box?
    private let events: Socket
    private var bytes: [JobID: [Frame]] = [:]
    private var behaviour: @Sendable (JobID, Int) -> Behaviour = { _, _ in .accept }
    private var held: [[Frame]] = []
    private var holdsAfter = Int.max
    private var isDeaf = false

    private final class Box {
        let socket: Socket
        let endpoint: String

        init(_ context: Context, endpoint: String) throws {
            socket = try Socket(context, .router)
            try socket.startMonitor()
            self.endpoint = try socket.bind(endpoint)
        }
    }

    init() throws {
        loop = try PollLoop(name: "fake broker")
        context = try Context()
        let socket = try Box(context, endpoint: "tcp://127.0.0.1:0")
        address = BrokerAddress(basePort: Int(socket.endpoint.split(separator: ":").last ?? "") ?? 0)
        self.socket = socket
        let events = try Socket(context, .xpub)
        eventsEndpoint = try events.bind("tcp://127.0.0.1:0")
        self.events = events
    }

    func serve() {
        guard let socket else { return }
        loop.watch(
            socket.socket, onReadable: { [weak self] in self?.assumeIsolated { $0.receive() } },
            onConnection: { [weak self] events in
                self?.assumeIsolated { $0.connections += events.count { $0.kind == .accepted } }
            })
    }

    /// Dies: what it has not answered it never will.
    func die() {
        if let socket { loop.unwatch(socket.socket) }
        socket = nil
        held = []
    }

    /// Comes back at the same port with what was on its disk.
    func comeBack() async throws {
        for attempt in 1... {
            do {
                socket = try Box(context, endpoint: address.endpoint(.submit))
                break
            } catch  where attempt < 500 {
                // libzmq gives the port back a moment after the socket is closed.
                try await Task.sleep(for: .milliseconds(10))
            }
        }
        serve()
    }

    func stop() {
        die()
        loop.stop()
    }

    func behave(_ behaviour: @escaping @Sendable (JobID, Int) -> Behaviour) { self.behaviour = behaviour }

    /// Answers nothing any more once it has accepted so many jobs.
    func hold(after count: Int) { holdsAfter = count }

    func grant(_ credit: Int) { self.credit = credit }

    /// Hears and says nothing, as a process that is stopped.
    func beDeaf(_ isDeaf: Bool) {
        self.isDeaf = isDeaf
        if !isDeaf { receive() }
    }

    /// Answers what was held.
    func release() {
        for message in held { _ = try? socket?.socket.send(message) }
        held = []
    }

    var heldCount: Int { held.count }

    func holds(_ count: Int, orHasAccepted total: Int) -> Bool { held.count == count || accepted.count == total }

    func store(_ results: [ResultEvent]) { stored += results }

    func publish(_ event: Event) throws {
        while try events.receive() != nil {}
        _ = try events.send([Frame(event.topic.encoded), Frame(event.encoded())])
    }

    private func receive() {
        while !isDeaf, let frames = try? socket?.socket.receive() {
            guard frames.count > 1, let request = try? frames[1].withUnsafeBytes({ try Request($0, on: .submit) })
            else { continue }
            let answer = answer(request, frames)
            guard let answer else { continue }
            let message = [frames[0]] + answer.frames
            if answer.isHeld {
                held.append(message)
                mostHeld = max(mostHeld, held.count)
            } else {
                _ = try? socket?.socket.send(message)
            }
        }
    }

    private func answer(_ request: Request, _ frames: [Frame]) -> (frames: [Frame], isHeld: Bool)? {
        let id = request.id
        switch request.operation {
        case .submit(let header): return submit(header, request, frames)
        case .hello:
            let endpoints = Endpoints([.submit: address.endpoint(.submit), .events: eventsEndpoint])
            let hello = Hello(server: "fake", epoch: "1", credit: credit, endpoints: endpoints)
            return ([Frame(Reply(.hello(hello), id: id).encoded())], false)
        case .snapshotResults(let run, let after, let limit):
            let lines = stored.filter { $0.id.run == run && $0.n > after }.prefix(limit).map {
                Event.result($0).encoded()
            }
            let reply = Reply(.snapshotResults(run: run, epoch: "1", progress: nil), id: id)
            return ([Frame(reply.encoded()), Frame(ResultLines.frame(Array(lines)))], false)
        case .result(let job):
            guard let attempt = attempts[job] else {
                return ([Frame(Reply(refusing: request, ProtocolError(.notFound, "No such job.")).encoded())], false)
            }
            attempts[job] = attempt + 1
            if attempt < 3 {
                let reply = Reply(.pending(job, state: .leased, retryAfterMs: 1), id: id)
                return ([Frame(reply.encoded())], false)
            }
            let reply = Reply(.result(job, spectra: 2), id: id)
            return ([Frame(reply.encoded()), Frame("{\"a\":1}\n{\"a\":2}")], false)
        default:
            return ([Frame(Reply(refusing: request, ProtocolError(.notFound, "Not played.")).encoded())], false)
        }
    }

    private func submit(_ header: JobHeader, _ request: Request, _ frames: [Frame]) -> (frames: [Frame], isHeld: Bool)?
    {
        let job = JobID(run: header.run, job: header.key ?? "")
        attempts[job, default: 0] += 1
        let behaviour = behaviour(job, attempts[job] ?? 1)
        switch behaviour {
        case .lose: return nil
        case .refuse(let error):
            return ([Frame(Reply(refusing: request, error, credit: credit).encoded())], false)
        case .accept, .acceptSilently, .hold: break
        }
        let content = Array(frames.dropFirst())
        let isDuplicate = bytes[job] != nil
        if let before = bytes[job], before != content {
            return ([Frame(Reply(refusing: request, ProtocolError(.conflict, "Other bytes.")).encoded())], false)
        }
        if !isDuplicate { accepted.append(job) }
        bytes[job] = content
        if case .acceptSilently = behaviour { return nil }
        let receipt = SubmitReceipt(isDuplicate: isDuplicate, job: job, seq: header.seq, credit: credit)
        if case .hold = behaviour { return ([Frame(Reply(.receipt(receipt)).encoded())], true) }
        if accepted.count > holdsAfter { return ([Frame(Reply(.receipt(receipt)).encoded())], true) }
        return ([Frame(Reply(.receipt(receipt)).encoded())], false)
    }
}
