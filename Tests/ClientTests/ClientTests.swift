import Client
import ClusterProtocol
import Foundation
import Synchronization
import Testing

/// The client over real sockets against a broker that plays a script.
@Suite(.timeLimit(.minutes(2)))
struct ClientTests {
    private func job(_ number: Int, run: Name = "scan", value: UInt8 = 1) throws -> JobSubmission {
        let region = RegionHeader(name: "C 1s", dtype: .uint8, points: 4, axis: .binding(startEV: 280, stepEV: 0.1))
        return try JobSubmission(JobHeader(run: run, seq: number, regions: [region]), frames: [[value, 2, 3, 4]])
    }

    private func client(_ broker: FakeBroker, answerTimeout: Duration = .seconds(20)) throws -> Client {
        var configuration = ClientConfiguration(broker: broker.address)
        configuration.answerTimeout = answerTimeout
        return try Client(configuration)
    }

    private func until(_ isTrue: () async -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while await !isTrue() {
            guard ContinuousClock.now < deadline else { throw CancellationError() }
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    @Test func aJobIsAcknowledgedAndASecondTimeADuplicate() async throws {
        let broker = try FakeBroker()
        await broker.serve()
        let client = try client(broker)
        let receipt = try await client.submit(job(17))
        #expect(receipt.job == JobID(run: "scan", job: "17") && receipt.seq == 17 && !receipt.isDuplicate)
        #expect(try await client.submit(job(17)).isDuplicate)
        #expect(try await client.connect().server == "fake")
        await client.close()
        await broker.stop()
    }

    @Test func aLostAcknowledgementIsAskedForAgainUnderTheSameKey() async throws {
        let broker = try FakeBroker()
        await broker.serve()
        await broker.behave { id, attempt in
            id.job == "3" && attempt == 1 ? .acceptSilently : id.job == "5" && attempt == 1 ? .lose : .accept
        }
        let client = try client(broker, answerTimeout: .milliseconds(200))
        let stream = client.submissions()
        for number in 0..<10 { try await stream.send(job(number)) }
        let summary = await stream.finish()
        #expect(summary.acknowledged == 10 && summary.duplicates == 1 && summary.failures == 0)
        #expect(Set(await broker.accepted).count == 10)
        #expect(await broker.accepted.count == 10)
        await client.close()
        await broker.stop()
    }

    @Test func aRestartInMidStreamIsInvisible() async throws {
        let broker = try FakeBroker()
        await broker.serve()
        let client = try client(broker)
        await broker.hold(after: 400)
        let stream = client.submissions(capacity: 64)
        let sending = Task {
            for number in 0..<3_000 { try await stream.send(job(number)) }
            return await stream.finish()
        }
        for round in 1...4 {
            // Acknowledgements that are on their way are lost with it.
            try await until { await broker.heldCount > 0 }
            await broker.die()
            await broker.hold(after: round < 4 ? (round + 1) * 400 : .max)
            try await broker.comeBack()
        }
        let summary = try await sending.value
        #expect(summary.acknowledged == 3_000 && summary.failures == 0)
        let accepted = await broker.accepted
        #expect(accepted.count == 3_000 && Set(accepted).count == 3_000)
        await client.close()
        await broker.stop()
    }

    @Test(arguments: [Code.windowExceeded, .unavailable, .storageFailed])
    func aRefusalForNowIsObeyedAndTheJobGoesAgain(code: Code) async throws {
        let broker = try FakeBroker()
        await broker.serve()
        await broker.behave { _, attempt in
            attempt <= 2 ? .refuse(ProtocolError(code, "Not now.", retryAfterMs: 20)) : .accept
        }
        let client = try client(broker)
        let stream = client.submissions()
        for number in 0..<20 { try await stream.send(job(number)) }
        let summary = await stream.finish()
        #expect(summary.acknowledged == 20 && summary.duplicates == 0)
        #expect(await broker.attempts.values.allSatisfy { $0 == 3 })
        await client.close()
        await broker.stop()
    }

    @Test func noMoreThanTheBrokersCreditIsUnderWay() async throws {
        let broker = try FakeBroker()
        await broker.serve()
        await broker.grant(8)
        await broker.behave { _, _ in .hold }
        let client = try client(broker)
        let stream = client.submissions()
        for number in 0..<100 { try await stream.send(job(number)) }
        while await broker.accepted.count < 100 {
            try await until { await broker.holds(8, orHasAccepted: 100) }
            await broker.release()
        }
        await broker.release()
        #expect(await stream.finish().acknowledged == 100)
        #expect(await broker.mostHeld <= 8)
        // In the order in which they were handed over.
        #expect(await broker.accepted.map(\.job) == (0..<100).map { Name(seq: $0) })
        await client.close()
        await broker.stop()
    }

    @Test func sendingWaitsForRoomInBytes() async throws {
        let broker = try FakeBroker()
        await broker.serve()
        await broker.behave { _, _ in .hold }
        let client = try client(broker)
        let size = try job(0).byteCount
        let stream = client.submissions(capacityBytes: 5 * size)
        let sending = Task {
            for number in 0..<50 { try await stream.send(job(number)) }
            return await stream.finish()
        }
        while await broker.accepted.count < 50 {
            try await until { await broker.heldCount > 0 }
            await broker.release()
        }
        await broker.behave { _, _ in .accept }
        await broker.release()
        #expect(try await sending.value.acknowledged == 50)
        #expect(await broker.mostHeld <= 6)
        await client.close()
        await broker.stop()
    }

    @Test func aRefusalForGoodConcernsItsJobAlone() async throws {
        let broker = try FakeBroker()
        await broker.serve()
        await broker.behave { id, _ in
            id.job == "2"
                ? .refuse(ProtocolError(.unprocessable, "Value 7 is not finite.", field: "regions[0].dtype")) : .accept
        }
        let client = try client(broker)
        let refused = Mutex<[JobID: ClientError]>([:])
        let stream = client.submissions { id, result in
            if case .failure(let error) = result { refused.withLock { $0[id] = error } }
        }
        for number in 0..<5 { try await stream.send(job(number)) }
        let summary = await stream.finish()
        #expect(summary.acknowledged == 4 && summary.failures == 1)
        let id = JobID(run: "scan", job: "2")
        let error = refused.withLock { $0[id] }
        #expect(error?.isRetriable == false)
        #expect(error?.description == "job 2 of run scan: Value 7 is not finite. (regions[0].dtype)")
        // The same key with other bytes.
        _ = try await client.submit(job(9, value: 1))
        await #expect {
            try await client.submit(job(9, value: 2))
        } throws: {
            if case .refused(let error, _)? = $0 as? ClientError { error.code == .conflict } else { false }
        }
        await client.close()
        await broker.stop()
    }

    @Test func twoJobsUnderOneKeyAtOnceGetAnAnswerEach() async throws {
        let broker = try FakeBroker()
        await broker.serve()
        let client = try client(broker)
        async let first = client.submit(job(1))
        async let second = client.submit(job(1))
        let receipts = try await [first, second]
        #expect(receipts.count { $0.isDuplicate } == 1)
        await client.close()
        await broker.stop()
    }

    @Test func nothingThatAnswersIsSaidInWords() async throws {
        let broker = try FakeBroker()
        await broker.stop()
        var configuration = ClientConfiguration(broker: broker.address)
        configuration.connectTimeout = .milliseconds(300)
        let client = try Client(configuration)
        await #expect {
            try await client.submit(job(1))
        } throws: {
            let words = "\($0)"
            return words.contains("nothing answers at tcp://127.0.0.1:") && words.contains("within 0.3 seconds")
                && words.contains("is `corelevel up` running")
        }
        await #expect(throws: ClientError.self) { try await client.connect() }
        let stream = client.submissions(capacity: 2)
        await #expect(throws: ClientError.self) {
            for number in 0..<10 { try await stream.send(job(number)) }
        }
        await client.close()
        await #expect(throws: ClientError.closed) { try await client.submit(job(1)) }
    }

    @Test func aBrokerThatStopsAnsweringIsConnectedAnew() async throws {
        let broker = try FakeBroker()
        await broker.serve()
        let client = try client(broker, answerTimeout: .milliseconds(150))
        _ = try await client.submit(job(1))
        await broker.beDeaf(true)
        async let receipt = client.submit(job(2))
        try await until { await broker.connections >= 2 }
        await broker.beDeaf(false)
        #expect(try await receipt.job.job == "2")
        await client.close()
        await broker.stop()
    }

    @Test func aResultIsWaitedForOrSaidToBeMissing() async throws {
        let broker = try FakeBroker()
        await broker.serve()
        let client = try client(broker)
        _ = try await client.submit(job(1))
        let id = JobID(run: "scan", job: "1")
        #expect(try await client.result(of: id) == nil)
        #expect(try await client.result(of: id, pollingEvery: .milliseconds(1)) == [#"{"a":1}"#, #"{"a":2}"#])
        await #expect {
            _ = try await client.result(of: JobID(run: "scan", job: "none"))
        } throws: {
            if case .refused(let error, _)? = $0 as? ClientError { error.code == .notFound } else { false }
        }
        await client.close()
        await broker.stop()
    }

    @Test func whatNoBrokerTakesFailsBeforeItIsSent() throws {
        let region = RegionHeader(name: "C 1s", points: 4, axis: .binding(startEV: 280, stepEV: 0.1))
        func make(_ regions: [RegionHeader], _ frames: [[UInt8]], meta: [UInt8]? = nil) throws {
            _ = try JobSubmission(JobHeader(run: "r", regions: regions), frames: frames, meta: meta)
        }
        try make([region], [[UInt8](repeating: 0, count: 16)])
        #expect(throws: ClientError.self) { try make([region], [[1, 2]]) }
        #expect(throws: ClientError.self) { try make([region], []) }
        #expect(throws: ClientError.self) { try make([], []) }
        #expect(throws: ClientError.self) {
            try make([region], [[0, 0, 0xC0, 0x7F] + [UInt8](repeating: 0, count: 12)])
        }
        #expect(throws: ClientError.self) {
            try make(
                [region], [[UInt8](repeating: 0, count: 16)],
                meta: Array("{\"a\":\"\(String(repeating: "x", count: 70_000))\"}".utf8))
        }
    }
}
