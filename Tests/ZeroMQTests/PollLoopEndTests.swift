import Testing
import ZeroMQ

private actor Counter {
    nonisolated let loop: PollLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
    private(set) var count = 0
    private var socket: Socket?

    init(on loop: PollLoop) { self.loop = loop }

    func increment() {
        #expect(loop.isOnLoop)
        count += 1
    }

    func open(_ context: Context, _ endpoint: String) throws {
        let socket = try Socket(context, .pull)
        _ = try socket.bind(endpoint)
        loop.watch(socket, onReadable: {})
        self.socket = consume socket
    }
}

@Suite struct PollLoopEndTests {
    @Test func workIsNeverLostHoweverLateItComes() async throws {
        let loop = try PollLoop(name: "late")
        let counter = Counter(on: loop)
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<50 {
                group.addTask {
                    for _ in 0..<100 { await counter.increment() }
                    if task == 25 { loop.stop() }
                }
            }
        }
        await loop.ended()
        #expect(await counter.count == 5000)
        for _ in 0..<100 { await counter.increment() }
        #expect(await counter.count == 5100)
    }

    @Test func aBusyLoopStops() async throws {
        let context = try Context()
        let loop = try PollLoop(name: "busy")
        let rounds = Tally()
        let received = Tally()
        let stopped = Tally()
        // Work that never ends by itself, beside sockets that always have something.
        @Sendable func again() {
            rounds.add()
            if stopped.count == 0 { loop.perform { again() } }
        }
        try await on(loop) {
            let pull = try SharedSocket(context, .pull)
            let push = try SharedSocket(context, .push)
            try push.socket.connect(try pull.socket.bind("inproc://busy"))
            loop.watch(pull.socket) { if (try? pull.socket.receive()) != nil { received.add() } }
            loop.watch(push.socket, onReadable: {}, onWritable: { _ = try? push.socket.send([Frame("x")]) })
            loop.setWriting(push.socket, true)
            again()
        }
        while rounds.count < 1000 || received.count < 1000 { await Task.yield() }
        loop.stop()
        loop.stop()
        await loop.ended()
        let after = rounds.count
        while rounds.count < after + 10 { await Task.yield() }
        stopped.add()
    }

    @Test func aLoopMayStopItself() async throws {
        let loop = try PollLoop(name: "itself")
        loop.perform { loop.stop() }
        await loop.ended()
        #expect(!loop.isOnLoop)
    }

    @Test func aWatchedSocketIsClosedByItsLoop() async throws {
        let context = try Context()
        let loop = try PollLoop(name: "closing")
        do {
            let counter = Counter(on: loop)
            try await counter.open(context, "tcp://127.0.0.1:0")
        }
        // The actor went while the loop was waiting in zmq_poll; the loop goes on.
        for _ in 0..<100 { try await on(loop) {} }
        loop.stop()
        await loop.ended()
    }

    @Test func actorsComeAndGoWhileTheLoopPolls() async throws {
        let context = try Context()
        let loop = try PollLoop(name: "coming")
        for number in 0..<300 {
            let counter = Counter(on: loop)
            try await counter.open(context, "inproc://coming-\(number)")
        }
        try await on(loop) {}
        loop.stop()
        await loop.ended()
    }

    @Test func aShutDownContextIsToldOnceAndDoesNotSpin() async throws {
        let context = try Context()
        let loop = try PollLoop(name: "terminated")
        let calls = Tally()
        let told = AsyncStream<Bool>.makeStream()
        try await on(loop) {
            let pull = try SharedSocket(context, .pull)
            loop.watch(pull.socket) {
                calls.add()
                do { _ = try pull.socket.receive() } catch {
                    told.continuation.yield((error as? ZeroMQError)?.isTerminated ?? false)
                }
            }
        }
        context.shutdown()
        for await isTerminated in told.stream {
            #expect(isTerminated)
            break
        }
        for _ in 0..<100 { try await on(loop) {} }
        #expect(calls.count == 1)
        loop.stop()
        await loop.ended()
    }

    @Test func joiningFromAThreadWaitsForTheEnd() throws {
        let loop = try PollLoop(name: "joined")
        let done = Tally()
        loop.perform {
            loop.stop()
            done.add()
        }
        loop.join()
        loop.join()
        #expect(done.count == 1)
    }
}
