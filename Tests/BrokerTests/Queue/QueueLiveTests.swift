import Broker
import ClusterProtocol
import Testing

/// Freshness over completeness: section 4.3 of the specification.
@Suite struct QueueLiveTests {
    @Test func itIsAcknowledgedFromMemoryAndNeverMeetsTheJournal() throws {
        var driven = DrivenQueue()
        let effects = try driven.live("run", "1", ttlMs: 700)
        #expect(effects.accepts.isEmpty && driven.queue.status(run: "run", key: "1")?.state == .queued)
        guard case .acceptedLive(let id, ttlMs: 700)? = effects.answers.first else {
            Issue.record("\(effects)")
            return
        }
        #expect(effects.contains(.keepPayload(id)))
        try driven.give(.collectorOpened(creditBytes: 1 << 20))
        let lease = try #require(try driven.worker(1).first)
        #expect(lease.isLive)
        var all = effects + (try driven.answer(lease))
        all += try driven.give(.stored([id]))
        #expect(driven.queue.status(run: "run", key: "1")?.state == .stored)
        #expect(!all.contains { if case .record = $0 { true } else { false } })
        #expect(driven.queue.liveBytes == 0 && driven.queue.liveCount == 0 && driven.queue.bytes == 0)
        #expect(try driven.live("run", "1", ttlMs: 700).answers == [.duplicate(.stored)])
    }

    @Test func aRunIsJournalledWithItsFirstJobThatLasts() throws {
        var driven = DrivenQueue()
        try driven.live("run", "1")
        let effects = try driven.give(.submit(DrivenQueue.submission("run", "2")))
        #expect(effects.contains(.record(.run(name: "run", expected: nil, openedMs: 0, closedMs: nil))))
        try driven.give(.closeRun(run: "run", expected: nil, driven.ticket()))
    }

    @Test func theNewestGoesFirst() throws {
        var driven = DrivenQueue()
        try driven.give(.collectorOpened(creditBytes: 1 << 20))
        for key in ["1", "2", "3"] { try driven.live("run", Name(checked: key)) }
        let leased = try driven.worker(1, credit: 2).map { driven.key($0) }
        #expect(leased == ["3", "2"])
    }

