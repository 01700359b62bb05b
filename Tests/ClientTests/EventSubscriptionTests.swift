import Client
import ClusterProtocol
import Foundation
import Testing

/// Subscriptions over real sockets.
@Suite(.timeLimit(.minutes(2)))
struct EventSubscriptionTests {
    private func result(_ n: Int, run: Name = "r") -> ResultEvent {
        ResultEvent(n: n, id: JobID(run: run, job: Name(seq: n)), index: 0, row: Array("{}".utf8))
    }

    private func progress(_ n: Int, spectra: Int) -> Event {
        var event = ProgressEvent(n: n, epoch: "e", run: "r", timeMs: 0)
        event.spectra = spectra
        return .progress(event)
    }

    /// Publishes until the subscriber has shown that it listens.
    private func subscribe(_ broker: FakeBroker, _ client: Client, _ interest: EventSubscription.Interest)
        async throws -> AsyncStream<Event>.Iterator
    {
        var iterator = try await client.events(interest).makeAsyncIterator()
        let knocking = Task {
            var n = 1
            while !Task.isCancelled {
                try await broker.publish(progress(n, spectra: 0))
                n += 1
                try await Task.sleep(for: .milliseconds(5))
            }
        }
        _ = await iterator.next()
        knocking.cancel()
        _ = try? await knocking.value
        return iterator
    }

    private func nextResult(_ iterator: inout AsyncStream<Event>.Iterator) async -> Int? {
        while let event = await iterator.next() {
            if case .result(let result) = event { return result.n }
        }
        return nil
    }

    @Test func whatTheSocketDropsIsFetchedBySnapshot() async throws {
        let broker = try FakeBroker()
        await broker.serve()
        let client = try Client(broker: broker.address)
        await broker.store((1...2500).map { result($0) })
        var iterator = try await subscribe(broker, client, .init(run: "r", results: .fromTheBeginning))
        try await broker.publish(.result(result(1)))
        try await broker.publish(.result(result(2500)))
        for n in 1...2500 { #expect(await nextResult(&iterator) == n) }
        await broker.store([result(2501)])
        try await broker.publish(.result(result(2501)))
        #expect(await nextResult(&iterator) == 2501)
        await client.close()
        await broker.stop()
    }

    @Test func aSlowListenerMissesNothing() async throws {
        let broker = try FakeBroker()
        await broker.serve()
        let client = try Client(broker: broker.address)
        var iterator = try await subscribe(broker, client, .init(run: "r", results: .fromTheBeginning))
        let count = 12_000
        await broker.store((1...count).map { result($0) })
        for n in 1...count { try await broker.publish(.result(result(n))) }
        try await broker.publish(progress(1_000_000, spectra: count))
        for n in 1...count {
            let next = await nextResult(&iterator)
            guard next == n else {
                Issue.record("\(next ?? -1) instead of \(n)")
                break
            }
        }
        await client.close()
        await broker.stop()
    }

    @Test func otherRunsAndThePulseAreNotDelivered() async throws {
        let broker = try FakeBroker()
        await broker.serve()
        let client = try Client(broker: broker.address)
        var iterator = try await subscribe(broker, client, .init(run: "r", results: .fromNow))
        try await broker.publish(.result(result(1, run: "r2")))
        try await broker.publish(
            .cluster(
                ClusterEvent(n: 1, epoch: "e", broker: .up, workers: 1, queued: 0, leased: 0, computed: 0, timeMs: 0)))
        try await broker.publish(.result(result(1)))
        while let event = await iterator.next() {
            if case .progress = event { continue }
            #expect(event == .result(result(1)))
            break
        }
        await client.close()
        #expect(await nextResult(&iterator) == nil)
        await broker.stop()
    }
}
