import Broker
import ClusterProtocol
import Testing

/// What comes in, what goes out, and what is remembered.
@Suite struct QueueAcceptTests {
    @Test func aJobIsInvisibleUntilItIsDurable() throws {
        var driven = DrivenQueue()
        _ = try driven.worker(1)
        let (first, second) = (driven.ticket(), driven.ticket())
        let asked = try driven.give(.submit(DrivenQueue.submission("run", "1", ticket: first)))
        #expect(asked.leases.isEmpty && driven.queue.status(run: "run", key: "1") == nil)
        // Whoever sends it again meanwhile waits for the same commit.
        #expect(try driven.give(.submit(DrivenQueue.submission("run", "1", ticket: second))).isEmpty)
        #expect(
            try driven.give(.submit(DrivenQueue.submission("run", "1", digest: 2, ticket: driven.ticket()))).answers
                == [.conflict(.accepting)])
        let committed = try driven.give(.committed(asked.accepts))
        #expect(committed.contains(.answer(first, .accepted(asked.accepts[0]))))
        #expect(committed.contains(.answer(second, .duplicate(.queued))))
        #expect(committed.leases.count == 1)
    }

    @Test func whatTheDiskRefusesWasNeverThere() throws {
        var driven = DrivenQueue()
        let ticket = driven.ticket()
        let asked = try driven.give(.submit(DrivenQueue.submission("run", "1", ticket: ticket)))
        let failed = try driven.give(.commitFailed(asked.accepts))
        #expect(failed.contains(.answer(ticket, .notStored(retryAfterMs: driven.queue.limits.storageRetryMs))))
        #expect(driven.queue.bytes == 0 && driven.queue.unfinished == 0)
        let again = try driven.give(.submit(DrivenQueue.submission("run", "1", digest: 2, ticket: ticket)))
        #expect(again.accepts.count == 1)
    }

    @Test func theWindowShrinksAsTheQueueFills() throws {
        var driven = DrivenQueue {
            $0.queueBytes = 1_000
            $0.publisherWindow = 10
        }
        var windows: [Int] = []
        for number in 0..<10 {
            windows.append(driven.queue.publisherWindow)
            try driven.accept("run", Name(seq: number))
        }
        #expect(windows == [10, 10, 10, 10, 10, 10, 10, 10, 6, 3])
        #expect(driven.queue.publisherWindow == 0 && !driven.queue.hasRoomForIngest)
        let refused = try driven.give(.submit(DrivenQueue.submission("run", "late", ticket: driven.ticket())))
        #expect(refused.answers == [.full(retryAfterMs: driven.queue.limits.fullRetryMs)])
        #expect(
            try driven.give(.submit(DrivenQueue.submission("run", "3", ticket: driven.ticket()))).answers
                == [.duplicate(.queued)])
    }

    @Test func eachPublisherHasAWindowOfItsOwn() throws {
        var driven = DrivenQueue { $0.publisherWindow = 2 }
        for number in 0..<2 {
            try driven.give(.submit(DrivenQueue.submission("run", Name(seq: number), ticket: driven.ticket())))
        }
        let beyond = DrivenQueue.submission("run", "2", ticket: driven.ticket())
        #expect(
            try driven.give(.submit(beyond)).answers == [
                .windowExceeded(retryAfterMs: driven.queue.limits.windowRetryMs)
            ])
        let other = DrivenQueue.submission("run", "2", publisher: 2, ticket: driven.ticket())
        #expect(try driven.give(.submit(other)).accepts.count == 1)
    }

    @Test func resultsWaitWithinABudgetAndThenNothingIsDispatched() throws {
        var driven = DrivenQueue { $0.resultBytes = 100 }
        for number in 0..<5 { try driven.accept("run", Name(seq: number)) }
        var order = try #require(try driven.worker(1).first)
        order = try #require(try driven.answer(order).leases.first)
        #expect(try driven.answer(order).leases.isEmpty)
        #expect(driven.queue.totals.computed == 2 && driven.queue.resultBytes == 100)
        let opened = try driven.give(.collectorOpened(creditBytes: 200))
        #expect(opened.deliveries.count == 1)
        let stored = try driven.give(.stored(opened.deliveries))
        #expect(stored.deliveries.count == 1 && stored.leases.count == 1)
    }

    @Test func aNewCollectorGetsAgainWhatIsNotStored() throws {
        var driven = DrivenQueue()
        for number in 0..<3 { try driven.accept("run", Name(seq: number)) }
        let orders = try driven.worker(1, credit: 3)
        var sent = try driven.give(.collectorOpened(creditBytes: 10_000)).deliveries
        for order in orders { sent += try driven.answer(order).deliveries }
        #expect(sent == orders.map(\.job))
        try driven.give(.stored([sent[1]]))
        try driven.give(.collectorGone)
        #expect(try driven.give(.collectorOpened(creditBytes: 10_000)).deliveries == [sent[0], sent[2]])
        let rejected = try driven.give(.rejected(sent[0], error: "no room"))
        #expect(rejected.contains(.announceDead(sent[0])) && rejected.contains(.forgetResult(sent[0])))
        #expect(driven.queue.job(sent[0])?.evidence?.workers == ["worker 1"])
    }

    @Test func aLateResultCountsAndEndsTheOtherDelivery() throws {
        var driven = DrivenQueue()
        try driven.accept("run", "1")
        let first = try #require(try driven.worker(1).first)
        let late = driven.arrival(of: first)
        try driven.give(.workerGone(WorkerID(1), isOrderly: false))
        let second = try #require(try driven.worker(2).first)
        var stranger = late
        stranger.worker = nil
        let counted = try driven.give(.result(stranger))
        #expect(counted.contains(.keepResult(first.job)) && counted.contains(.cancelLease(WorkerID(2), second.lease)))
        #expect(try driven.answer(second).contains(.keepResult(first.job)) == false)
        #expect(driven.queue.statistics.lateResults == 2 && driven.queue.statistics.results == 1)
    }

    @Test func aClosedRunTakesNoNewJobsAndIsForgottenInTime() throws {
        var driven = DrivenQueue()
        try driven.accept("run", "1")
        driven.nowMs = 1_000
        #expect(try driven.give(.closeRun(run: "run", expected: 3, driven.ticket())).answers == [.closed(run: "run")])
        #expect(driven.queue.run(named: "run")?.gaps == [2...3])
        #expect(
            try driven.give(.submit(DrivenQueue.submission("run", "2", ticket: driven.ticket()))).answers == [
                .runClosed
            ])
        #expect(
            try driven.give(.submit(DrivenQueue.submission("run", "1", ticket: driven.ticket()))).answers
                == [.duplicate(.queued)])
        try driven.give(.forgetRuns(closedBeforeMs: 2_000))
        #expect(driven.queue.run(named: "run") != nil)
        #expect(
            try driven.give(.cancel(run: "run", key: nil, driven.ticket())).answers == [.cancelledJobs(1)])
        try driven.give(.forgetRuns(closedBeforeMs: 1_000))
        #expect(driven.queue.run(named: "run") != nil)
        let forgotten = try driven.give(.forgetRuns(closedBeforeMs: 2_000))
        #expect(forgotten == [.record(.forgotten(run: "run"))])
        try driven.accept("run", "1")
    }

    @Test func drainingIsDoneWhenEverythingHasEnded() throws {
        var driven = DrivenQueue()
        try driven.accept("run", "1")
        #expect(try driven.give(.drain).contains(.drained) == false)
        let refused = try driven.give(.submit(DrivenQueue.submission("run", "2", ticket: driven.ticket())))
        #expect(refused.answers == [.draining(retryAfterMs: driven.queue.limits.fullRetryMs)])
        let order = try #require(try driven.worker(1).first)
        _ = try driven.answer(order)
        let sent = try driven.give(.collectorOpened(creditBytes: 1_000)).deliveries
        #expect(try driven.give(.stored(sent)).contains(.drained))
    }
}
