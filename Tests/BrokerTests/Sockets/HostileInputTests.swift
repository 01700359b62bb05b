import Broker
import ClusterProtocol
import Testing
import ZeroMQ

/// Everything that is wrong with a message, over every socket.
@Suite struct HostileInputTests {
    private static let beginnings = [
        "", "{", "{\"op\":", "{\"v\":1,\"op\":\"submit\",\"run\":\"x\",\"regions\":[", "{\"op\":\"result\",\"lease\":",
        "{\"op\":\"ready\"", "[", "{\"op\":\"heartbeat\",\"held\":[],\"executing\":[]}", "{\"op\":\"stored\"}", "{}",
    ].map { Array($0.utf8) }

    @Test func noiseIsCountedAndTheNextJobIsServed() async throws {
        let running = try await RunningBroker()
        let admin = try running.admin()
        var random = SeededRandom(seed: 3)
        let kinds: [(SocketRole, Socket.Kind)] = [
            (.submit, .dealer), (.ingest, .push), (.work, .dealer), (.collect, .dealer), (.admin, .dealer),
        ]
        var framesLeft = 100_000
        var sent: [SocketRole: Int] = [:]
        for (role, kind) in kinds {
            let peer = try running.connect(kind, role)
            let share = framesLeft - 100_000 / kinds.count * (kinds.count - 1 - sent.count)
            var left = share
            while left > 0 {
                let message = (0..<Int.random(in: 1...4, using: &random)).map { _ in
                    var bytes = Self.beginnings.randomElement(using: &random) ?? []
                    for _ in 0..<Int.random(in: 0..<40, using: &random) {
                        bytes.append(.random(in: 0...255, using: &random))
                    }
                    return Frame(bytes)
                }
                guard case .sent = try peer.send(message) else {
                    _ = try peer.receive(timeoutMs: 1)
                    continue
                }
                left -= message.count
                sent[role, default: 0] += 1
                while kind == .dealer, try peer.receive() != nil {}
            }
            framesLeft -= share
            // The last message of this peer has been read when as many are counted as were sent.
            let name = role.name + "."
            var counted = 0
            while counted < sent[role, default: 0] {
                while kind == .dealer, try peer.receive() != nil {}
                counted = try admin.counters().reduce(0) { sum, counter in
                    let isAbout =
                        counter.key.hasPrefix(name)
                        && (counter.key.contains("malformed") || counter.key.contains("refused")
                            || counter.key.contains("unknown_peer"))
                    return isAbout ? sum + counter.value : sum
                }
            }
            #expect(counted == sent[role], "\(role)")
        }
        #expect(framesLeft <= 0)

        let (client, worker, collector) = (try running.client(), try running.worker(), try running.collector())
        #expect(try client.submit("scan", "good").code == .accepted)
        try worker.answer(try worker.lease())
        try collector.store([try collector.delivery().delivery])
        _ = try client.wait(for: .stored, of: JobID(run: "scan", job: "good"))
        await running.stop()
    }

    @Test func whatIsWrongWithAJobIsNamed() async throws {
        let running = try await RunningBroker()
        let client = try running.client()
        func refusal(_ frames: [Frame]) throws -> ProtocolError {
            guard case .refused(let refusal) = try client.ask(frames).body else { throw TestFailure("it was granted") }
            return refusal.error
        }
        let good = TestClient.job("scan", "1")
        #expect(try refusal([good[0]]).code == .unprocessable)
        #expect(try refusal(good + [good[1]]).code == .unprocessable)
        #expect(try refusal([good[0], Frame([1, 2, 3])]).field == "regions[0].shape")
        #expect(try refusal(TestClient.job("scan", "1", value: .infinity)).code == .unprocessable)
        #expect(try refusal(TestClient.job("scan", "1", points: 3 << 20)).code == .tooLarge)
        #expect(try refusal([good[0]] + [Frame](repeating: Frame([1]), count: 200)).code == .tooLarge)
        #expect(try refusal([good[0]] + [Frame](repeating: Frame([1]), count: 600)).code == .tooLarge)
        #expect(try refusal([Frame("{\"op\":\"queue\"}")]).code == .forbidden)
        #expect(try refusal([Frame("{\"op\":\"explode\"}")]).field == "op")
        #expect(try refusal([Frame("{\"v\":2}")]).code == .versionMismatch)
        await running.stop()
    }

    @Test(arguments: ["", "[]", "{}\n{}", "{\"a\":1", "{\"a\":NaN}"])
    func aResultThatIsNoneIsAFailedAttempt(_ rows: String) async throws {
        let running = try await RunningBroker()
        let (client, worker) = (try running.client(), try running.worker())
        _ = try client.submit("scan", "1")
        let lease = try worker.lease()
        let result = WorkerResult(lease: lease.lease, id: lease.id, model: "none")
        try worker.say(.result(result), [Frame(rows)])
        let second = try worker.lease()
        #expect(second.id == lease.id && second.attempt == 2)
        #expect(try client.wait(for: .leased, of: lease.id).attempts == 1)
        #expect(try running.admin().counters()["work.malformed"] == 1)
        try worker.answer(second)
        _ = try client.wait(for: .computed, of: lease.id)
        await running.stop()
    }

    @Test func whoDoesNotRegisterIsToldSo() async throws {
        let running = try await RunningBroker()
        let stranger = TestWorker(socket: try running.connect(.dealer, .work), name: "stranger")
        try stranger.heartbeat()
        #expect(try stranger.next().message == .unknown)
        try stranger.say(
            .ready(
                WorkerReady(
                    worker: "w", host: "h", pid: 1, software: "s", model: "m", credit: 0, creditBytes: 1)))
        guard case .refused(let refusal)? = try stranger.next().message else { throw TestFailure("it was welcome") }
        #expect(refusal.error.field == "credit")
        await running.stop()
    }
}
