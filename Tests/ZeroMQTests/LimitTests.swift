import Testing
import ZeroMQ

@Suite struct LimitTests {
    @Test func aMessageOfTooManyFramesIsDroppedAndCounted() throws {
        var options = SocketOptions()
        options.maxFrames = 10
        let pair = try SocketPair(.router, .dealer, boundOptions: options)
        try sendWhenConnected(pair.connected, (0..<100_000).map { _ in Frame("") })
        try sendWhenConnected(pair.connected, (0..<9).map { Frame("\($0)") })
        let next = try #require(try pair.bound.receive(timeoutMs: patienceMs))
        #expect(next.dropFirst().map(\.string) == (0..<9).map { "\($0)" })
        #expect(pair.bound.statistics.overLimit == 1)
        #expect(pair.bound.statistics.messagesReceived == 1)
    }

    @Test func theSenderOfTooMuchCanBeAnswered() throws {
        var options = SocketOptions()
        options.maxTotalBytes = 10_000
        let pair = try SocketPair(.router, .dealer, over: "inproc://answer", boundOptions: options)
        try sendWhenConnected(pair.connected, [Frame("header"), .patterned(20_000, seed: 1), Frame("tail")])
        guard case .overLimit(let head, let frameCount, let byteCount) = try pair.bound.receiveNext() else {
            Issue.record("the message was not refused")
            return
        }
        #expect(head.map(\.count) == [5, 6])
        #expect(head[1].string == "header")
        #expect(frameCount == 4)
        #expect(byteCount == 20_015)
        #expect(try pair.bound.send([head[0], Frame("413")]) == .sent)
        #expect(try pair.connected.receive(timeoutMs: patienceMs) == [Frame("413")])
    }

    @Test func aFloodOfSuchMessagesDoesNotHoldTheReceiver() throws {
        var options = SocketOptions()
        options.maxFrames = 1
        options.receiveHighWater = 1000
        let pair = try SocketPair(.pull, .push, over: "inproc://flood", boundOptions: options)
        for _ in 0..<500 { #expect(try pair.connected.send([Frame("a"), Frame("b")]) == .sent) }
        #expect(try pair.bound.receive() == nil)
        #expect(pair.bound.statistics.overLimit < 500)
        for _ in 0..<500 { #expect(try pair.bound.receive() == nil) }
        #expect(pair.bound.statistics.overLimit == 500)
    }

    @Test func aProbeOfAPeerIsNoMessage() throws {
        let pair = try SocketPair(.router, .dealer, over: "inproc://probe")
        #expect(try pair.connected.send([Frame("")]) == .sent)
        #expect(try pair.connected.send([Frame("real")]) == .sent)
        #expect(try pair.bound.receive(timeoutMs: patienceMs)?.last?.string == "real")
        #expect(pair.bound.statistics.probes == 1)
    }

    @Test func aFrameBeyondTheHardCapEndsTheConnection() throws {
        var options = SocketOptions()
        options.maxMessageBytes = 10_000
        let context = try Context()
        let pull = try Socket(context, .pull, options: options)
        try pull.startMonitor()
        let endpoint = try pull.bind("tcp://127.0.0.1:0")
        let push = try Socket(context, .push)
        try push.connect(endpoint)
        try sendWhenConnected(push, [.patterned(10_001, seed: 1)])
        try expectConnections(of: pull) { $0.disconnected >= 1 }
        #expect(try pull.receive() == nil)
    }
}