    @Test func itIsDroppedWhereverItIsWhenItsTimeIsOver() throws {
        var driven = DrivenQueue()
        try driven.give(.collectorOpened(creditBytes: 1 << 20))
        try driven.live("run", "1", ttlMs: 500)
        let lease = try #require(try driven.worker(1).first)
        try driven.live("run", "2", ttlMs: 500)
        driven.nowMs = 499
        try driven.give(.tick)
        #expect(driven.queue.totals.expired == 0)
        driven.nowMs = 500
        let effects = try driven.give(.tick)
        #expect(effects.contains(.cancelLease(lease.worker, lease.lease)))
        #expect(driven.queue.status(run: "run", key: "1")?.state == .expired)
        #expect(driven.queue.run(named: "run")?.counts.expired == 2 && driven.queue.statistics.expired == 2)
        // Its result comes late: nobody wants it any more.
        try driven.give(.result(driven.arrival(of: lease)))
        #expect(driven.queue.totals.stored == 0 && driven.queue.totals.computed == 0)
        #expect(
            try driven.give(.cancel(run: "run", key: "1", driven.ticket())).answers == [.tooLate(.expired)])
    }

    @Test func whatTheCollectorWasSentIsNotDropped() throws {
        var driven = DrivenQueue()
        try driven.give(.collectorOpened(creditBytes: 1 << 20))
        try driven.live("run", "1", ttlMs: 500)
        let lease = try #require(try driven.worker(1).first)
        #expect(try driven.answer(lease).deliveries == [lease.job])
        driven.nowMs = 5_000
        try driven.give(.tick)
        #expect(driven.queue.status(run: "run", key: "1")?.state == .computed)
        // The collector may have stored it and died: the next one gets it again.
        try driven.give(.collectorGone)
        try driven.give(.tick)
        #expect(try driven.give(.collectorOpened(creditBytes: 1 << 20)).deliveries == [lease.job])
        try driven.give(.stored([lease.job]))
        #expect(driven.queue.totals.stored == 1)
    }

    @Test func withoutACollectorNothingIsComputedForNobody() throws {
        var driven = DrivenQueue()
        try driven.live("run", "1")
        #expect(try driven.worker(1).isEmpty)
        #expect(try driven.give(.collectorOpened(creditBytes: 1 << 20)).leases.count == 1)
    }

    @Test func aFloodTakesHalfOfTheLeasesAndNoneOfTheRoom() throws {
        var driven = DrivenQueue {
            $0.queueBytes = 10_000
            $0.liveBytes = 2_000
        }
        try driven.give(.collectorOpened(creditBytes: 1 << 20))
        for number in 0..<8 { try driven.accept("scan", Name(seq: number)) }
        for number in 0..<100 { try driven.live("flood", Name(seq: number)) }
        #expect(driven.queue.bytes == 800 && driven.queue.liveBytes == 2_000)
        #expect(driven.queue.totals.expired == 80 && driven.queue.statistics.displaced == 80)
        let leased = try driven.worker(1, credit: 16)
        #expect(leased.map(\.isLive) == (0..<16).map { $0 % 2 == 0 })
        #expect(leased.compactMap { driven.key($0)?.text }.first == "99")
        // With nobody else waiting live jobs have all of the cluster.
        #expect(try driven.worker(2, credit: 3).allSatisfy(\.isLive))
    }

    @Test func theGreedyRunMakesRoom() throws {
        var driven = DrivenQueue { $0.liveBytes = 1_000 }
        try driven.live("modest", "1", bytes: 100)
        for number in 0..<50 { try driven.live("greedy", Name(seq: number), bytes: 200) }
        #expect(driven.queue.status(run: "modest", key: "1")?.state == .queued)
        #expect(driven.queue.run(named: "greedy")?.counts.queued == 4)
        // Nothing is thrown away for what cannot come in.
        let worker = try driven.worker(1, credit: 64)
        #expect(worker.isEmpty)
    }

    @Test func itIsTriedOnce() throws {
        var driven = DrivenQueue()
        try driven.give(.collectorOpened(creditBytes: 1 << 20))
        try driven.live("run", "1")
        let lease = try #require(try driven.worker(1).first)
        let effects = try driven.give(.failed(lease.worker, lease.lease, isPermanent: false, error: "no"))
        let failures = effects.compactMap { if case .announceLiveFailure(let failure) = $0 { failure } else { nil } }
        #expect(failures.map(\.evidence.error) == ["no"] && failures.map(\.evidence.workers) == [["worker 1"]])
        let status = driven.queue.status(run: "run", key: "1")
        #expect(status?.state == .dead && status?.evidence?.error == "no" && status?.attempts == 1)
        #expect(driven.queue.deadLetters().isEmpty)
        let answers = try driven.give(.requeueDead(run: "run", key: "1", driven.ticket())).answers
        #expect(answers == [.notKept])
        // Such a run is forgotten like any other.
        try driven.give(.closeRun(run: "run", expected: nil, driven.ticket()))
        try driven.give(.forgetRuns(closedBeforeMs: 1))
        #expect(driven.queue.run(named: "run") == nil && driven.queue.totals.accepted + driven.queue.totals.dead == 0)
    }

    @Test func whatIsLostWithItsWorkerIsNotTriedAgain() throws {
        var driven = DrivenQueue()
        try driven.give(.collectorOpened(creditBytes: 1 << 20))
        try driven.live("run", "1")
        let lease = try #require(try driven.worker(1).first)
        try driven.give(.workerGone(lease.worker, isOrderly: false))
        #expect(driven.queue.status(run: "run", key: "1")?.state == .dead)
        // Given back untouched it is as good as new.
        try driven.live("run", "2")
        let second = try #require(try driven.worker(2).first)
        #expect(try driven.give(.returned(second.worker, [second.lease])).leases.map(\.isLive) == [true])
    }

    @Test func liveResultsGoToTheCollectorInTurnWithTheOthers() throws {
        var driven = DrivenQueue()
        _ = try driven.worker(1, credit: 64)
        try driven.give(.collectorOpened(creditBytes: 1))
        var leases: [LeaseOrder] = []
        for number in 0..<4 { leases += try driven.accept("scan", Name(seq: number)).leases }
        for number in 0..<4 { leases += try driven.live("live", Name(seq: number), ttlMs: 60_000).leases }
        var delivered: [JobNumber] = []
        for lease in leases { delivered += try driven.answer(lease).deliveries }
        var order: [Bool] = []
        while let id = delivered.popLast() {
            order.append(driven.queue.job(id)?.isLive == true)
            delivered = try driven.give(.stored([id])).deliveries
        }
        #expect(order.count == 8)
        #expect(order.dropFirst() == [true, false, true, false, true, false, true])
    }
}
