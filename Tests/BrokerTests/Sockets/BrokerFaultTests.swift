import Broker
import ClusterProtocol
import Foundation
import Synchronization
import Testing
import ZeroMQ

/// Workers that die, disks that fail, brokers that restart.
@Suite struct BrokerFaultTests {
    @Test func whatASilentWorkerHeldGoesToAnother() async throws {
        let running = try await RunningBroker { $0.heartbeatMs = 40 }
        let client = try running.client()
        let silent = try running.worker("silent")
        _ = try client.submit("scan", "1")
        let first = try silent.lease()
        // It is not heard of again, and its leases go to whoever comes.
        var second: Lease?
        while second == nil {
            let worker = try running.worker("other")
            if case .lease(let lease)? = try worker.next(timeoutMs: 100).message {
                try worker.answer(lease)
                second = lease
            }
        }
        #expect(second?.id == first.id && second?.attempt == 2 && second?.lease != first.lease)
        #expect(try client.wait(for: .computed, of: first.id).attempts == 0)
        #expect(try running.admin().counters()["work.workers_lost"] ?? 0 > 0)

        // It comes back: its result is late, and it has to register again.
        try silent.answer(first)
        try silent.wait(for: .unknown)
        await running.stop()
    }

    @Test func aJobThatKillsWorkersDiesAfterFiveAttemptsAlone() async throws {
        // Dead connections are found within a heartbeat, and nobody is given up for being slow.
        let running = try await RunningBroker {
            $0.heartbeatMs = 50
            $0.heartbeatMisses = 400
        }
        let (client, collector) = (try running.client(), try running.collector())
        let job = JobID(run: "scan", job: "poison")
        _ = try client.submit("scan", "poison")
        for attempt in 1...5 {
            let worker = try running.worker("victim \(attempt)", credit: 4)
            var lease = try worker.lease()
            if lease.id.job == "innocent" {
                try worker.answer(lease)
                lease = try worker.lease()
            }
            #expect(lease.id == job && lease.attempt == attempt && lease.isSolo == (attempt > 1))
            // A second job waits on the same worker the first time, and is not blamed for its end.
            if attempt == 1 {
                _ = try client.submit("scan", "innocent")
                let innocent = try worker.lease()
                try worker.heartbeat(held: [innocent], executing: [lease])
            } else {
                try worker.heartbeat(executing: [lease])
            }
            try running.admin().waitForWorker(worker.name) { $0.executing == 1 }
        }
        #expect(try client.wait(for: .computed, of: JobID(run: "scan", job: "innocent")).attempts == 0)
        let last = try running.worker("last", credit: 4)
        try collector.waitForReport { !$0.dead.isEmpty }
        let letter = collector.dead[0]
        #expect(letter.id == job && letter.attempts == 5)
        #expect(letter.workers == (1...5).map { "victim \($0)" })
        #expect(try client.wait(for: .dead, of: job).error?.isEmpty == false)

        let admin = try running.admin()
        try admin.send([Frame(Request(.deadShow(job)).encoded())])
        let (shown, frames) = try admin.receive()
        #expect(shown.body == .deadShow(letter) && frames == TestClient.job("scan", "poison"))
        #expect(try admin.ask(.deadRequeue(run: "scan", job: nil)).body == .requeued(1))
        let lease = try last.lease()
        #expect(lease.id == job)
        try last.say(.failed(WorkerFailure(lease: lease.lease, kind: .badInput, error: "it is no spectrum")))
        #expect(try client.wait(for: .dead, of: job).error == "it is no spectrum")
        #expect(try admin.ask(.deadPurge(run: nil, job: nil)).body == .purged(1))
        #expect(try client.wait(for: .cancelled, of: job).attempts == 1)
        await running.stop()
    }

    @Test func theQueueSurvivesARestart() async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("broker-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        let epoch = try await leaveUnfinishedJobs(in: directory)

        let second = try await RunningBroker(in: directory)
        #expect(epoch != second.broker.epochName)
        let again = try second.client()
        #expect(try again.ask(.status(run: "scan", job: "2")).body.state == .stored)
        #expect(try again.ask(.status(run: "scan", job: "7")).body.state == .cancelled)
        #expect(try again.ask(TestClient.job("scan", nil, seq: 2)).code == .duplicate)
        let late = try second.worker("late", credit: 64)
        var order: [Name] = []
        for _ in 0..<26 { order.append(try late.lease().id.job) }
        #expect(order == (3..<30).filter { $0 != 7 }.map { Name(seq: $0) })
        guard case .runClosed(let counts) = try again.ask(.runClose(run: "scan", expected: nil)).body else {
            throw TestFailure("the run was not closed")
        }
        #expect(counts.expected == 40 && counts.accepted == 30 && counts.stored == 3 && counts.cancelled == 1)
        #expect(counts.gaps == [SequenceGap(first: 30, last: 39)])
        await second.stop()
    }

