import Glibc
import Testing
import ZeroMQ

/// Takes monitor events until the counts are as wanted.
func expectConnections(
    of socket: borrowing Socket, _ isReached: (SocketStatistics) -> Bool,
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let deadline = MonotonicTime.now.advanced(by: .milliseconds(patienceMs))
    repeat {
        _ = socket.drainMonitor()
        if isReached(socket.statistics) { return }
        sched_yield()
    } while MonotonicTime.now < deadline
    Issue.record("\(socket.statistics)", sourceLocation: sourceLocation)
}

/// A plain TCP connection to the port of a tcp endpoint, for bytes that are not ZeroMQ.
struct RawConnection: ~Copyable {
    private let descriptor: Int32

    init(to endpoint: String) throws {
        let port = try #require(endpoint.split(separator: ":").last.flatMap { UInt16($0) })
        descriptor = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let rc = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        #expect(rc == 0)
    }

    deinit { close(descriptor) }

    func send(_ bytes: [UInt8]) {
        _ = bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    }

    /// True once the other side has closed, within the patience of the tests.
    func isClosedByPeer() -> Bool {
        var timeout = timeval(tv_sec: patienceMs / 1000, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        var buffer = [UInt8](repeating: 0, count: 256)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count == 0 || (count < 0 && errno == ECONNRESET) { return true }
            if count < 0 && errno != EINTR { return false }
        }
    }
}

@Suite struct MonitorTests {
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }

    @Test func connectionsAreCountedAtBothEnds() throws {
        let context = try Context()
        let router = try Socket(context, .router)
        try router.startMonitor()
        let endpoint = try router.bind("tcp://127.0.0.1:0")
        do {
            let dealer = try Socket(context, .dealer)
            try dealer.startMonitor()
            try dealer.connect(endpoint)
            try expectConnections(of: dealer) { $0.connected == 1 && $0.handshakes == 1 }
            try expectConnections(of: router) { $0.accepted == 1 && $0.handshakes == 1 }
            #expect(router.statistics.disconnected == 0)
        }
        try expectConnections(of: router) { $0.disconnected == 1 }
        #expect(router.statistics.handshakeFailures == 0)
    }

    @Test func scannersAreCountedAndHarmless() throws {
        let context = try Context()
        let router = try Socket(context, .router)
        try router.startMonitor()
        let endpoint = try router.bind("tcp://127.0.0.1:0")
        let http = Array("GET / HTTP/1.1\r\nHost: broker\r\n\r\n".utf8)
        let tls: [UInt8] =
            [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03] + Array(repeating: 7, count: 80)
        for bytes in [http, tls] {
            let connection = try RawConnection(to: endpoint)
            connection.send(bytes)
            let isClosed = connection.isClosedByPeer()
            #expect(isClosed)
        }
        try expectConnections(of: router) { $0.accepted == 2 && $0.handshakeFailures == 2 }
        try expectService(router, endpoint, context)
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func randomBytesAreHarmless(seed: UInt64) throws {
        let context = try Context()
        let router = try Socket(context, .router)
        try router.startMonitor()
        let endpoint = try router.bind("tcp://127.0.0.1:0")
        var generator = Generator(state: seed)
        // Half of them begin as a peer of ZMTP 3 would.
        let greeting =
            [0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 0x7F, 3, 0] + Array("NULL".utf8) + [UInt8](repeating: 0, count: 48)
        for round in 0..<100 {
            let connection = try RawConnection(to: endpoint)
            let noise = (0..<Int.random(in: 1...300, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            connection.send(round % 2 == 0 ? noise : greeting + noise)
        }
        try expectConnections(of: router) { $0.accepted == 100 && $0.handshakeFailures == 100 }
        #expect(try router.receive() == nil)
        try expectService(router, endpoint, context)
    }

    @Test func aSilentPeerIsCutOff() throws {
        var options = SocketOptions()
        options.handshakeIntervalMs = 50
        let router = try Socket(try Context(), .router, options: options)
        try router.startMonitor()
        let connection = try RawConnection(to: try router.bind("tcp://127.0.0.1:0"))
        let isClosed = connection.isClosedByPeer()
        #expect(isClosed)
        try expectConnections(of: router) { $0.accepted == 1 && $0.handshakeFailures == 1 }
    }

    @Test func theWrongPatternShowsAsALostConnection() throws {
        let context = try Context()
        let router = try Socket(context, .router)
        try router.startMonitor()
        let endpoint = try router.bind("tcp://127.0.0.1:0")
        let push = try Socket(context, .push)
        try push.connect(endpoint)
        try expectConnections(of: router) { $0.handshakeFailures >= 1 }
        #expect(try router.receive() == nil)
    }

    @Test func closingWithUnreadEventsDoesNotHang() throws {
        let router = try Socket(try Context(), .router)
        try router.startMonitor()
        try router.startMonitor()
        let endpoint = try router.bind("tcp://127.0.0.1:0")
        for _ in 0..<300 { try RawConnection(to: endpoint).send([0]) }
    }

    private func expectService(_ router: borrowing Socket, _ endpoint: String, _ context: Context) throws {
        let dealer = try Socket(context, .dealer)
        try dealer.connect(endpoint)
        try sendWhenConnected(dealer, [Frame("still there?")])
        #expect(try router.receive(timeoutMs: patienceMs)?.last?.string == "still there?")
    }
}
