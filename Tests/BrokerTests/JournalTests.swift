import Broker
import Synchronization
import Testing
import ZeroMQ

/// The journal as the broker uses it, with its threads and a real disk.
@Suite struct JournalTests {
    /// Collects what a journal reports; waits for it without looking at the clock.
    private final class Reports: Sendable {
        private struct Content {
            var events: [Journal.Event] = []
            var waiters: [(UInt64, CheckedContinuation<Void, Never>)] = []
            var settled: UInt64 = 0
        }

        private let content = Mutex(Content())

        func take(_ event: Journal.Event) {
            let woken = content.withLock { content -> [CheckedContinuation<Void, Never>] in
                content.events.append(event)
                switch event {
                case .committed(let range), .failed(let range, _): content.settled = range.upperBound.number
                case .trouble, .notice: break
                }
                let settled = content.settled
                let woken = content.waiters.filter { $0.0 <= settled }.map(\.1)
                content.waiters.removeAll { $0.0 <= settled }
                return woken
            }
            woken.forEach { $0.resume() }
        }

        func settled(_ ticket: JournalTicket) async {
            await withCheckedContinuation { continuation in
                let isSettled = content.withLock { content in
                    guard content.settled < ticket.number else { return true }
                    content.waiters.append((ticket.number, continuation))
                    return false
                }
                if isSettled { continuation.resume() }
            }
        }

        var events: [Journal.Event] { content.withLock { $0.events } }
    }

    private static func acceptance(_ job: UInt64, bytes: Int = 1000) -> JournalAcceptance {
        JournalAcceptance(
            job: job, run: "scan", key: "key-\(job)", acceptedUnixMs: 5,
            payload: JournalPayload(frames: [
                Frame("{}"), Frame([UInt8](repeating: UInt8(truncatingIfNeeded: job), count: bytes)),
            ]))
    }

    private static func small() -> JournalConfiguration {
        var configuration = JournalConfiguration()
        configuration.segmentBytes = 64 << 10
        configuration.reserveBytes = 0
        configuration.spareSegments = 1
        return configuration
    }

    private static func read(_ journal: Journal, _ jobs: [UInt64]) async -> [JournalReading] {
        await withCheckedContinuation { continuation in
            journal.read(jobs) { continuation.resume(returning: $0) }
        }
    }

    @Test func everyTicketIsReportedOnceAndInOrder() async throws {
        let directory = try ScratchDirectory()
        let reports = Reports()
        let (journal, contents) = try Journal.open(directory: directory.path, configuration: Self.small()) {
            reports.take($0)
        }
        #expect(contents == JournalContents())
        var last: JournalTicket?
        for job in 1...500 as ClosedRange<UInt64> {
            try journal.append(.accepted(Self.acceptance(job)))
            last = try journal.append(.attempt(job: job, JournalAttempt(number: 1, worker: "w", reason: "r")))
        }
        await reports.settled(try #require(last))
        journal.close()
        var expected: UInt64 = 1
        for event in reports.events {
            guard case .committed(let range) = event else { continue }
            #expect(range.lowerBound.number == expected)
            expected = range.upperBound.number + 1
        }
        #expect(expected == 1001)
        #expect(throws: JournalError.closed) { try journal.append(.stored(job: 1)) }

        let (again, found) = try Journal.open(directory: directory.path, configuration: Self.small()) {
            reports.take($0)
        }
        #expect(found.jobs.map(\.job) == [UInt64](1...500))
        #expect(found.jobs.allSatisfy { $0.attempts.count == 1 && $0.isPayloadIntact })
        #expect(found.notices == [])
        again.close()
    }

    @Test func payloadsAreReadBackWhereverTheyHaveGone() async throws {
        let directory = try ScratchDirectory()
        let reports = Reports()
        let (journal, _) = try Journal.open(directory: directory.path, configuration: Self.small()) { reports.take($0) }
        var last = try journal.append(.accepted(Self.acceptance(1)))
        // Job 1 is carried forward again and again while all others come and go.
        for job in 2...2000 as ClosedRange<UInt64> {
            try journal.append(.accepted(Self.acceptance(job)))
            last = try journal.append(.stored(job: job))
            if job % 100 == 0 {
                await reports.settled(last)
                let readings = await Self.read(journal, [1])
                #expect(try readings.first?.payload.get().digest == Self.acceptance(1).payload.digest)
            }
        }
        await reports.settled(last)
        let readings = await Self.read(journal, [1, 2, 9999])
        #expect(readings.map(\.job) == [1, 2, 9999])
        #expect(throws: JournalError.unknownJob(2)) { try readings[1].payload.get() }
        #expect(throws: JournalError.unknownJob(9999)) { try readings[2].payload.get() }
        journal.close()
        // More than 2 MB have passed; what is left is mostly keys.
        #expect(journal.bytesOnDisk < 1 << 20)
        let (again, found) = try Journal.open(directory: directory.path, configuration: Self.small()) {
            reports.take($0)
        }
        #expect(found.jobs.map(\.job) == [1])
        #expect(found.remembered.map(\.job) == [UInt64](2...2000))
        again.close()
    }

    @Test func aDamagedPayloadIsSaidToBe() async throws {
        let directory = try ScratchDirectory()
        let (journal, _) = try Journal.open(directory: directory.path, configuration: Self.small()) { _ in }
        try journal.append(.accepted(Self.acceptance(1)))
        try journal.append(.accepted(Self.acceptance(2)))
        journal.close()
        let name = try #require(try directory.names().first { $0.hasSuffix(".segment") })
        var bytes = directory.read(name)
        bytes[4096 + 500] ^= 1
        try directory.write(bytes, to: name)
        let (again, found) = try Journal.open(directory: directory.path, configuration: Self.small()) { _ in }
        #expect(found.jobs.map(\.isPayloadIntact) == [false, true])
        #expect(found.notices.map(\.kind) == [.damagedPayload])
        let readings = await Self.read(again, [1, 2])
        #expect(throws: JournalError.damaged(job: 1, file: name, offset: 4096)) { try readings[0].payload.get() }
        #expect(throws: Never.self) { try readings[1].payload.get() }
        // It ends in sight of everyone, and stays so.
        try again.append(.dead(job: 1, evidence: "damaged on disk"))
        again.close()
        let (third, dead) = try Journal.open(directory: directory.path, configuration: Self.small()) { _ in }
        #expect(dead.deadLetters.map(\.evidence) == ["damaged on disk"])
        #expect(dead.jobs.map(\.job) == [2])
        third.close()
    }

    @Test func aJobLargerThanASegmentGetsItsOwn() async throws {
        let directory = try ScratchDirectory()
        let (journal, _) = try Journal.open(directory: directory.path, configuration: Self.small()) { _ in }
        for job in 1...3 as ClosedRange<UInt64> {
            try journal.append(.accepted(Self.acceptance(job, bytes: 300_000)))
        }
        journal.close()
        let (again, found) = try Journal.open(directory: directory.path, configuration: Self.small()) { _ in }
        #expect(found.jobs.map(\.byteCount) == [300_002, 300_002, 300_002])
        let readings = await Self.read(again, [3])
        #expect(try readings.first?.payload.get().digest == Self.acceptance(3, bytes: 300_000).payload.digest)
        again.close()
    }

    @Test func oneBrokerPerDirectory() throws {
        let directory = try ScratchDirectory()
        let (journal, _) = try Journal.open(directory: directory.path, configuration: Self.small()) { _ in }
        #expect(throws: JournalError.locked(directory: directory.path)) {
            try Journal.open(directory: directory.path, configuration: Self.small()) { _ in }
        }
        journal.close()
    }