    /// Of 30 jobs 3 are stored and one is cancelled when the broker stops.
    private func leaveUnfinishedJobs(in directory: URL) async throws -> String {
        let first = try await RunningBroker(in: directory)
        let client = try first.client()
        for number in 0..<30 { #expect(try client.submit("scan", nil, seq: number).code == .accepted) }
        _ = try client.ask(.runOpen(run: "scan", expected: 40))
        #expect(try client.ask(.cancel(run: "scan", job: "7")).code == .ok)
        let (worker, collector) = (try first.worker("early", credit: 1), try first.collector())
        for _ in 0..<3 {
            try worker.answer(try worker.lease())
            try collector.store([try collector.delivery().delivery])
        }
        _ = try client.wait(for: .stored, of: JobID(run: "scan", job: "2"))
        await first.stop()
        try worker.wait(for: .goodbye)
        return first.broker.epochName
    }

    @Test func aDiskThatFailsAcceptsNothing() async throws {
        let disk = FailingDisk()
        let running = try await RunningBroker { $0.journal.observer = { _ in disk.code } }
        let client = try running.client()
        #expect(try client.submit("scan", "1").code == .accepted)
        disk.fail(with: ENOSPC)
        guard case .refused(let refusal) = try client.submit("scan", "2").body else {
            throw TestFailure("a job was accepted without a disk")
        }
        #expect(refusal.error.code == .storageFailed && refusal.error.retryAfterMs != nil)
        disk.fail(with: 0)
        var code = Code.storageFailed
        while code == .storageFailed { code = try client.submit("scan", "2").code }
        #expect(code == .accepted)
        #expect(try running.admin().counters()["submit.refused.507"] ?? 0 > 0)
        await running.stop()
    }

    @Test func aPublisherBeyondItsWindowIsToldSo() async throws {
        let disk = FailingDisk()
        let running = try await RunningBroker {
            $0.publisherWindow = 2
            $0.journal.observer = { _ in disk.code }
        }
        let client = try running.client()
        _ = try client.ask(.hello)
        disk.hold()
        for number in 0..<3 { try client.send(TestClient.job("scan", nil, seq: number)) }
        // The first two wait for the disk; the third is beyond the window and answered at once.
        guard case .refused(let refusal) = try client.receive().reply.body else { throw TestFailure("no refusal") }
        #expect(refusal.error.code == .windowExceeded && refusal.request.seq == 2)
        #expect(refusal.error.retryAfterMs != nil && refusal.credit == 2)
        disk.letGo()
        #expect(try client.receive().reply.code == .accepted)
        #expect(try client.receive().reply.code == .accepted)
        await running.stop()
    }

    @Test func aCancelReachesTheWorker() async throws {
        let running = try await RunningBroker()
        let (client, worker) = (try running.client(), try running.worker(credit: 2))
        for number in 0..<5 { _ = try client.submit("scan", nil, seq: number) }
        let lease = try worker.lease()
        #expect(try client.ask(.cancel(run: "scan", job: lease.id.job)).body == .cancelled(lease.id))
        try worker.waitForCancel(of: lease)
        try worker.answer(lease)
        guard case .refused(let late) = try client.ask(.cancel(run: "scan", job: lease.id.job)).body else {
            throw TestFailure("cancelled twice")
        }
        #expect(late.error.code == .conflict && late.state == .cancelled)
        #expect(try client.ask(.cancel(run: "scan", job: nil)).body == .runCancelled(run: "scan", jobs: 4))
        #expect(try client.ask(.cancel(run: "nowhere", job: nil)).code == .notFound)
        await running.stop()
    }

    @Test func aDrainEndsWhenAllIsStored() async throws {
        let running = try await RunningBroker()
        let (client, worker, collector) = (try running.client(), try running.worker(), try running.collector())
        _ = try client.submit("scan", "1")
        #expect(try running.admin().ask(.drain(worker: nil)).code == .ok)
        #expect(try client.submit("scan", "2").code == .unavailable)
        #expect(try client.submit("scan", "1").code == .duplicate)
        try worker.answer(try worker.lease())
        try collector.store([try collector.delivery().delivery])
        try worker.wait(for: .drain)
        await running.broker.stopped()
    }
}

extension Reply.Body {
    var state: JobState? { if case .jobStatus(let status) = self { status.state } else { nil } }
}
