import Broker
import ClusterProtocol
import Testing

/// Order, fairness, credit, leases.
@Suite struct QueueDispatchTests {
    @Test func runsTakeTurnsAndKeepTheirOrder() throws {
        var driven = DrivenQueue()
        for number in 0..<100 { try driven.accept("large", Name(seq: number)) }
        for number in 0..<3 { try driven.accept("small", Name(seq: number)) }
        var keys: [Name: [Name]] = [:]
        var position = 0
        var lastOfSmall = 0
        var next = try driven.worker(1).first
        while let order = next, position < 40 {
            let run = try #require(driven.queue.job(order.job).flatMap { driven.queue.run($0.run)?.name })
            keys[run, default: []].append(try #require(driven.key(order)))
            position += 1
            if run == "small" { lastOfSmall = position }
            next = try driven.answer(order).leases.first
        }
        #expect(keys["small"] == (0..<3).map { Name(seq: $0) })
        #expect(keys["large"] == (0..<37).map { Name(seq: $0) })
        #expect(lastOfSmall <= 6)
    }

    @Test func whatComesBackGoesFirstAgain() throws {
        var driven = DrivenQueue()
        for number in 0..<6 { try driven.accept("run", Name(seq: number)) }
        let held = try driven.worker(1, credit: 4)
        #expect(held.compactMap(driven.key) == ["0", "1", "2", "3"])
        try driven.give(.drainWorker(WorkerID(1)))
        try driven.give(.returned(WorkerID(1), [held[2].lease, held[0].lease]))
        let taken = try driven.worker(2, credit: 8)
        #expect(taken.compactMap(driven.key) == ["0", "2", "4", "5"])
        #expect(taken.map(\.attempt) == [2, 2, 1, 1])
    }

    @Test func creditIsInJobsAndInBytes() throws {
        var driven = DrivenQueue()
        for number in 0..<4 { try driven.accept("run", Name(seq: number), bytes: 400) }
        #expect(try driven.worker(1, credit: 8, creditBytes: 1_000).count == 2)
        try driven.give(.cancel(run: "run", key: nil, driven.ticket()))
        try driven.accept("run", "huge", bytes: 5_000)
        try driven.accept("run", "tiny", bytes: 10)
        // Alone, since it is larger than the credit; the next waits its turn.
        #expect(driven.queue.totals.leased == 1)
        let held = try #require(driven.queue.connectedWorkers.first?.leases.first)
        #expect(driven.queue.job(leasedAs: held)?.key == "huge")
    }

    @Test func theIdleWorkerIsServedBeforeTheBusyOne() throws {
        var driven = DrivenQueue()
        _ = try driven.worker(1, credit: 8)
        _ = try driven.worker(2, credit: 8)
        var holders: [WorkerID] = []
        for number in 0..<4 { holders += try driven.accept("run", Name(seq: number)).leases.map(\.worker) }
        #expect(holders.count(where: { $0 == WorkerID(1) }) == 2)
    }

    @Test func namingALeaseRenewsItAndOmittingItTwiceEndsIt() throws {
        var driven = DrivenQueue()
        try driven.accept("run", "1")
        let order = try #require(try driven.worker(1).first)
        for _ in 0..<40 {
            driven.nowMs += 250
            #expect(try driven.give(.heartbeat(WorkerID(1), held: [order.lease], executing: [])).leases.isEmpty)
            try driven.give(.tick)
        }
        driven.nowMs += 250
        #expect(try driven.give(.heartbeat(WorkerID(1), held: [], executing: [])).leases.isEmpty)
        driven.nowMs += 250
        let again = try driven.give(.heartbeat(WorkerID(1), held: [], executing: []))
        #expect(again.leases.first?.job == order.job && again.leases.first?.lease != order.lease)
        #expect(again.contains(.cancelLease(WorkerID(1), order.lease)))
        #expect(driven.queue.job(order.job)?.attempts == 0 && driven.queue.statistics.leasesExpired == 1)
    }

    @Test func onlyWhatWasComputedIsBlamedAndThenItIsAlone() throws {
        var driven = DrivenQueue()
        for number in 0..<4 { try driven.accept("run", Name(seq: number)) }
        let held = try driven.worker(1, credit: 4)
        try driven.give(.heartbeat(WorkerID(1), held: held.map(\.lease), executing: [held[1].lease]))
        try driven.give(.workerGone(WorkerID(1), isOrderly: false))
        #expect(held.map { driven.queue.job($0.job)?.attempts } == [0, 1, 0, 0])
        let first = try driven.worker(2, credit: 4)
        #expect(first.map(\.job) == [held[1].job] && first[0].isSolo)
        let rest = try driven.answer(first[0]).leases
        #expect(rest.map(\.job) == [held[0].job, held[2].job, held[3].job] && rest.allSatisfy { !$0.isSolo })
    }

    @Test func withoutAHeartbeatEverythingHeldIsTriedAloneAndNobodyIsBlamed() throws {
        var driven = DrivenQueue()
        for number in 0..<3 { try driven.accept("run", Name(seq: number)) }
        let held = try driven.worker(1, credit: 4)
        driven.nowMs = 10_000
        #expect(try driven.give(.tick).contains(.dropWorker(WorkerID(1))))
        #expect(held.allSatisfy { driven.queue.job($0.job)?.attempts == 0 })
        var order = try driven.worker(2, credit: 4)
        for job in held.map(\.job) {
            #expect(order.map(\.job) == [job] && order[0].isSolo)
            order = try driven.answer(order[0]).leases
        }
    }

    @Test func aSuspectWaitsUntilAWorkerIsEmpty() throws {
        var driven = DrivenQueue()
        try driven.accept("run", "suspect")
        let first = try #require(try driven.worker(1).first)
        try driven.give(.heartbeat(WorkerID(1), held: [first.lease], executing: [first.lease]))
        for number in 0..<4 { try driven.accept("run", Name(seq: number)) }
        let busy = try driven.worker(2, credit: 2)
        #expect(busy.count == 2)
        #expect(try driven.give(.workerGone(WorkerID(1), isOrderly: false)).leases.isEmpty)
        #expect(try driven.answer(busy[0]).leases.isEmpty)
        let alone = try driven.answer(busy[1]).leases
        #expect(alone.map(\.job) == [first.job] && alone[0].isSolo && alone[0].attempt == 2)
    }

    @Test func aFailureWaitsBeforeTheNextAttempt() throws {
        var driven = DrivenQueue { $0.retryDelaysMs = [100, 1_000] }
        try driven.accept("run", "1")
        var order = try #require(try driven.worker(1).first)
        #expect(try driven.give(.failed(WorkerID(1), order.lease, isPermanent: false, error: "no")).leases.isEmpty)
        driven.nowMs = 99
        #expect(try driven.give(.tick).leases.isEmpty)
        driven.nowMs = 100
        order = try #require(try driven.give(.tick).leases.first)
        // A late word on the first delivery changes nothing.
        try driven.give(.failed(WorkerID(1), LeaseID(order.lease.value - 1), isPermanent: true, error: "late"))
        let last = try driven.give(.failed(WorkerID(1), order.lease, isPermanent: true, error: "never"))
        let evidence = Evidence(workers: ["worker 1", "worker 1"], error: "never", diedMs: 100)
        #expect(last.contains(.record(.dead(order.job, attempts: 2, evidence: evidence))))
    }

    @Test func aHungWorkerLosesItsLeasesAlthoughItsHeartGoesOn() throws {
        var driven = DrivenQueue { $0.leaseMs = 1_000 }
        for number in 0..<40 { try driven.accept("run", Name(seq: number)) }
        var order = try #require(try driven.worker(1).first)
        for _ in 0..<39 { order = try #require(try driven.answer(order).leases.first) }
        var ended: [QueueEffect] = []
        for _ in 0..<20 {
            driven.nowMs += 250
            try driven.give(.heartbeat(WorkerID(1), held: [], executing: [order.lease]))
            ended += try driven.give(.tick)
        }
        #expect(ended.contains(.cancelLease(WorkerID(1), order.lease)))
        #expect(driven.queue.job(order.job)?.attempts == 1)
        // Nothing more for it until it answers, and then what it answers counts.
        #expect(driven.queue.totals.queued == 1)
        #expect(try driven.give(.result(driven.arrival(of: order))).contains(.keepResult(order.job)))
    }
}
