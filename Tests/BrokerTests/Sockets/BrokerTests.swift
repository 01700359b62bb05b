import Broker
import ClusterProtocol
import Testing
import ZeroMQ

/// The main way through the broker, with real sockets and a real journal.
@Suite struct BrokerTests {
    @Test func aJobGoesAllTheWay() async throws {
        let running = try await RunningBroker()
        let (client, worker, collector) = (try running.client(), try running.worker(), try running.collector())
        let job = JobID(run: "scan", job: "17")

        guard case .receipt(let receipt) = try client.submit("scan", "17", seq: 17).body else {
            throw TestFailure("the job was not accepted")
        }
        #expect(receipt == SubmitReceipt(job: job, seq: 17, state: .queued, credit: 256))

        let (lease, payload) = try worker.leaseWithPayload()
        #expect(lease.id == job && lease.attempt == 1 && !lease.isSolo && lease.spectra == 1)
        #expect(payload == TestClient.job("scan", "17", seq: 17))
        #expect(try client.ask(.result(job)).body == .pending(job, state: .leased, retryAfterMs: 100))
        try worker.answer(lease)

        let (delivery, frames) = try collector.delivery()
        #expect(delivery.id == job && delivery.seq == 17 && delivery.worker == "worker" && delivery.model == "none")
        #expect(frames == TestClient.job("scan", "17", seq: 17) + [TestWorker.rows(1)])
        #expect(try client.wait(for: .computed, of: job).attempts == 0)
        try collector.store([delivery])
        _ = try client.wait(for: .stored, of: job)

        #expect(try client.submit("scan", "17", seq: 17).code == .duplicate)
        try collector.waitForReport { $0.runs["scan"]?.stored == 1 }
        let counters = try running.admin().counters()
        #expect(counters["submit.accepted"] == 1 && counters["submit.duplicate"] == 1)
        #expect(counters["work.results"] == 1 && counters["collect.stored"] == 1)
        await running.stop()
    }

    @Test func theSameKeyWithOtherBytesIsAConflict() async throws {
        let running = try await RunningBroker()
        let client = try running.client()
        #expect(try client.submit("scan", "1", value: 1).code == .accepted)
        guard case .receipt(let again) = try client.submit("scan", "1", value: 1).body else {
            throw TestFailure("a resubmission was refused")
        }
        #expect(again.isDuplicate && again.state == .queued)
        guard case .refused(let refusal) = try client.submit("scan", "1", value: 2).body else {
            throw TestFailure("other bytes were accepted")
        }
        #expect(refusal.error.code == .conflict && refusal.error.field == "job" && !refusal.error.isRetriable)
        let kept = try running.admin().queue().refusals
        #expect(kept.map(\.run) == ["scan"] && kept.map(\.error.message) == [refusal.error.message])
        #expect(try client.submit("another scan", "1", value: 2).code == .accepted)
        await running.stop()
    }

    @Test(arguments: [Socket.Kind.req, .dealer]) func bothKindsOfClientAreAnswered(_ kind: Socket.Kind) async throws {
        let running = try await RunningBroker()
        let client = try running.client(kind)
        guard case .receipt(let receipt) = try client.submit("scan", nil).body else {
            throw TestFailure("the job was not accepted")
        }
        #expect(!receipt.isDeduplicated)
        guard case .hello(let hello) = try client.ask(.hello).body else { throw TestFailure("no hello") }
        #expect(hello.epoch == running.broker.epochName)
        #expect(hello.endpoints[.work] == running.endpoints[.work])
        guard case .refused(let refusal) = try client.ask([Frame("no header")]).body else {
            throw TestFailure("garbage was granted")
        }
        #expect(refusal.error.code == .malformed)
        await running.stop()
    }

    @Test func aDealerMayHaveManyInFlight() async throws {
        let running = try await RunningBroker()
        let client = try running.client()
        for number in 0..<64 { try client.send(TestClient.job("scan", nil, seq: number)) }
        var seen: Set<Int> = []
        for _ in 0..<64 {
            guard case .receipt(let receipt) = try client.receive().reply.body else {
                throw TestFailure("a job was not accepted")
            }
            if let seq = receipt.seq { seen.insert(seq) }
        }
        #expect(seen == Set(0..<64))
        let closed = try client.ask(.runClose(run: "scan", expected: 66))
        guard case .runClosed(let counts) = closed.body else { throw TestFailure("the run was not closed") }
        #expect(counts.accepted == 64 && counts.missing == 2)
        #expect(counts.gaps == [SequenceGap(first: 64, last: 65)])
        #expect(try client.submit("scan", "late").code == .conflict)
        #expect(try client.ask(TestClient.job("scan", nil, seq: 3)).code == .duplicate)
        await running.stop()
    }

