import ClusterProtocol
import Collector
import Testing
import ZeroMQ

struct RunProgressTests {
    private func counts(
        accepted: Int, queued: Int = 0, stored: Int = 0, dead: Int = 0, cancelled: Int = 0, expected: Int? = nil,
        isClosed: Bool = false
    ) -> RunCounts {
        var counts = RunCounts(run: "r", expected: expected)
        (counts.accepted, counts.queued, counts.stored) = (accepted, queued, stored)
        (counts.dead, counts.cancelled, counts.isClosed) = (dead, cancelled, isClosed)
        return counts
    }

    private func time(_ seconds: Double) -> MonotonicTime { MonotonicTime(ns: Int64(seconds * 1e9)) }

    private func picture(_ progress: inout RunProgress, at seconds: Double = 0) -> ProgressEvent {
        progress.publish(n: 1, epoch: "e", timeMs: 0, at: time(seconds))
    }

    @Test func aRunOfUnknownLengthIsNeverDoneUntilItIsClosed() {
        var progress = RunProgress("r")
        progress.update(counts(accepted: 5))
        progress.stored(jobs: 5, spectra: 5, at: time(1))
        var event = picture(&progress, at: 2)
        #expect(event.state == .open && event.expected == nil && event.etaS == nil)
        progress.update(counts(accepted: 5, stored: 5, isClosed: true))
        event = picture(&progress, at: 3)
        #expect(event.state == .done)
    }

    @Test(arguments: [(stored: 7, dead: 2, cancelled: 1, done: true), (6, 2, 1, false), (8, 0, 1, false)])
    func doneMeansThatEveryAcceptedJobHasEnded(stored: Int, dead: Int, cancelled: Int, done: Bool) {
        var progress = RunProgress("r")
        progress.update(counts(accepted: 10, dead: dead, cancelled: cancelled, expected: 10))
        progress.stored(jobs: stored, spectra: stored, at: time(1))
        let event = picture(&progress)
        #expect((event.state == .done) == done)
        #expect(event.acquired == event.analysed + event.failed + event.cancelled + event.queued + event.inFlight)
    }

    @Test func countsAddUpThoughTheBrokersAreOlder() {
        var progress = RunProgress("r")
        progress.update(counts(accepted: 4, queued: 4))
        progress.stored(jobs: 6, spectra: 6, at: time(1))
        let event = picture(&progress)
        #expect(event.acquired == 6 && event.analysed == 6 && event.queued == 0 && event.inFlight == 0)
    }

    @Test func rateAndRemainingTimeFollowTheLastTenSeconds() {
        var progress = RunProgress("r")
        progress.update(counts(accepted: 100, expected: 200))
        for second in 0...20 { progress.stored(jobs: second < 10 ? 1 : 5, spectra: 1, at: time(Double(second))) }
        var event = picture(&progress, at: 20)
        #expect(abs(event.rateHz - 5) < 0.01)
        let expected = Double(200 - event.analysed) / 5
        #expect(event.etaS.map { abs($0 - expected) < 0.1 } == true)
        // A rate that is not true any more is a change.
        #expect(!progress.isChanged)
        progress.tick(at: time(35))
        #expect(progress.isChanged)
        event = picture(&progress, at: 35)
        #expect(event.rateHz == 0 && event.etaS == nil)
    }

    @Test func aRunIsDueFiveTimesASecondAtMostAndTheLastChangeAlwaysIs() {
        var progress = RunProgress("r")
        #expect(progress.isDue(at: time(0)))
        _ = picture(&progress, at: 0)
        #expect(!progress.isDue(at: time(10)))
        progress.stored(jobs: 1, spectra: 1, at: time(0.1))
        #expect(!progress.isDue(at: time(0.19)))
        #expect(progress.isDue(at: time(0.2)))
    }

    @Test func afterARestartTheStoresCountsStand() {
        var progress = RunProgress(
            "r", counts: counts(accepted: 9, queued: 5, stored: 2, expected: 20), jobs: 3, spectra: 12)
        let event = picture(&progress)
        #expect(event.analysed == 3 && event.spectra == 12 && event.acquired == 9 && event.expected == 20)
        #expect(event.queued == 0)
    }

    @Test func receiptsShowTheLastSixteenRefusals() {
        var progress = RunProgress("r")
        for seq in 0..<40 { progress.refused(.init(seq: seq, code: .unprocessable, error: "NaN")) }
        #expect(progress.receipts(n: 1, epoch: "e").refusals.map(\.seq) == Array(24..<40))
    }
}

struct EventPublisherTests {
    private func progress(_ run: Name, n: Int) -> Event {
        .progress(ProgressEvent(n: n, epoch: "e", run: run, timeMs: 0))
    }

    @Test func nothingIsWrittenForNobody() {
        var publisher = EventPublisher(epoch: "e")
        #expect(publisher.message(of: progress("1", n: 1)) == nil)
        _ = publisher.receive([1] + Array("run/1/".utf8))
        #expect(publisher.message(of: progress("1", n: 2)) != nil)
        #expect(publisher.message(of: progress("10", n: 1)) == nil)
        _ = publisher.receive([0] + Array("run/1/".utf8))
        #expect(publisher.message(of: progress("1", n: 3)) == nil)
    }

    @Test func everySubscriptionRepeatsTheLastValuesUnderIt() {
        var publisher = EventPublisher(epoch: "e")
        _ = publisher.message(of: progress("1", n: 1))
        _ = publisher.message(of: progress("1", n: 2))
        _ = publisher.message(of: progress("10", n: 1))
        _ = publisher.message(
            of: .result(ResultEvent(n: 1, id: JobID(run: "1", job: "a"), index: 0, row: Array("{}".utf8))))
        #expect(publisher.receive([1] + Array("run/1/".utf8)).count == 1)
        #expect(publisher.receive([1] + Array("run/1/".utf8)).count == 1)
        #expect(publisher.receive([1]).count == 2)
        #expect(publisher.receive([1] + Array("run/1/result/".utf8)).isEmpty)
        #expect(publisher.receive([]).isEmpty)
        #expect(publisher.receive([7, 7]).isEmpty)
    }

    @Test func eachTopicHasItsOwnNumbers() {
        var publisher = EventPublisher(epoch: "e")
        #expect((1...3).map { _ in publisher.nextNumber(of: .progress("1")) } == [1, 2, 3])
        #expect(publisher.nextNumber(of: .dead("1")) == 1)
        #expect(publisher.nextNumber(of: .progress("2")) == 1)
    }
}
