import Testing
import ZeroMQ

@Suite struct TimerQueueTests {
    private func time(_ ms: Int64) -> MonotonicTime { MonotonicTime(ns: ms * 1_000_000) }

    /// Fires all that is due and says which.
    private func fire(_ queue: inout TimerQueue, at now: MonotonicTime, _ log: Log) -> [Int] {
        log.numbers = []
        while let body = queue.popDue(now: now) { body() }
        return log.numbers
    }

    private final class Log {
        var numbers: [Int] = []
    }

    @Test func timersFireInOrderOfTheirDeadlines() {
        var queue = TimerQueue()
        let log = Log()
        for ms in [50, 10, 30, 20, 40] {
            _ = queue.schedule(at: time(Int64(ms))) { log.numbers.append(ms) }
        }
        #expect(queue.nextDeadline() == time(10))
        #expect(fire(&queue, at: time(9), log) == [])
        #expect(fire(&queue, at: time(30), log) == [10, 20, 30])
        #expect(fire(&queue, at: time(100), log) == [40, 50])
        #expect(queue.nextDeadline() == nil)
        #expect(queue.count == 0)
    }

    @Test func aPeriodicTimerKeepsItsRhythmAndMakesUpForNothing() {
        var queue = TimerQueue()
        let log = Log()
        let id = queue.schedule(at: time(10), every: .milliseconds(10)) { log.numbers.append(1) }
        #expect(fire(&queue, at: time(10), log) == [1])
        #expect(queue.nextDeadline() == time(20))
        #expect(fire(&queue, at: time(57), log) == [1])
        #expect(queue.nextDeadline() == time(60))
        queue.cancel(id)
        #expect(queue.nextDeadline() == nil)
    }

    @Test func cancelledTimersLeaveNothingBehind() {
        var queue = TimerQueue()
        let log = Log()
        let ids = (0..<10_000).map { number in queue.schedule(at: time(Int64(number))) { log.numbers.append(number) } }
        for id in ids where id != ids[5000] { queue.cancel(id) }
        queue.cancel(ids[0])
        #expect(queue.count == 1)
        #expect(queue.nextDeadline() == time(5000))
        #expect(fire(&queue, at: time(20_000), log) == [5000])
    }

    @Test func manyTimersComeOutSorted() {
        var queue = TimerQueue()
        let log = Log()
        var state: UInt64 = 42
        for _ in 0..<2000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1
            let ms = Int(state >> 50)
            _ = queue.schedule(at: time(Int64(ms))) { log.numbers.append(ms) }
        }
        let fired = fire(&queue, at: time(1 << 20), log)
        #expect(fired.count == 2000)
        #expect(fired == fired.sorted())
    }
}
