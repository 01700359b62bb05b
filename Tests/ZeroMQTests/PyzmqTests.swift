import Foundation
import Testing
import ZeroMQ

private let python = ProcessInfo.processInfo.environment["CORELEVEL_PYTHON"]

/// Peers that use the binding most clients use, in a process of their own.
@Suite(.enabled(if: python != nil, "set CORELEVEL_PYTHON to a Python with pyzmq to run this"))
struct PyzmqTests {
    private func start(_ script: String, _ arguments: String...) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(python))
        process.arguments = ["-c", script] + arguments
        try process.run()
        return process
    }

    @Test(arguments: ["REQ", "DEALER"])
    func clientsAreAnsweredInTheirEnvelope(kind: String) throws {
        let router = try Socket(try Context(), .router)
        let endpoint = try router.bind("tcp://127.0.0.1:0")
        let client = try start(
            """
            import sys, zmq
            socket = zmq.Context().socket(getattr(zmq, sys.argv[1]))
            socket.connect(sys.argv[2])
            for n in range(200):
                message = [b'{"seq": %d}' % n, bytes([n % 256]) * 26400]
                socket.send_multipart(message)
                assert socket.poll(10000) and socket.recv_multipart() == message, n
            """, kind, endpoint)
        for number in 0..<200 {
            let frames = try #require(try router.receive(timeoutMs: patienceMs))
            #expect(frames.count == (kind == "REQ" ? 4 : 3))
            #expect(frames.suffix(2).first?.string == "{\"seq\": \(number)}")
            #expect(try router.send(frames) == .sent)
        }
        client.waitUntilExit()
        #expect(client.terminationStatus == 0)
    }

    @Test func pushedMessagesArriveWhole() throws {
        let pull = try Socket(try Context(), .pull)
        let endpoint = try pull.bind("tcp://127.0.0.1:0")
        let client = try start(
            """
            import sys, zmq
            context = zmq.Context()
            socket = context.socket(zmq.PUSH)
            socket.connect(sys.argv[1])
            for n in range(2000):
                socket.send_multipart([b'%d' % n, bytes(26400), b''])
            socket.close()
            context.term()
            """, endpoint)
        for number in 0..<2000 {
            let frames = try #require(try pull.receive(timeoutMs: patienceMs))
            #expect(frames.map(\.count) == ["\(number)".utf8.count, 26_400, 0])
            #expect(frames[0].string == "\(number)")
        }
        client.waitUntilExit()
        #expect(client.terminationStatus == 0)
    }

    @Test func ourDealerAndSubServePythonServers() throws {
        let folder = try TemporaryFolder()
        let path = "ipc://" + folder.path("python")
        let server = try start(
            """
            import sys, zmq
            context = zmq.Context()
            router, events = context.socket(zmq.ROUTER), context.socket(zmq.XPUB)
            router.bind(sys.argv[1])
            events.bind(sys.argv[1] + '-events')
            assert events.recv() == b'\\x01run/1/'
            for n in range(100):
                message = router.recv_multipart()
                router.send_multipart(message)
                events.send_multipart([b'run/1/', b'%d' % n])
            assert router.recv_multipart()[1] == b'bye'
            """, path)
        let context = try Context()
        var options = SocketOptions()
        options.subscriptions = ["run/1/"]
        let events = try Socket(context, .sub, options: options)
        try events.connect(path + "-events")
        let dealer = try Socket(context, .dealer)
        try dealer.connect(path)
        for number in 0..<100 {
            let message = [Frame("job"), Frame.patterned(26_400, seed: number)]
            try sendWhenConnected(dealer, message)
            #expect(try dealer.receive(timeoutMs: patienceMs) == message)
            #expect(try events.receive(timeoutMs: patienceMs)?.last?.string == "\(number)")
        }
        try sendWhenConnected(dealer, [Frame("bye")])
        server.waitUntilExit()
        #expect(server.terminationStatus == 0)
    }
}
