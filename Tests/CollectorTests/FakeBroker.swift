import ClusterProtocol
import Foundation
import ZeroMQ

/// The broker's *collect* socket, played by a script over a real socket.
actor FakeBroker {
    struct Timeout: Error, CustomStringConvertible {
        var description: String
    }

    nonisolated let loop: PollLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
    nonisolated let address: BrokerAddress

    private let context: Context
    private var socket: RouterSocket?
    private var collector: Frame?
    private var inbox: [(message: CollectorMessage, frames: [Frame])] = []
    private var waiter: CheckedContinuation<Void, Never>?
    /// Whether heartbeats are answered; a broker that does not is taken for gone.
    private var isBeating = true
    private var livenessMs: Int

    /// A noncopyable socket in a box, so that a test can close it and bind another.
    private final class RouterSocket {
        let socket: Socket
        let endpoint: String

        init(_ context: Context, endpoint: String) throws {
            socket = try Socket(context, .router)
            self.endpoint = try socket.bind(endpoint)
        }
    }

    init(livenessMs: Int = 60_000) throws {
        self.livenessMs = livenessMs
        loop = try PollLoop(name: "fake broker")
        context = try Context()
        let socket = try RouterSocket(context, endpoint: "tcp://127.0.0.1:0")
        // A free port, three above an imagined base port.
        let port = Int(socket.endpoint.split(separator: ":").last ?? "") ?? 0
        address = BrokerAddress(basePort: port - SocketRole.collect.rawValue)
        self.socket = socket
    }

    func serve() {
        guard let socket else { return }
        loop.watch(socket.socket) { [weak self] in self?.assumeIsolated { $0.receive() } }
    }

    /// Dies, and comes back at the same port, knowing nobody.
    func restart() async throws {
        stopServing()
        collector = nil
        inbox = []
        // libzmq gives the port back a moment after the socket is closed.
        for attempt in 1... {
            do {
                socket = try RouterSocket(context, endpoint: address.endpoint(.collect))
                break
            } catch  where attempt < 500 {
                try await Task.sleep(for: .milliseconds(10))
            }
        }
        serve()
    }

    func stop() {
        stopServing()
        loop.stop()
    }

    private func stopServing() {
        if let socket { loop.unwatch(socket.socket) }
        socket = nil
    }

    func beat(_ isBeating: Bool) { self.isBeating = isBeating }

    /// The patience that the next welcome asks of the collector.
    func patience(livenessMs: Int) { self.livenessMs = livenessMs }

    func send(_ message: BrokerToCollector, _ frames: [Frame] = []) throws {
        guard let collector, let socket else { throw Timeout(description: "no collector has opened") }
        _ = try socket.socket.send([collector, Frame(message.encoded())] + frames)
    }

    func deliver(_ job: String, run: String = "scan", as number: Int, rows: [String] = [#"{"shift_eV":0.5}"#]) throws {
        let delivery = Delivery(
            delivery: number, id: JobID(run: Name(checked: run), job: Name(checked: job)), attempt: 1, worker: "w",
            model: "m", spectra: rows.count, acceptedMs: 1_000)
        try send(
            .deliver(delivery),
            [
                Frame(#"{"v":1,"job":"\#(job)"}"#), Frame([UInt8](repeating: 7, count: 5_000)),
                Frame(rows.joined(separator: "\n")),
            ])
    }

    /// The next message that is no heartbeat.
    func next(within seconds: Int = 20) async throws -> (message: CollectorMessage, frames: [Frame]) {
        if inbox.isEmpty {
            let timer = loop.schedule(after: .seconds(seconds)) { [weak self] in self?.assumeIsolated { $0.wake() } }
            await withCheckedContinuation { if inbox.isEmpty { waiter = $0 } else { $0.resume() } }
            loop.cancel(timer)
        }
        guard !inbox.isEmpty else { throw Timeout(description: "nothing came within \(seconds) s") }
        return inbox.removeFirst()
    }

    /// The deliveries of the next `stored` messages, until there are as many as wanted.
    func stored(_ count: Int) async throws -> [Int] {
        var deliveries: [Int] = []
        while deliveries.count < count {
            guard case .stored(let more) = try await next().message else { continue }
            deliveries += more
        }
        return deliveries
    }

    /// The collector's `open`, answered with a welcome.
    @discardableResult
    func welcome() async throws -> CollectorOpen {
        while true {
            guard case .open(let open) = try await next().message else { continue }
            try send(.welcome(CollectorWelcome(epoch: "e", heartbeatMs: 20, livenessMs: livenessMs)))
            return open
        }
    }

    private func receive() {
        while let socket, let frames = try? socket.socket.receive() {
            guard frames.count > 1, let message = try? frames[1].withUnsafeBytes({ try CollectorMessage($0) }) else {
                continue
            }
            switch message {
            case .heartbeat:
                let answer: BrokerToCollector = frames[0] == collector ? .heartbeat : .unknown
                if isBeating { _ = try? socket.socket.send([frames[0], Frame(answer.encoded())]) }
            case .open:
                collector = frames[0]
                inbox.append((message, Array(frames.dropFirst(2))))
            default:
                if frames[0] == collector { inbox.append((message, Array(frames.dropFirst(2)))) }
            }
        }
        if !inbox.isEmpty { wake() }
    }

    private func wake() {
        waiter?.resume()
        waiter = nil
    }
}
