import ChannelAccess
import Testing

@Suite
struct PutScheduleTests {
    private let start = ContinuousClock.now
    private let interval: Duration = .milliseconds(100)

    private func after(_ ms: Int) -> ContinuousClock.Instant { start + .milliseconds(ms) }

    /// One connected variable whose first value was put at the start and taken.
    private func running() -> PutSchedule {
        var schedule = PutSchedule()
        schedule.set("Done", .number(1), every: interval)
        schedule.connected(0)
        _ = schedule.takeDue(at: start)
        schedule.answered(0)
        return schedule
    }

    @Test("nothing is put where there is no IOC, and the last value when there is one")
    func connection() {
        var schedule = PutSchedule()
        #expect(schedule.set("Done", .number(1), every: interval) == 0)
        #expect(schedule.set("Done", .number(2), every: interval) == nil)
        #expect(schedule.takeDue(at: start).isEmpty)
        #expect(schedule.isSettled)
        schedule.connected(0)
        #expect(!schedule.isSettled)
        #expect(schedule.takeDue(at: start).map(\.value) == [.number(2)])
    }

    @Test("a value goes out at once, the next not before its time, and then the latest")
    func pace() {
        var schedule = running()
        for done in 2...50 { schedule.set("Done", .number(Double(done)), every: interval) }
        #expect(schedule.takeDue(at: after(99)).isEmpty)
        #expect(schedule.takeDue(at: after(100)).map(\.value) == [.number(50)])
        schedule.answered(0)
        #expect(schedule.takeDue(at: after(1000)).isEmpty)
        #expect(schedule.isSettled)
    }

    @Test("a slow IOC has one value under way, however many come")
    func slow() {
        var schedule = running()
        schedule.set("Done", .number(2), every: interval)
        #expect(schedule.takeDue(at: after(100)).count == 1)
        for done in 3...1000 {
            schedule.set("Done", .number(Double(done)), every: interval)
            #expect(schedule.takeDue(at: after(100 * done)).isEmpty)
        }
        #expect(!schedule.isSettled)
        schedule.answered(0)
        #expect(schedule.takeDue(at: after(200_000)).map(\.value) == [.number(1000)])
    }

    @Test("an IOC that comes back gets the last value again, at once")
    func reconnection() {
        var schedule = running()
        schedule.set("Done", .number(2), every: interval)
        _ = schedule.takeDue(at: after(100))
        schedule.disconnected(0)
        #expect(schedule.isSettled)
        #expect(schedule.takeDue(at: after(5000)).isEmpty)
        schedule.connected(0)
        #expect(schedule.takeDue(at: after(5001)).map(\.value) == [.number(2)])
    }

    @Test("a value that is there already is not put again, not a number neither")
    func unchanged() {
        var schedule = running()
        schedule.set("Done", .number(1), every: interval)
        #expect(schedule.takeDue(at: after(200)).isEmpty)
        schedule.set("Done", .number(.nan), every: interval)
        #expect(schedule.takeDue(at: after(400)).count == 1)
        schedule.answered(0)
        schedule.set("Done", .number(.nan), every: interval)
        #expect(schedule.takeDue(at: after(600)).isEmpty)
    }

    @Test("variables are put in the order in which they were first set")
    func order() {
        var schedule = PutSchedule()
        for name in ["Done", "Total", "Time"] { schedule.set(name, .number(0), every: interval) }
        for index in [2, 0, 1] { schedule.connected(index) }
        #expect(schedule.takeDue(at: start).map(\.index) == [0, 1, 2])
        #expect(schedule.connectedCount == 3)
    }
}
