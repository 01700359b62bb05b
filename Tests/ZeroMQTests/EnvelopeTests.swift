import Testing
import ZeroMQ

/// What the peers' patterns put before the header when they reach a router.
@Suite struct EnvelopeTests {
    private let body = [Frame(#"{"v":1,"op":"hello"}"#), Frame([1, 2, 3, 4])]

    private func envelope(of kind: Socket.Kind, options: SocketOptions = .init()) throws -> [Frame] {
        let pair = try SocketPair(.router, kind, connectedOptions: options)
        try sendWhenConnected(pair.connected, body)
        let arrived = try #require(try pair.bound.receive(timeoutMs: patienceMs))
        #expect(arrived[0].count == 5)
        #expect(Array(arrived.suffix(2)) == body)
        #expect(try pair.bound.send(arrived) == .sent)
        #expect(try pair.connected.receive(timeoutMs: patienceMs) == body)
        return Array(arrived.dropFirst().dropLast(2))
    }

    @Test func aDealerHasNone() throws {
        #expect(try envelope(of: .dealer) == [])
    }

    @Test func aStrictRequestHasADelimiter() throws {
        var options = SocketOptions()
        options.reqRelaxed = false
        #expect(try envelope(of: .req, options: options) == [Frame("")])
    }

    @Test func aCorrelatedRequestHasANumberToo() throws {
        let envelope = try envelope(of: .req)
        #expect(envelope.map(\.count) == [4, 0])
    }

    @Test func aLostReplyDoesNotBlockARequester() throws {
        let pair = try SocketPair(.router, .req)
        try sendWhenConnected(pair.connected, [Frame("first")])
        let first = try #require(try pair.bound.receive(timeoutMs: patienceMs))
        #expect(try pair.connected.send([Frame("second")]) == .sent)
        let second = try #require(try pair.bound.receive(timeoutMs: patienceMs))
        // The late reply to the first request is not taken for that to the second.
        #expect(try pair.bound.send(first) == .sent)
        #expect(try pair.bound.send(second) == .sent)
        #expect(try pair.connected.receive(timeoutMs: patienceMs) == [Frame("second")])
    }

    @Test func repliersAnswer() throws {
        let pair = try SocketPair(.rep, .req)
        try sendWhenConnected(pair.connected, body)
        #expect(try pair.bound.receive(timeoutMs: patienceMs) == body)
        #expect(try pair.bound.send([Frame("yes")]) == .sent)
        #expect(try pair.connected.receive(timeoutMs: patienceMs) == [Frame("yes")])
    }
}