    @Test func anotherFormatIsRefusedInWords() throws {
        let directory = try ScratchDirectory()
        var header = JournalSegmentHeader(number: 1, seed: 2, firstSequence: 1, highestJob: 0)
        header.version = 7
        try directory.write(header.encoded(), to: "0000000001.segment")
        #expect {
            try Journal.open(directory: directory.path, configuration: Self.small()) { _ in }
        } throws: { error in
            "\(error)".contains("format version 7") && "\(error)".contains("0000000001.segment")
        }
    }

    @Test func acceptsAreRefusedEarlyAndSmallRecordsAreNot() async throws {
        let directory = try ScratchDirectory()
        let reports = Reports()
        var configuration = Self.small()
        configuration.reserveBytes = .max
        let (journal, _) = try Journal.open(directory: directory.path, configuration: configuration) {
            reports.take($0)
        }
        #expect {
            try journal.append(.accepted(Self.acceptance(1)))
        } throws: { error in
            guard let error = error as? JournalError, case .lowOnSpace = error else { return false }
            return error.isRetriable
        }
        await reports.settled(try journal.append(.run(JournalRun(name: "scan", expected: 3))))
        journal.close()
    }

    @Test func theJournalsOwnLimitHolds() async throws {
        let directory = try ScratchDirectory()
        let reports = Reports()
        var configuration = Self.small()
        configuration.maximumBytes = 5 * 64 << 10
        let (journal, _) = try Journal.open(directory: directory.path, configuration: configuration) {
            reports.take($0)
        }
        var job: UInt64 = 0
        var refusal: JournalError?
        while refusal == nil, job < 1000 {
            job += 1
            do {
                await reports.settled(try journal.append(.accepted(Self.acceptance(job))))
            } catch {
                refusal = error
            }
        }
        #expect(refusal == .full(limitBytes: 5 * 64 << 10))
        #expect(journal.bytesOnDisk <= 5 * 64 << 10)
        // Jobs end, and there is room again.
        var last: JournalTicket?
        for ended in 1..<job { last = try journal.append(.stored(job: ended)) }
        await reports.settled(try #require(last))
        var isAccepted = false
        for _ in 0..<1000 where !isAccepted {
            await reports.settled(try journal.append(.run(JournalRun(name: "scan"))))
            isAccepted = (try? journal.append(.accepted(Self.acceptance(job)))) != nil
        }
        #expect(isAccepted)
        journal.close()
    }

    @Test func fieldsThatAreTooLargeAreNamed() throws {
        let directory = try ScratchDirectory()
        let (journal, _) = try Journal.open(directory: directory.path, configuration: Self.small()) { _ in }
        #expect(throws: JournalError.tooLarge(field: "run", bytes: 5000, limitBytes: 4096)) {
            try journal.append(.run(JournalRun(name: String(repeating: "r", count: 5000), expected: 1)))
        }
        journal.close()
    }

    @Test func whatRidesAlongOutlivesTheProcess() async throws {
        let directory = try ScratchDirectory()
        let reports = Reports()
        let (journal, _) = try Journal.open(directory: directory.path, configuration: Self.small()) {
            reports.take($0)
        }
        await reports.settled(try journal.append(.accepted(Self.acceptance(1))))
        await reports.settled(
            try journal.append(.attempt(job: 1, JournalAttempt(number: 1, worker: "w", reason: "killed it"))))
        // Read as another process would find it if this one ended now.
        let recovery = try JournalRecovery(disk: JournalDisk(directory: directory.path, observer: nil))
        #expect(recovery.replay.contents().jobs.first?.attempts.map(\.reason) == ["killed it"])
        journal.close()
    }
}
