import ClusterProtocol
import Synchronization
import Testing
import ZeroMQ

/// The broker's side of the work socket, played by a test on a thread of its own: it says what the test tells it to and
/// hands over what the worker says.
final class ScriptedBroker: Sendable {
    /// A worker's message and the frames behind its header.
    struct Heard: Sendable {
        let peer: Frame
        let message: WorkerMessage
        let frames: [Frame]
    }

    let address: BrokerAddress
    private let loop: PollLoop
    private let state: Mutex<State>
    let heard: AsyncStream<Heard>

    private struct State: ~Copyable {
        var player: Player?
    }

    /// Owns the socket; used on the loop's thread only.
    private final class Player: @unchecked Sendable {
        // Unchecked: made, used and let go on the loop's thread, which `perform` leads to.
        let socket: Socket
        init(_ socket: consuming Socket) { self.socket = socket }
    }

    init() async throws {
        let loop = try PollLoop(name: "scripted broker")
        let context = try Context()
        let (heard, sink) = AsyncStream.makeStream(of: Heard.self)
        let (player, port): (Player, Int) = try await withCheckedThrowingContinuation { made in
            loop.perform {
                do {
                    let socket = try Socket(context, .router)
                    let endpoint = try socket.bind("tcp://127.0.0.1:*")
                    let player = Player(socket)
                    loop.watch(player.socket) {
                        while let frames = try? player.socket.receive(), frames.count > 1 {
                            guard let message = try? frames[1].withUnsafeBytes({ try WorkerMessage($0) }) else {
                                continue
                            }
                            sink.yield(Heard(peer: frames[0], message: message, frames: Array(frames.dropFirst(2))))
                        }
                    }
                    made.resume(returning: (player, Int(endpoint.split(separator: ":").last ?? "") ?? 0))
                } catch {
                    made.resume(throwing: error)
                }
            }
        }
        self.loop = loop
        self.heard = heard
        state = Mutex(State(player: player))
        address = BrokerAddress(host: "127.0.0.1", basePort: port - SocketRole.work.rawValue)
    }

    func say(_ message: BrokerToWorker, to peer: Frame, _ frames: [Frame] = []) {
        loop.perform { [self] in
            let player = state.withLock { $0.player }
            _ = try? player?.socket.send([peer, Frame(message.encoded())] + frames)
        }
    }

    func close() async {
        loop.perform { [self] in state.withLock { $0.player = nil } }
        loop.stop()
        await loop.ended()
    }
}

extension ScriptedBroker {
    static let terms = WorkerWelcome(epoch: "test", heartbeatMs: 20, leaseMs: 3000, livenessMs: 60_000)

    /// Waits for the next message that `select` takes; heartbeats in between are passed over.
    static func next<Wanted>(
        _ messages: inout AsyncStream<Heard>.Iterator, _ select: (Heard) -> Wanted?
    ) async throws -> Wanted {
        while let heard = await messages.next() {
            if let wanted = select(heard) { return wanted }
        }
        throw Silence()
    }

    struct Silence: Error {}

    /// Answers the worker's first message with a welcome and returns its address.
    func welcome(
        _ messages: inout AsyncStream<Heard>.Iterator, terms: WorkerWelcome = ScriptedBroker.terms
    ) async throws -> (peer: Frame, ready: WorkerReady) {
        let (peer, ready) = try await Self.next(&messages) { heard in
            if case .ready(let ready) = heard.message { (heard.peer, ready) } else { nil }
        }
        say(.welcome(terms), to: peer)
        return (peer, ready)
    }
}
