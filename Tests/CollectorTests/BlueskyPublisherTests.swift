import ClusterProtocol
import Collector
import Foundation
import Logging
import Testing
import ZeroMQ

/// Documents over real sockets, from a collector whose broker plays a script.
@Suite(.timeLimit(.minutes(2)))
struct BlueskyPublisherTests {
    private let directory = TemporaryDirectory()

    private func collector(_ broker: FakeBroker, _ change: (inout BlueskyConfiguration) -> Void = { _ in }) throws
        -> Collector
    {
        var configuration = CollectorConfiguration(broker: broker.address, dataDirectory: directory.url)
        configuration.eventsEndpoint = "tcp://127.0.0.1:0"
        var bluesky = BlueskyConfiguration(.listen("tcp://127.0.0.1:0"))
        change(&bluesky)
        configuration.bluesky = bluesky
        return try Collector(
            configuration: configuration, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private func counts(accepted: Int, stored: Int, expected: Int) -> RunCounts {
        var counts = RunCounts(run: "scan", expected: expected, openedMs: 1)
        counts.accepted = accepted
        counts.stored = stored
        counts.queued = accepted - stored
        return counts
    }

    @Test func aSubscriberThatIsThereBeforeTheRunHearsAllOfIt() async throws {
        let broker = try FakeBroker()
        await broker.serve()
        let collector = try collector(broker) { $0.prefix = "bl00" }
        try await collector.start()
        try await broker.welcome()
        let dispatcher = try Dispatcher(try #require(await collector.blueskyEndpoint()), prefix: "bl00")
        for number in 1...3 { try await broker.deliver("\(number)", as: number) }
        _ = try await broker.stored(3)
        try await broker.send(.run(counts(accepted: 3, stored: 3, expected: 3)))
        let names = try await dispatcher.names(upTo: "stop")
        #expect(names.first == "start" && names.filter { $0 == "event" || $0 == "event_page" }.count >= 2)
        #expect(await dispatcher.numbers(of: "primary") == [1, 2, 3])
        await collector.stop()
        await broker.stop()
    }

    @Test func whoComesLateAloneGetsStartAndDescriptorAgain() async throws {
        let broker = try FakeBroker()
        await broker.serve()
        let collector = try collector(broker)
        try await collector.start()
        try await broker.welcome()
        let endpoint = try #require(await collector.blueskyEndpoint())
        let early = try Dispatcher(endpoint)
        try await broker.deliver("1", as: 1)
        _ = try await early.names(upTo: "event")
        let late = try Dispatcher(endpoint)
        #expect(try await late.names(upTo: "descriptor") == ["start", "descriptor"])
        try await broker.deliver("2", as: 2)
        _ = try await late.names(upTo: "event")
        #expect(await late.numbers(of: "primary") == [2])
        try await broker.send(.run(counts(accepted: 2, stored: 2, expected: 2)))
        let all = try await early.names(upTo: "stop")
        #expect(all.filter { $0 == "start" }.count == 1)
        #expect(await early.numbers(of: "primary") == [1, 2])
        await collector.stop()
        await broker.stop()
    }

    @Test func aCollectorThatStartsAgainGoesOnWithTheSameRun() async throws {
        let broker = try FakeBroker()
        await broker.serve()
        let first = try collector(broker)
        try await first.start()
        try await broker.welcome()
        let dispatcher = try Dispatcher(try #require(await first.blueskyEndpoint()))
        try await broker.deliver("1", as: 1)
        _ = try await dispatcher.names(upTo: "event")
        await first.stop()
        try await broker.restart()

        let second = try collector(broker)
        try await second.start()
        try await broker.welcome()
        let again = try Dispatcher(try #require(await second.blueskyEndpoint()))
        // A redelivery, and one that is new.
        try await broker.deliver("1", as: 1)
        try await broker.deliver("2", as: 2)
        try await broker.send(.run(counts(accepted: 2, stored: 2, expected: 2)))
        let names = try await again.names(upTo: "stop")
        #expect(names.filter { $0 == "event_page" || $0 == "stop" } == ["stop"])
        #expect(await again.counts["primary"] == 2)
        let runs = Set(await dispatcher.runs)
        let laterRuns = Set(await again.runs)
        #expect(runs.count == 1 && runs == laterRuns)
        await second.stop()
        await broker.stop()
    }

    @Test func anAddressThatIsOpenToOthersIsRefusedInWords() async throws {
        let broker = try FakeBroker()
        #expect(throws: BlueskyError.open("tcp://0.0.0.0:0")) {
            try collector(broker) { $0 = BlueskyConfiguration(.listen("tcp://0.0.0.0:0")) }
        }
        #expect(throws: BlueskyError.prefix("a b")) { try collector(broker) { $0.prefix = "a b" } }
        await broker.stop()
    }
}

/// Reads documents as RemoteDispatcher does.
actor Dispatcher {
    nonisolated let loop: PollLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    private let context: Context
    private let socket: Socket
    private let prefix: String
    private var names: [String] = []
    private var documents: [[String: DocumentText]] = []

    /// The members that the tests look at.
    private struct DocumentText: Sendable {
        var numbers: [Int] = []
        var text = ""
        var counts: [String: Int] = [:]
    }

    init(_ endpoint: String, prefix: String = "") throws {
        loop = try PollLoop(name: "dispatcher")
        context = try Context()
        self.prefix = prefix
        var options = SocketOptions()
        options.subscriptions = [""]
        options.reconnectIntervalMs = 100
        socket = try Socket(context, .sub, options: options)
        try socket.connect(endpoint)
    }

    deinit { loop.stop() }

    /// The names of all documents so far, once one with this name has come.
    func names(upTo last: String) throws -> [String] {
        let seen = names.count
        for _ in 0..<200 {
            if names.dropFirst(seen).contains(last) { return names }
            guard let frames = try socket.receive(timeoutMs: 20_000), let frame = frames.first else { break }
            take(Array(frame))
        }
        throw FakeBroker.Timeout(description: "no \(last) came, only \(names)")
    }

    /// The `seq_num` of all events of a stream, pages unpacked.
    func numbers(of stream: String) -> [Int] {
        let descriptors = Set(documents.filter { $0["name"]?.text == stream }.compactMap { $0["uid"]?.text })
        return documents.filter { descriptors.contains($0["descriptor"]?.text ?? "") }
            .flatMap { $0["seq_num"]?.numbers ?? [] }
    }

    /// The uids of runs in all documents.
    var runs: [String] { documents.compactMap { $0["run_start"]?.text } }

    /// How many events the stop document tells of.
    var counts: [String: Int] { documents.compactMap { $0["num_events"]?.counts }.last ?? [:] }

    private func take(_ bytes: [UInt8]) {
        let parts = bytes.split(separator: UInt8(ascii: " "), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, Array(parts[0]) == Array(prefix.utf8),
            let object = try? JSONSerialization.jsonObject(with: Data(parts[2])) as? [String: Any]
        else { return }
        names.append(String(decoding: parts[1], as: UTF8.self))
        documents.append(
            object.mapValues { value in
                DocumentText(
                    numbers: (value as? [Int]) ?? (value as? Int).map { [$0] } ?? [], text: value as? String ?? "",
                    counts: value as? [String: Int] ?? [:])
            })
    }
}
