import Glibc
import Testing
import ZeroMQ

@Suite struct SocketTests {
    @Test(arguments: ["tcp://127.0.0.1:0", "tcp://localhost:0", "inproc://echo", "ipc://"])
    func multipartEchoes(endpoint: String) throws {
        let folder = try TemporaryFolder()
        let place = endpoint == "ipc://" ? endpoint + folder.path("echo") : endpoint
        let pair = try SocketPair(.router, .dealer, over: place)
        for count in [1, 2, 17] {
            let message = (0..<count).map { Frame.patterned($0 * 1500, seed: $0) } + [Frame("end")]
            try sendWhenConnected(pair.connected, message)
            let arrived = try #require(try pair.bound.receive(timeoutMs: patienceMs))
            #expect(Array(arrived.dropFirst()) == message)
            #expect(try pair.bound.send(arrived) == .sent)
            #expect(try pair.connected.receive(timeoutMs: patienceMs) == message)
        }
        #expect(try pair.connected.receive() == nil)
        #expect(pair.bound.statistics.messagesReceived == 3)
        #expect(pair.bound.statistics.messagesSent == 3)
    }

    @Test func wildcardsAreResolved() throws {
        let pair = try SocketPair(.pull, .push)
        #expect(pair.endpoint.hasPrefix("tcp://127.0.0.1:"))
        #expect(!pair.endpoint.hasSuffix(":0"))
    }

    @Test func aTakenPortIsSaidInWords() throws {
        let context = try Context()
        let first = try Socket(context, .pull)
        let endpoint = try first.bind("tcp://127.0.0.1:0")
        let port = endpoint.split(separator: ":").last ?? ""
        let second = try Socket(context, .pull)
        do {
            _ = try second.bind(endpoint)
            Issue.record("the port was bound twice")
        } catch {
            #expect(error.code == EADDRINUSE)
            #expect(!error.isRetriable)
            #expect(error.description.contains("port \(port) on 127.0.0.1 is taken by another process"))
            #expect(error.description.contains("--base-port"))
        }
        withExtendedLifetime(first) {}
    }

    @Test func aServedPathIsNotTakenAway() throws {
        let folder = try TemporaryFolder()
        let context = try Context()
        let path = "ipc://" + folder.path("served")
        let first = try Socket(context, .pull)
        #expect(try first.bind(path) == path)
        let second = try Socket(context, .pull)
        #expect(throws: ZeroMQError.self) { try second.bind(path) }
        // The first still serves.
        let push = try Socket(context, .push)
        try push.connect(path)
        try sendWhenConnected(push, [Frame("x")])
        #expect(try first.receive(timeoutMs: patienceMs) == [Frame("x")])
    }

    @Test func theFileOfADeadProcessIsNoObstacle() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("dead")
        let listener = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        #expect(bound == 0)
        close(listener)
        #expect(try Socket(try Context(), .pull).bind("ipc://" + path) == "ipc://" + path)
    }

    @Test(arguments: [
        ("tcp://127.0.0.1", "write it like tcp://"), ("udp://127.0.0.1:5", ""), ("tcp://203.0.113.9:0", "address"),
        ("ipc:///" + String(repeating: "a", count: 200), "107 bytes"), ("nonsense", "write it like"),
    ])
    func badEndpointsAreRefused(endpoint: String, words: String) throws {
        let socket = try Socket(try Context(), .pull)
        do {
            _ = try socket.bind(endpoint)
            Issue.record("\(endpoint) was bound")
        } catch {
            #expect(error.endpoint == endpoint)
            #expect(words.isEmpty || error.description.contains(words), "\(error)")
        }
    }

    @Test(arguments: [Socket.Kind.dealer, .push, .req])
    func whatDealsInTurnsTakesOneEndpoint(kind: Socket.Kind) throws {
        let socket = try Socket(try Context(), kind)
        try socket.connect("tcp://127.0.0.1:9")
        #expect(throws: ZeroMQError.self) { try socket.connect("tcp://127.0.0.1:10") }
        #expect(throws: ZeroMQError.self) { try socket.connect("tcp://127.0.0.1:9") }
        try socket.disconnect("tcp://127.0.0.1:9")
        try socket.connect("tcp://127.0.0.1:10")
    }

    @Test func subscribersGetTheirTopics() throws {
        var options = SocketOptions()
        options.subscriptions = ["run/1/"]
        let pair = try SocketPair(.xpub, .sub, connectedOptions: options)
        #expect(try pair.bound.receive(timeoutMs: patienceMs) == [Frame("\u{1}run/1/")])
        try pair.connected.subscribe("sys/")
        #expect(try pair.bound.receive(timeoutMs: patienceMs) == [Frame("\u{1}sys/")])
        for topic in ["run/10/", "run/1/", "sys/"] {
            #expect(try pair.bound.send([Frame(topic), Frame("{}")]) == .sent)
        }
        #expect(try pair.connected.receive(timeoutMs: patienceMs) == [Frame("run/1/"), Frame("{}")])
        #expect(try pair.connected.receive(timeoutMs: patienceMs) == [Frame("sys/"), Frame("{}")])
        try pair.connected.unsubscribe("sys/")
        #expect(try pair.bound.receive(timeoutMs: patienceMs) == [Frame("\u{0}sys/")])
        #expect(try pair.connected.receive() == nil)
    }

    @Test func everySubscriptionIsReportedForLastValueReplay() throws {
        let context = try Context()
        let events = try Socket(context, .xpub)
        let endpoint = try events.bind("tcp://127.0.0.1:0")
        var options = SocketOptions()
        options.subscriptions = ["run/1/"]
        let first = try Socket(context, .sub, options: options)
        try first.connect(endpoint)
        #expect(try events.receive(timeoutMs: patienceMs) == [Frame("\u{1}run/1/")])
        let second = try Socket(context, .sub, options: options)
        try second.connect(endpoint)
        #expect(try events.receive(timeoutMs: patienceMs) == [Frame("\u{1}run/1/")])
    }

    @Test func receiveGivesUpInTime() throws {
        let socket = try Socket(try Context(), .pull)
        #expect(try socket.receive() == nil)
        #expect(try socket.receive(timeoutMs: 0) == nil)
        #expect(try socket.receive(timeoutMs: 5) == nil)
    }
}