    @Test func payloadsBeyondTheMemoryComeFromTheJournal() async throws {
        let running = try await RunningBroker { $0.payloadBytes = 0 }
        let (client, worker, collector) = (try running.client(), try running.worker(), try running.collector())
        for number in 0..<20 { #expect(try client.submit("scan", nil, seq: number).code == .accepted) }
        for number in 0..<20 {
            let (lease, payload) = try worker.leaseWithPayload()
            #expect(payload == TestClient.job("scan", nil, seq: number))
            try worker.answer(lease)
            let (delivery, frames) = try collector.delivery()
            #expect(Array(frames.dropLast()) == TestClient.job("scan", nil, seq: number))
            try collector.store([delivery])
        }
        _ = try client.wait(for: .stored, of: JobID(run: "scan", job: "19"))
        #expect(try running.admin().queue().bytes.memory == 0)
        await running.stop()
    }

    @Test func resultsComeFromTheCollectorAndNotWithoutIt() async throws {
        let running = try await RunningBroker()
        let (client, worker, collector) = (try running.client(), try running.worker(), try running.collector())
        let job = JobID(run: "scan", job: "1")
        _ = try client.submit("scan", "1")
        try worker.answer(try worker.lease())
        try collector.store([try collector.delivery().delivery])
        _ = try client.wait(for: .stored, of: job)

        try client.send([Frame(Request(.result(job), id: RequestID(5)).encoded())])
        guard case (.query(let query), let question)? = try collector.next() else { throw TestFailure("no query") }
        let asked = try question[0].withUnsafeBytes { try Request($0, on: .submit) }
        #expect(asked == Request(.result(job), id: RequestID(5)))
        let answer = Reply(.result(job, spectra: 1), id: RequestID(5)).encoded()
        try collector.say(.answer(query: query), [Frame(answer), TestWorker.rows(1)])
        let (reply, frames) = try client.receive()
        #expect(reply.id == RequestID(5) && reply.body == .result(job, spectra: 1))
        #expect(frames == [TestWorker.rows(1)])

        try collector.say(.goodbye)
        guard case .refused(let refusal) = try client.ask(.result(job)).body else { throw TestFailure("granted") }
        #expect(refusal.error.code == .unavailable && refusal.error.retryAfterMs != nil)
        await running.stop()
    }

    @Test func aNewCollectorGetsEverythingThatIsNotStored() async throws {
        let running = try await RunningBroker()
        let (client, worker, first) = (try running.client(), try running.worker(), try running.collector("first"))
        for number in 0..<3 {
            _ = try client.submit("scan", nil, seq: number)
            try worker.answer(try worker.lease())
        }
        let deliveries = try (0..<3).map { _ in try first.delivery().delivery }
        try first.store([deliveries[1]])
        _ = try client.wait(for: .stored, of: deliveries[1].id)

        let second = try running.collector("second")
        guard case .goodbye(let code)? = try first.next()?.message else { throw TestFailure("no goodbye") }
        #expect(code == .conflict)
        let again = try (0..<2).map { _ in try second.delivery().delivery }
        #expect(again.map(\.id) == [deliveries[0].id, deliveries[2].id])
        #expect(second.runs["scan"]?.stored == 1 && second.runs["scan"]?.computed == 2)
        await running.stop()
    }

    @Test func ingestIsJournalledAndCounted() async throws {
        let running = try await RunningBroker()
        let (client, collector) = (try running.client(), try running.collector())
        let pusher = try running.connect(.push, .ingest)
        for seq in [0, 1, 3, 4, 3] {
            guard case .sent = try pusher.send(TestClient.job("push", nil, seq: seq)) else { throw TestFailure("full") }
        }
        guard case .sent = try pusher.send(TestClient.job("push", nil, seq: 5, value: .nan)) else {
            throw TestFailure("full")
        }
        try collector.waitForReport { $0.refusals.count == 1 }
        #expect(collector.refusals[0].seq == 5 && collector.refusals[0].error.code == .unprocessable)
        try collector.waitForReport { $0.runs["push"]?.accepted == 4 }
        guard case .runClosed(let counts) = try client.ask(.runClose(run: "push", expected: nil)).body else {
            throw TestFailure("the run was not closed")
        }
        #expect(counts.accepted == 4 && counts.refused == 1 && counts.gaps == [SequenceGap(first: 2, last: 2)])
        let counters = try running.admin().counters()
        #expect(counters["ingest.accepted"] == 4 && counters["ingest.duplicate"] == 1)
        #expect(counters["ingest.refused.422"] == 1)
        let refusals = try running.admin().queue().refusals
        #expect(refusals == collector.refusals && refusals.count == 1)
        await running.stop()
    }
}
