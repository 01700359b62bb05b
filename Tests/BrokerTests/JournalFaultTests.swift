import Broker
import Glibc
import Synchronization
import Testing

/// A disk that fails or fills up: what was acknowledged stays, what was not is said to be lost, and work goes on.
@Suite struct JournalFaultTests {
    /// The kinds of operation that fail.
    enum Victim: String, CaseIterable {
        case write, sync, create, rename, syncDirectory

        func matches(_ operation: JournalOperation) -> Bool {
            switch (self, operation) {
            case (.write, .write), (.sync, .sync), (.create, .create), (.rename, .rename),
                (.syncDirectory, .syncDirectory):
                true
            default: false
            }
        }
    }

    /// Commits a history while some operations fail; returns what a journal must hold in the end.
    private static func live(
        _ bench: inout WriterBench, seed: UInt64, count: Int, until isHealthy: (Int) -> Bool
    ) -> (model: JournalModel, failures: Int) {
        var history = JournalHistory(seed: seed, keepsModel: false)
        var random = SplitMix(state: seed)
        var model = JournalModel()
        var written = 0
        var failures = 0
        while written < count || !isHealthy(written) {
            let batch = (0..<Int.random(in: 1...5, using: &random)).map { _ in history.next() }
            written += batch.count
            var lost = Set<Int>()
            var position = 0
            var rest = batch[...]
            while !rest.isEmpty {
                let outcome = bench.writer.commit(rest.map { JournalWriter.Item($0) }[...])
                if outcome.failure != nil {
                    failures += 1
                    for index in position..<(position + outcome.itemCount) where batch[index].isDurable {
                        lost.insert(index)
                    }
                }
                position += outcome.itemCount
                rest = rest.dropFirst(outcome.itemCount)
            }
            // What only rides along is kept by the writer until it can be written.
            for (index, record) in batch.enumerated() where !lost.contains(index) { model.apply(record) }
            if (try? bench.reclaim()) == nil { failures += 1 }
        }
        return (model, failures)
    }

    @Test(arguments: Victim.allCases, [21, 22, 23] as [UInt64])
    func oneFailureCostsOnlyWhatWasReported(victim: Victim, seed: UInt64) throws {
        let directory = try ScratchDirectory()
        let seen = Counter()
        let failedFiles = Mutex<[String]>([])
        let recorder = OperationRecorder(directory: directory, keepsImages: false) { operation, _ in
            guard victim.matches(operation) else { return 0 }
            // Not the first, which opens the journal; then one in nine.
            let count = seen.next()
            guard count > 3, count % 9 == Int(seed % 9) else { return 0 }
            if case .sync(let name) = operation { failedFiles.withLock { $0.append(name) } }
            return victim == .create ? ENOSPC : EIO
        }
        var bench = try WriterBench(directory: directory, recorder: recorder, segmentBytes: 16 << 10, spareSegments: 0)
        let (model, failures) = Self.live(&bench, seed: seed, count: 400) { _ in true }
        if victim == .write || victim == .sync { #expect(failures > 3) }
        var attempts = 0
        while bench.writer.hasUnsynced, attempts < 20 {
            _ = bench.writer.flush()
            attempts += 1
        }
        #expect(!bench.writer.hasUnsynced)

        let recovery = try JournalRecovery(disk: JournalDisk(directory: directory.path, observer: nil))
        #expect(recovery.replay.state.brokenInvariants() == [])
        var found = recovery.replay.contents()
        #expect(found.notices.filter { $0.kind != .tornTail }.map(\.description) == [])
        found.notices = []
        var expected = model.contents
        expected.highestJob = max(expected.highestJob, found.highestJob)
        let difference = found.difference(from: expected)
        #expect(difference == nil, "\(victim), seed \(seed)")
        // A file whose sync failed is never written or synced again.
        let operations = recorder.operations
        for name in failedFiles.withLock({ $0 }) {
            guard let failed = operations.firstIndex(of: .sync(name: name)) else { continue }
            _ = failed
            let last = operations.lastIndex { operation in
                if case .sync(name) = operation { true } else { false }
            }
            let later = operations[((last ?? 0) + 1)...].contains { operation in
                if case .write(name, _) = operation { true } else { false }
            }
            #expect(!later || name.hasSuffix(".spare"), "\(name) was written after its sync had failed")
        }
    }

    @Test func aFullDiskRefusesUntilThereIsSpace() throws {
        let directory = try ScratchDirectory()
        let isFull = Flag()
        let recorder = OperationRecorder(directory: directory, keepsImages: false) { operation, _ in
            if case .create = operation, isFull.value { return ENOSPC }
            return 0
        }
        var bench = try WriterBench(directory: directory, recorder: recorder, segmentBytes: 16 << 10, spareSegments: 0)
        isFull.value = true
        let (model, failures) = Self.live(&bench, seed: 31, count: 300) { written in
            if written > 200 { isFull.value = false }
            return !isFull.value
        }
        #expect(failures > 5)
        #expect(bench.writer.close() == nil)
        let recovery = try JournalRecovery(disk: JournalDisk(directory: directory.path, observer: nil))
        var found = recovery.replay.contents()
        #expect(found.notices == [])
        found.highestJob = model.highestJob
        #expect(found.difference(from: model.contents) == nil)
    }
}

final class Counter: Sendable {
    private let value = Mutex(0)

    func next() -> Int {
        value.withLock {
            $0 += 1
            return $0
        }
    }
}

final class Flag: Sendable {
    private let state = Mutex(false)

    var value: Bool {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}
