import ClusterProtocol
import Collector
import Foundation
import Logging
import Testing
import ZeroMQ

/// The collector over real sockets against a broker that plays a script.
@Suite(.timeLimit(.minutes(2)))
struct CollectorTests {
    private let directory = TemporaryDirectory()

    private func collector(_ broker: FakeBroker) throws -> Collector {
        var configuration = CollectorConfiguration(broker: broker.address, dataDirectory: directory.url)
        configuration.eventsEndpoint = "tcp://127.0.0.1:0"
        return try Collector(
            configuration: configuration, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private func counts(_ run: Name = "scan", accepted: Int, stored: Int = 0, expected: Int? = nil) -> RunCounts {
        var counts = RunCounts(run: run, expected: expected, openedMs: 1)
        counts.accepted = accepted
        counts.queued = accepted - stored
        counts.stored = stored
        return counts
    }

    @Test func aDeliveryIsCommittedBeforeItIsToldStoredAndThenPublished() async throws {
        let broker = try FakeBroker()
        await broker.serve()
        let collector = try collector(broker)
        let endpoint = try await collector.start()
        let open = try await broker.welcome()
        #expect(open.status.events == endpoint && open.creditBytes > 0)
        try await collector.registered()
        let subscriber = try Subscriber(endpoint, topics: ["run/scan/"])
        await subscriber.start()
        // A progress that arrives shows that the subscription is there.
        try await broker.send(.run(counts(accepted: 2, expected: 2)))
        _ = try await subscriber.progress { $0.acquired == 2 }

        try await broker.deliver("a", as: 11, rows: [#"{"shift_eV":1}"#, #"{"error":"flat"}"#])
        #expect(try await broker.stored(1) == [11])
        let rows = try await directory.reader().spectra(run: "scan").map(\.row)
        #expect(rows == [#"{"shift_eV":1}"#, #"{"error":"flat"}"#])
        let (first, second) = (try await subscriber.result(), try await subscriber.result())
        #expect([first.n, second.n] == [1, 2] && [first.index, second.index] == [0, 1])
        #expect(String(decoding: first.row, as: UTF8.self) == #"{"shift_eV":1}"#)

        try await broker.deliver("b", as: 12)
        let done = try await subscriber.progress { $0.analysed == 2 }
        #expect(done.state == .done && done.spectra == 3 && done.inFlight == 0 && done.queued == 0)
        await collector.stop()
        await subscriber.stop()
        await broker.stop()
    }

    @Test func aLostReceiptLeavesOneRowAndNoSecondNumber() async throws {
        let broker = try FakeBroker()
        await broker.serve()
        let first = try collector(broker)
        try await first.start()
        try await broker.welcome()
        try await broker.deliver("a", as: 1)
        // Committed; that the broker dies before it reads the receipt, and the collector with it, changes nothing.
        _ = try await broker.stored(1)
        await first.stop()
        try await broker.restart()

        let second = try collector(broker)
        let endpoint = try await second.start()
        try await broker.welcome()
        let subscriber = try Subscriber(endpoint, topics: ["run/scan/"])
        await subscriber.start()
        let known = try await subscriber.progress()
        #expect(known.analysed == 1 && known.spectra == 1)
        try await broker.deliver("a", as: 1)
        try await broker.deliver("b", as: 2)
        #expect(Set(try await broker.stored(2)) == [1, 2])
        let event = try await subscriber.result()
        #expect(event.n == 2 && event.id.job == "b")
        #expect(try await directory.reader().spectra(run: "scan").map(\.n) == [1, 2])
        await second.stop()
        await subscriber.stop()
        await broker.stop()
    }

    @Test func aBrokerThatRestartsIsFoundAgainAndOldNumbersOfDeliveriesAreForgotten() async throws {
        let broker = try FakeBroker()
        await broker.serve()
        let collector = try collector(broker)
        try await collector.start()
        try await broker.welcome()
        try await broker.deliver("a", as: 1)
        _ = try await broker.stored(1)
        for round in 2...4 {
            try await broker.restart()
            try await broker.welcome()
            try await broker.deliver("\(round)", as: 1)
            #expect(try await broker.stored(1) == [1])
        }
        #expect(try await directory.reader().spectra(run: "scan").count == 4)
        await collector.stop()
        await broker.stop()
    }

    @Test func aSilentBrokerIsLeftForANewConnection() async throws {
        let broker = try FakeBroker(livenessMs: 200)
        await broker.serve()
        let collector = try collector(broker)
        try await collector.start()
        try await broker.welcome()
        await broker.beat(false)
        // On a busy machine the next connection must not be taken for silent too.
        await broker.patience(livenessMs: 60_000)
        // A second `open` comes by itself, over another socket.
        try await broker.welcome()
        await broker.beat(true)
        try await broker.deliver("a", as: 5)
        #expect(try await broker.stored(1) == [5])
        await collector.stop()
        await broker.stop()
    }

    @Test func aLateSubscriberGetsTheLastValuesAtOnce() async throws {
        let broker = try FakeBroker()
        await broker.serve()
        let collector = try collector(broker)
        let endpoint = try await collector.start()
        try await broker.welcome()
        try await broker.send(.run(counts("one", accepted: 3)))
        try await broker.send(.run(counts("two", accepted: 5)))
        try await broker.send(.refusal(JobRefusal(run: "two", seq: 4, error: ProtocolError(.unprocessable, "NaN"))))
        // The answer to a query shows that what was sent before is known.
        try await broker.send(.query(1), [Frame(Request(.snapshotRuns).encoded())])
        _ = try await broker.next()
        for _ in 0..<2 {
            let subscriber = try Subscriber(endpoint, topics: ["run/two/"])
            await subscriber.start()
            let progress = try await subscriber.progress { $0.acquired == 5 }
            #expect(progress.run == "two")
            await subscriber.stop()
        }
        let subscriber = try Subscriber(endpoint, topics: ["run/two/ingest/", "cluster/"])
        await subscriber.start()
        let receipts = try await subscriber.next {
            if case .ingest(let event) = $0 { !event.refusals.isEmpty } else { false }
        }
        guard case .ingest(let event) = receipts else { return }
        #expect(event.refusals == [.init(seq: 4, code: .unprocessable, error: "NaN")])
        await subscriber.stop()
        await collector.stop()
        await broker.stop()
    }

    @Test func snapshotsAndResultsAreAnsweredFromTheStore() async throws {
        let broker = try FakeBroker()
        await broker.serve()
        let collector = try collector(broker)
        try await collector.start()
        try await broker.welcome()
        for number in 1...5 { try await broker.deliver("\(number)", as: number, rows: [#"{"shift_eV":\#(number)}"#]) }
        _ = try await broker.stored(5)

        func ask(_ request: Request) async throws -> (Reply, [String]) {
            try await broker.send(.query(77), [Frame(request.encoded())])
            let answer = try await broker.next()
            #expect(answer.message == .answer(query: 77))
            let reply = try answer.frames[0].withUnsafeBytes { try Reply($0) }
            return (
                reply, answer.frames.dropFirst().flatMap { ($0.string ?? "").split(separator: "\n").map(String.init) }
            )
        }
        let (page, lines) = try await ask(
            Request(.snapshotResults(run: "scan", after: 2, limit: 2), id: RequestID("x")))
        #expect(page.id == RequestID("x"))
        guard case .snapshotResults(_, _, let progress) = page.body else {
            Issue.record("\(page)")
            return
        }
        #expect(progress?.run == "scan")
        let topic = Topic.result("scan").encoded
        let events = try lines.map { line in
            try topic.withUnsafeBytes { topic in
                try Array(line.utf8).withUnsafeBytes { try Event(topic: topic, json: $0) }
            }
        }
        #expect(events.map(\.n) == [3, 4])

        let (result, rows) = try await ask(Request(.result(JobID(run: "scan", job: "4"))))
        #expect(result.body == .result(JobID(run: "scan", job: "4"), spectra: 1))
        #expect(rows == [#"{"shift_eV":4}"#])
        #expect(try await ask(Request(.result(JobID(run: "scan", job: "none")))).0.code == .notFound)
        #expect(try await ask(Request(.snapshotResults(run: "none", after: 0, limit: 9))).0.code == .notFound)
        #expect(try await ask(Request(.hello)).0.code == .notFound)
        await collector.stop()
        await broker.stop()
    }

    @Test func whatCannotBeStoredIsRejectedInWordsAndTheRestIsStored() async throws {
        let broker = try FakeBroker()
        await broker.serve()
        let collector = try collector(broker)
        try await collector.start()
        try await broker.welcome()
        try await broker.deliver("a", as: 1)
        _ = try await broker.stored(1)
        try await broker.deliver("bad", as: 2, rows: ["no JSON"])
        guard case .rejected(2, let reason) = try await broker.next().message else {
            Issue.record("not rejected")
            return
        }
        #expect(reason.contains("line 0"))
        // The key of another job, which the broker has forgotten and the store has not.
        let taken = Delivery(
            delivery: 3, id: JobID(run: "scan", job: "a"), attempt: 1, worker: "w", model: "m", spectra: 1,
            acceptedMs: 9)
        try await broker.send(.deliver(taken), [Frame("{}"), Frame([1, 2]), Frame("{}")])
        guard case .rejected(3, _) = try await broker.next().message else {
            Issue.record("not rejected")
            return
        }
        try await broker.deliver("c", as: 4)
        #expect(try await broker.stored(1) == [4])
        await collector.stop()
        await broker.stop()
    }

    @Test func deadLettersAreToldOnceThoughTheBrokerRepeatsThem() async throws {
        let broker = try FakeBroker()
        await broker.serve()
        let collector = try collector(broker)
        let endpoint = try await collector.start()
        try await broker.welcome()
        let subscriber = try Subscriber(endpoint, topics: ["run/scan/"])
        await subscriber.start()
        try await broker.send(.run(counts(accepted: 2)))
        _ = try await subscriber.progress { $0.acquired == 2 }
        func letter(_ job: Name) -> DeadLetter {
            DeadLetter(id: JobID(run: "scan", job: job), attempts: 5, error: "killed", workers: ["w"], diedMs: 9)
        }
        try await broker.send(.dead(letter("a")))
        try await broker.restart()
        try await broker.welcome()
        try await broker.send(.dead(letter("a")))
        try await broker.send(.dead(letter("b")))
        var seen: [DeadEvent] = []
        while seen.last?.letter.id.job != "b" {
            if case .dead(let event) = try await subscriber.next() { seen.append(event) }
        }
        #expect(seen.map(\.letter.id.job) == ["a", "b"] && seen.map(\.n) == [1, 2])
        await collector.stop()
        await subscriber.stop()
        await broker.stop()
    }

    @Test func stoppingStoresWhatHasArrivedSaysSoAndSaysGoodbye() async throws {
        let broker = try FakeBroker()
        await broker.serve()
        let collector = try collector(broker)
        try await collector.start()
        try await broker.welcome()
        for number in 1...300 { try await broker.deliver("\(number)", as: number) }
        try await broker.send(.drain)
        try await collector.ended()
        var stored = 0
        while true {
            let message = try await broker.next().message
            if case .stored(let deliveries) = message { stored += deliveries.count }
            if message == .goodbye { break }
        }
        #expect(stored == 300)
        #expect(try await directory.reader().spectra(run: "scan").count == 300)
        await broker.stop()
    }

    @Test func aNewerCollectorReplacesThisOne() async throws {
        let broker = try FakeBroker()
        await broker.serve()
        let collector = try collector(broker)
        try await collector.start()
        try await broker.welcome()
        try await broker.send(.goodbye(.conflict))
        await #expect { try await collector.ended() } throws: { "\($0)".contains("another collector") }
        await broker.stop()
    }

    @Test func aFullDiskKeepsJobsWithTheBrokerUntilThereIsRoom() async throws {
        let broker = try FakeBroker()
        await broker.serve()
        let collector = try collector(broker)
        let endpoint = try await collector.start()
        try await broker.welcome()
        try await broker.deliver("a", as: 1)
        _ = try await broker.stored(1)
        try await collector.setMaxStoreBytes(1)
        let subscriber = try Subscriber(endpoint, topics: ["run/"])
        await subscriber.start()
        for number in 2...40 { try await broker.deliver("\(number)", as: number) }
        // The broker's counts and questions are still heard, and nothing is told stored.
        try await broker.send(.run(counts("other", accepted: 7)))
        _ = try await subscriber.progress { $0.acquired == 7 }
        try await broker.send(.query(1), [Frame(Request(.result(JobID(run: "scan", job: "2"))).encoded())])
        #expect(try await broker.next().message == .answer(query: 1))
        try await collector.setMaxStoreBytes(nil)
        #expect(Set(try await broker.stored(39)) == Set(2...40))
        #expect(try await directory.reader().spectra(run: "scan").map(\.n) == Array(1...40))
        await collector.stop()
        await subscriber.stop()
        await broker.stop()
    }
}
