import Broker
import ClusterProtocol
import Foundation
import Glibc
import Testing
import ZeroMQ

/// Live jobs over sockets: section 4.3 of the specification.
@Suite struct LiveTests {
    private static func live(_ run: Name, seq: Int, ttlMs: Int = 60_000) -> [Frame] {
        let region = RegionHeader(
            name: "C 1s", dtype: .float32, points: 20, axis: .binding(startEV: 280, stepEV: 0.1))
        let header = JobHeader(run: run, seq: seq, regions: [region], jobClass: .live(ttlMs: ttlMs))
        let array = [Float](repeating: 1, count: 20)
        return [Frame(header.encoded()), array.withUnsafeBytes { Frame(copying: $0) }]
    }

    private static func receipt(_ reply: Reply) throws -> SubmitReceipt {
        guard case .receipt(let receipt) = reply.body else { throw TestFailure("it was answered \(reply.code)") }
        return receipt
    }

    @Test func aLiveJobLeavesNoTraceOnTheDiskAndDoesNotSurvive() async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("broker-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        let first = try await RunningBroker(in: directory)
        let client = try first.client()
        let receipt = try Self.receipt(try client.ask(Self.live("fleeting", seq: 1)))
        #expect(receipt.durable == .memory && receipt.ttlMs == 60_000)
        #expect(try Self.receipt(try client.ask(Self.live("fleeting", seq: 1))).isDuplicate)
        #expect(try client.submit("lasting", "1").code == .accepted)
        await first.stop()

        let journal = directory.appendingPathComponent("journal")
        let written = try FileManager.default.contentsOfDirectory(at: journal, includingPropertiesForKeys: nil)
            .map { try Data(contentsOf: $0) }
        #expect(written.contains { $0.range(of: Data("lasting".utf8)) != nil })
        #expect(!written.contains { $0.range(of: Data("fleeting".utf8)) != nil })

        let second = try await RunningBroker(in: directory)
        let again = try second.client()
        #expect(try again.ask(.status(run: "fleeting", job: "1")).code == .notFound)
        #expect(try Self.receipt(try again.ask(Self.live("fleeting", seq: 1))).isDuplicate == false)
        await second.stop()
    }

    @Test func aFullDiskDoesNotStopWhatIsLive() async throws {
        let disk = FailingDisk()
        let running = try await RunningBroker { $0.journal.observer = { _ in disk.code } }
        let client = try running.client()
        disk.fail(with: ENOSPC)
        #expect(try client.submit("scan", "1").code == .storageFailed)
        let collector = try running.collector()
        let worker = try running.worker()
        _ = try Self.receipt(try client.ask(Self.live("scan", seq: 2)))
        try worker.answer(try worker.lease())
        let delivery = try collector.delivery().delivery
        #expect(delivery.id == JobID(run: "scan", job: "2"))
        try collector.store([delivery])
        _ = try client.wait(for: .stored, of: delivery.id)
        disk.fail(with: 0)
        await running.stop()
    }

    @Test func staleJobsAreCountedWherePeopleLook() async throws {
        let running = try await RunningBroker()
        let client = try running.client()
        let collector = try running.collector()
        let worker = try running.worker(credit: 1)
        _ = try client.ask(Self.live("scan", seq: 1, ttlMs: 300))
        let held = try worker.lease()
        _ = try client.ask(Self.live("scan", seq: 2, ttlMs: 300))
        for seq in [1, 2] { _ = try client.wait(for: .expired, of: JobID(run: "scan", job: Name(seq: seq))) }
        try worker.waitForCancel(of: held)
        try collector.waitForReport { $0.runs["scan"]?.expired == 2 }
        let queue = try running.admin().queue()
        #expect(queue.counters["live.expired"] == 2 && queue.bytes.live == 0)
        let refused = try client.ask(.result(JobID(run: "scan", job: "1")))
        #expect(refused.code == .conflict)
        await running.stop()
    }

    @Test func aLiveJobThatFailsIsADeadLetterOnlyInTheNews() async throws {
        let running = try await RunningBroker()
        let client = try running.client()
        let collector = try running.collector()
        let worker = try running.worker()
        _ = try client.ask(Self.live("scan", seq: 1))
        let lease = try worker.lease()
        try worker.say(.failed(WorkerFailure(lease: lease.lease, kind: .transient, error: "it is bad")))
        try collector.waitForReport { $0.dead.contains { $0.error == "it is bad" && $0.id == lease.id } }
        let admin = try running.admin()
        #expect(try admin.ask(.deadShow(lease.id)).code == .notFound)
        #expect(try admin.ask(.deadRequeue(run: "scan", job: "1")).code == .notFound)
        guard case .jobStatus(let status) = try client.ask(.status(run: "scan", job: "1")).body else {
            throw TestFailure("there is no status")
        }
        #expect(status.state == .dead && status.error == "it is bad" && status.attempts == 1)
        await running.stop()
    }
}
