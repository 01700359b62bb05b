import Broker
import Testing

/// A healthy share of a million random events; the seeds are the schedule, so that a failure can be replayed.
@Suite struct QueueSimulationTests {
    #if DEBUG
        static let stepsPerSeed = 6_000
    #else
        static let stepsPerSeed = 60_000
    #endif

    @Test(arguments: UInt64(1)...12)
    func everyAcceptedJobEndsOnceWhateverHappens(seed: UInt64) throws {
        var simulation = QueueSimulation(seed: seed)
        for step in 0..<Self.stepsPerSeed {
            simulation.step(withFaults: true)
            if step % 40 == 0 { try simulation.queue.checkInvariants() }
            try #require(simulation.broken.isEmpty, "seed \(seed), step \(step): \(simulation.broken)")
        }
        try simulation.queue.checkInvariants()
        let taken = simulation.settle(within: 200_000)
        try simulation.queue.checkInvariants()
        try #require(taken != nil, "seed \(seed): \(simulation.queue.unfinished) jobs never ended")
        #expect(simulation.verdict().isEmpty, "seed \(seed)")
        #expect(simulation.acknowledged.count > Self.stepsPerSeed / 40)
        #expect(!simulation.store.isEmpty)
        #expect(simulation.ttlMs.keys.contains { simulation.store.contains($0) })
    }
}
