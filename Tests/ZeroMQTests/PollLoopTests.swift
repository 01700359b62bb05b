import Glibc
import Synchronization
import Testing
import ZeroMQ

@Sendable private func isBlocked(_ signal: Int32) -> Bool {
    var mask = sigset_t()
    pthread_sigmask(SIG_BLOCK, nil, &mask)
    return sigismember(&mask, signal) == 1
}

/// An echo server as the broker is built: an actor on the loop that stores its socket.
private actor Echo {
    nonisolated let loop: PollLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
    private let socket: Socket
    nonisolated let endpoint: String
    private(set) var echoed = 0
    private(set) var connections = 0

    init(on loop: PollLoop, _ context: Context, options: SocketOptions = .init()) throws {
        let socket = try Socket(context, .router, options: options)
        try socket.startMonitor()
        endpoint = try socket.bind("tcp://127.0.0.1:0")
        self.socket = socket
        self.loop = loop
    }

    func start() {
        loop.watch(
            socket, onReadable: { [weak self] in self?.assumeIsolated { $0.drain() } },
            onConnection: { [weak self] events in self?.assumeIsolated { $0.connections += events.count } })
    }

    func stopReading() { loop.setReading(socket, false) }

    func resumeReading() { loop.setReading(socket, true) }

    func add(_ number: Int) { echoed += number }

    var statistics: SocketStatistics { socket.statistics }

    private func drain() {
        for _ in 0..<16 {
            guard let frames = try? socket.receive() else { return }
            guard let result = try? socket.send(frames), result == .sent else { continue }
            echoed += 1
        }
    }
}

@Suite struct PollLoopTests {
    @Test func anActorEchoesFromItsLoop() async throws {
        let loop = try PollLoop(name: "echo")
        let context = try Context()
        let echo = try Echo(on: loop, context)
        await echo.start()
        let client = try Socket(context, .dealer)
        try client.connect(echo.endpoint)
        for number in 0..<200 { try sendWhenConnected(client, [Frame("\(number)"), .patterned(26_400, seed: number)]) }
        for number in 0..<200 {
            #expect(
                try client.receive(timeoutMs: patienceMs) == [Frame("\(number)"), .patterned(26_400, seed: number)])
        }
        #expect(await echo.echoed == 200)
        #expect(await echo.statistics.accepted == 1)
        #expect(await echo.connections == 2)
        loop.stop()
        await loop.ended()
    }

    @Test func aPausedSocketIsLeftAlone() async throws {
        let loop = try PollLoop(name: "pause")
        let context = try Context()
        let echo = try Echo(on: loop, context)
        await echo.start()
        await echo.stopReading()
        let client = try Socket(context, .dealer)
        try client.connect(echo.endpoint)
        try sendWhenConnected(client, [Frame("wait")])
        #expect(try client.receive(timeoutMs: 50) == nil)
        #expect(await echo.echoed == 0)
        await echo.resumeReading()
        #expect(try client.receive(timeoutMs: patienceMs) == [Frame("wait")])
        loop.stop()
        await loop.ended()
    }

    @Test func thousandsOfCallsFromManyTasksAllRunOnTheLoop() async throws {
        let loop = try PollLoop(name: "calls")
        let echo = try Echo(on: loop, try Context())
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<100 {
                group.addTask { for _ in 0..<100 { await echo.add(1) } }
            }
        }
        #expect(await echo.echoed == 10_000)
        loop.stop()
        await loop.ended()
    }

    @Test func tasksMayPreferTheLoop() async throws {
        let loop = try PollLoop(name: "preferred")
        let isOnLoop = await Task(executorPreference: loop) { loop.isOnLoop }.value
        #expect(isOnLoop)
        #expect(!loop.isOnLoop)
        loop.stop()
        await loop.ended()
    }

    @Test func workRunsInTheOrderOfItsArrival() async throws {
        let loop = try PollLoop(name: "order")
        let order = Mutex<[Int]>([])
        for number in 0..<1000 { loop.perform { order.withLock { $0.append(number) } } }
        try await on(loop) {}
        #expect(order.withLock { $0 } == Array(0..<1000))
        loop.stop()
        await loop.ended()
    }

    @Test func timersFireOnTheLoopUntilCancelled() async throws {
        let loop = try PollLoop(name: "timers")
        let events = AsyncStream<String>.makeStream()
        loop.perform {
            let never = loop.schedule(after: .milliseconds(1)) { events.continuation.yield("cancelled") }
            loop.cancel(never)
            loop.schedule(after: .milliseconds(10)) { events.continuation.yield("first") }
            var count = 0
            var timer: TimerID?
            timer = loop.schedule(every: .milliseconds(1)) {
                count += 1
                events.continuation.yield("tick")
                guard count == 3, let timer else { return }
                loop.cancel(timer)
                // Counted from here, so that a busy machine cannot end the test before the last tick.
                loop.schedule(after: .milliseconds(20)) {
                    events.continuation.yield(loop.isOnLoop ? "once" : "elsewhere")
                    events.continuation.finish()
                }
            }
        }
        var seen: [String] = []
        for await event in events.stream { seen.append(event) }
        #expect(seen.filter { $0 == "tick" }.count == 3)
        #expect(seen.filter { $0 != "tick" } == ["first", "once"])
        loop.stop()
        await loop.ended()
    }

    @Test func aTimerThatSetsItselfAnewStarvesNobody() async throws {
        let loop = try PollLoop(name: "greedy")
        let done = Tally()
        @Sendable func again() {
            if done.count == 0 { loop.schedule(after: .zero) { again() } }
        }
        loop.perform { again() }
        for _ in 0..<10 { try await on(loop) {} }
        done.add()
        loop.stop()
        await loop.ended()
    }

    @Test func onWritableIsCalledWhileItIsWanted() async throws {
        let context = try Context()
        let loop = try PollLoop(name: "writable")
        let pull = try Socket(context, .pull)
        let endpoint = try pull.bind("tcp://127.0.0.1:0")
        loop.perform {
            guard let push = try? SharedSocket(context, .push) else { return }
            loop.watch(
                push.socket, onReadable: {},
                onWritable: {
                    loop.setWriting(push.socket, false)
                    #expect((try? push.socket.send([Frame("now")])) == .sent)
                })
            loop.setWriting(push.socket, true)
            #expect((try? push.socket.connect(endpoint)) != nil)
        }
        #expect(try pull.receive(timeoutMs: patienceMs) == [Frame("now")])
        loop.stop()
        await loop.ended()
    }

    @Test func theLoopsThreadTakesNoSignals() async throws {
        let signals = [SIGTERM, SIGINT, SIGHUP, SIGCHLD, SIGUSR1]
        let before = signals.map(isBlocked)
        let loop = try PollLoop(name: "signals")
        #expect(signals.map(isBlocked) == before)
        #expect(try await on(loop) { signals.map(isBlocked) } == signals.map { _ in true })
        loop.stop()
        await loop.ended()
    }
}
