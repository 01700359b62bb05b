import Broker
import Testing

/// A long life with small payloads: the journal's index against the plainest model.
@Suite struct JournalModelTests {
    #if DEBUG
        private static let recordCount = 60_000
    #else
        private static let recordCount = 1_000_000
    #endif

    @Test(arguments: [41] as [UInt64])
    func aLongLifeIsRecoveredAsItWas(seed: UInt64) throws {
        let directory = try ScratchDirectory()
        let recorder = OperationRecorder(directory: directory, keepsImages: false)
        var bench = try WriterBench(directory: directory, recorder: recorder, segmentBytes: 1 << 20, spareSegments: 2)
        var history = JournalHistory(seed: seed, payloadBytes: 0..<40)
        var count = 0
        while count < Self.recordCount {
            let batch = (0..<1000).map { _ in history.next() }
            count += batch.count
            #expect(bench.commit(batch).isEmpty)
            try bench.reclaim()
        }
        #expect(bench.writer.close() == nil)
        let names = try directory.names()
        #expect(names.filter { $0.hasSuffix(".spare") }.count <= 2)

        let recovery = try JournalRecovery(disk: JournalDisk(directory: directory.path, observer: nil))
        #expect(recovery.replay.state.brokenInvariants() == [])
        let found = recovery.replay.contents()
        let difference = found.difference(from: history.model.contents)
        #expect(difference == nil)
        // What was carried forward lies close together: at most about half of the disk is garbage.
        let used = recovery.segments.reduce(0) { $0 + $1.usedBytes }
        let needed = recovery.replay.state.usage.values.reduce(0) { $0 + $1.neededBytes }
        #expect(used < 2 * needed + 4 << 20)
    }
}
