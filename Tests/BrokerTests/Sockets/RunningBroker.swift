import Broker
import ClusterProtocol
import Foundation
import Logging
import ZeroMQ

/// A broker on free ports with a directory of its own, which is removed with it.
final class RunningBroker {
    let broker: Broker
    let endpoints: Endpoints
    let context: Context
    let directory: URL
    private let isOwner: Bool

    /// Starts a broker; on the directory of an earlier one if given.
    init(
        in directory: URL? = nil, configure: (inout BrokerConfiguration) -> Void = { _ in }
    ) async throws {
        let place =
            directory
            ?? FileManager.default.temporaryDirectory.appendingPathComponent("broker-\(UUID().uuidString)")
        var configuration = BrokerConfiguration(dataDirectory: place.path)
        configuration.basePort = 0
        // Peers of these tests send heartbeats only where silence is not the matter.
        configuration.heartbeatMs = 2_000
        configuration.leaseMs = 20_000
        configuration.retryDelaysMs = [0]
        configuration.journal.segmentBytes = 1 << 20
        configuration.journal.spareSegments = 0
        configure(&configuration)
        var logger = Logger(label: "broker-tests") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .critical
        broker = try Broker(configuration: configuration, logger: logger)
        endpoints = try await broker.start()
        context = try Context()
        self.directory = place
        isOwner = directory == nil
    }

    deinit {
        if isOwner { try? FileManager.default.removeItem(at: directory) }
    }

    func stop() async { await broker.stop() }

    func endpoint(_ role: SocketRole) throws -> String {
        guard let endpoint = endpoints[role] else { throw TestFailure("the broker does not say where \(role) is") }
        return endpoint
    }

    func client(_ kind: Socket.Kind = .dealer) throws -> TestClient {
        TestClient(socket: try connect(kind, .submit))
    }

    func admin() throws -> TestClient { TestClient(socket: try connect(.dealer, .admin)) }

    func worker(_ name: String = "worker", credit: Int = 8, creditBytes: Int = 1 << 20) throws -> TestWorker {
        let worker = TestWorker(socket: try connect(.dealer, .work), name: name)
        try worker.register(credit: credit, creditBytes: creditBytes)
        return worker
    }

    func collector(_ name: String = "collector", creditBytes: Int = 1 << 20) throws -> TestCollector {
        let collector = TestCollector(socket: try connect(.dealer, .collect))
        try collector.open(name, creditBytes: creditBytes)
        return collector
    }

    func connect(_ kind: Socket.Kind, _ role: SocketRole) throws -> Socket {
        var options = SocketOptions()
        // Sends wait in the socket until the connection is there.
        options.immediate = false
        options.sendHighWater = 100_000
        options.receiveHighWater = 100_000
        let socket = try Socket(context, kind, options: options)
        try socket.connect(try endpoint(role))
        return socket
    }
}

/// What a test waited for and did not get.
struct TestFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// How long a test waits for a message before it fails; nothing waits that long when all is well.
let patienceMs = 20_000
