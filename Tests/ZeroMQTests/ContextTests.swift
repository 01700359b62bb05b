import Glibc
import Testing
import ZeroMQ

@Suite(.serialized) struct ContextTests {
    @Test func unsentMessagesDoNotHoldUpTheEnd() throws {
        do {
            var options = SocketOptions()
            options.immediate = false
            let push = try Socket(try Context(), .push, options: options)
            try push.connect("tcp://127.0.0.1:9")
            for number in 0..<50 { #expect(try push.send([.patterned(5000, seed: number)]) == .sent) }
        }
    }

    @Test func socketsMayOutliveEveryOtherUseOfTheirContext() throws {
        let socket: Socket
        do {
            let context = try Context()
            socket = try Socket(context, .pull)
        }
        #expect(try socket.receive() == nil)
    }

    @Test func framesMayOutliveTheirContext() throws {
        var frames: [Frame] = []
        do {
            let pair = try SocketPair(.pull, .push)
            try sendWhenConnected(pair.connected, [.patterned(26_400, seed: 1), Frame("small")])
            frames = try #require(try pair.bound.receive(timeoutMs: patienceMs))
        }
        #expect(frames == [.patterned(26_400, seed: 1), Frame("small")])
    }

    @Test func aGoodbyeIsDeliveredWithinItsLinger() throws {
        let context = try Context()
        let pull = try Socket(context, .pull)
        let endpoint = try pull.bind("tcp://127.0.0.1:0")
        do {
            let push = try Socket(context, .push)
            try push.connect(endpoint)
            try sendWhenConnected(push, [.patterned(1_000_000, seed: 1)])
            try push.setLinger(ms: patienceMs)
        }
        #expect(try pull.receive(timeoutMs: patienceMs) == [.patterned(1_000_000, seed: 1)])
    }

    @Test func aShutDownContextEndsItsSockets() throws {
        let context = try Context()
        let pair = try Socket(context, .pull)
        context.shutdown()
        context.shutdown()
        do {
            _ = try pair.receive(timeoutMs: patienceMs)
            Issue.record("the socket went on")
        } catch {
            #expect(error.isTerminated)
        }
        #expect(throws: ZeroMQError.self) { _ = try Socket(context, .pull) }
    }

    @Test func impossibleSettingsAreRefused() {
        #expect(throws: ZeroMQError.self) { try Context(ioThreads: -1) }
        #expect(throws: ZeroMQError.self) { try Context(maxSockets: 0) }
    }

    @Test func aThousandLivesLeakNoDescriptor() throws {
        // Other suites open descriptors meanwhile, but by far not a thousand.
        let before = openDescriptorCount()
        for cycle in 0..<1000 {
            let context = try Context()
            let socket = try Socket(context, cycle % 2 == 0 ? .router : .dealer)
            if cycle % 4 == 0 { try socket.startMonitor() }
            if cycle % 8 == 0 { _ = try socket.bind("tcp://127.0.0.1:0") }
        }
        #expect(openDescriptorCount() - before < 500)
    }

    @Test func theLibraryIsNewEnough() {
        #expect(Context.libraryVersion.compare("4.3.4") >= 0)
    }
}

extension String {
    fileprivate func compare(_ other: String) -> Int {
        let (mine, theirs) = (split(separator: "."), other.split(separator: "."))
        for (a, b) in zip(mine, theirs) {
            guard let a = Int(a), let b = Int(b), a != b else { continue }
            return a - b
        }
        return 0
    }
}
