import Client
import Testing
import ZeroMQ

struct SubmitWindowTests {
    private let now = MonotonicTime(ns: 0)

    @Test func ticketsGoInOrderWithinTheCredit() {
        var window = SubmitWindow(limit: 100, credit: 3)
        (1...5).forEach { window.append($0) }
        #expect((1...4).map { _ in window.next(at: now) } == [1, 2, 3, nil])
        window.answered(2)
        #expect(window.next(at: now) == 4)
        window.grant(10)
        #expect(window.next(at: now) == 5)
        #expect(window.next(at: now) == nil)
        #expect(!window.isEmpty)
    }

    @Test func oneGoesEvenWithoutCredit() {
        var window = SubmitWindow(limit: 100, credit: 0)
        (1...2).forEach { window.append($0) }
        #expect(window.next(at: now) == 1)
        #expect(window.next(at: now) == nil)
    }

    @Test func aLostConnectionPutsEverythingBackInOrder() {
        var window = SubmitWindow(limit: 100, credit: 4)
        (1...6).forEach { window.append($0) }
        for _ in 1...4 { _ = window.next(at: now) }
        window.answered(3)
        window.connectionLost()
        #expect(window.inFlightCount == 0 && window.waitingCount == 5)
        #expect((1...4).map { _ in window.next(at: now) } == [1, 2, 4, 5])
    }

    @Test func arefusalForNowPausesAllAndGoesFirstAfterwards() {
        var window = SubmitWindow(limit: 100, credit: 2)
        (1...3).forEach { window.append($0) }
        #expect(window.next(at: now) == 1 && window.next(at: now) == 2)
        window.postponed(1, until: MonotonicTime(ns: 100))
        #expect(window.next(at: MonotonicTime(ns: 99)) == nil)
        #expect(window.next(at: MonotonicTime(ns: 100)) == 1)
        #expect(window.next(at: MonotonicTime(ns: 100)) == nil)
    }

    @Test func manyTicketsLeaveNothingBehind() {
        var window = SubmitWindow(limit: 64, credit: 64)
        var sent: [Int] = []
        for ticket in 1...10_000 {
            window.append(ticket)
            if let next = window.next(at: now) {
                sent.append(next)
                window.answered(next)
            }
        }
        #expect(sent == Array(1...10_000) && window.isEmpty)
    }
}
