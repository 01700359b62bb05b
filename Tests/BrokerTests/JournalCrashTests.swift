import Broker
import Testing

/// What is on disk after a crash at every instant that a disk knows, and what a journal makes of it.
@Suite struct JournalCrashTests {
    /// A recorded life of a journal, with what it must hold after each record.
    private struct Life {
        var steps: [OperationRecorder.Step]
        var last: JournalImage
        var records: [JournalRecord]
        /// `prefixes[n]`: after n records.
        var prefixes: [JournalContents]
        /// Records on stable storage, by step.
        var synced: [Int]

        /// The files just after a step.
        func after(_ step: Int) -> JournalImage { step + 1 < steps.count ? steps[step + 1].before : last }
    }

    private static let segmentBytes = 16 << 10

    /// A few hundred records of all kinds in small segments, in batches of one to four.
    private static func live(seed: UInt64, count: Int) throws -> Life {
        let directory = try ScratchDirectory()
        let recorder = OperationRecorder(directory: directory)
        var bench = try WriterBench(directory: directory, recorder: recorder, segmentBytes: segmentBytes)
        var random = SplitMix(state: seed ^ 77)
        var history = JournalHistory(seed: seed)
        var records: [JournalRecord] = []
        var prefixes = [plain(history.model)]
        // The note counts what was on stable storage (upper half) and what was appended (lower half).
        var syncedCount = 0
        while records.count < count {
            let batch = (0..<Int.random(in: 1...4, using: &random)).map { _ in
                let record = history.next()
                prefixes.append(plain(history.model))
                return record
            }
            let before = records.count
            records += batch
            recorder.note = syncedCount << 32 | before
            #expect(bench.commit(batch).isEmpty)
            // What follows the last durable record of a batch may have gone into the next segment, and rides along there.
            if let last = batch.lastIndex(where: \.isDurable) { syncedCount = before + last + 1 }
            recorder.note = syncedCount << 32 | records.count
            switch Int.random(in: 0..<12, using: &random) {
            case 0:
                #expect(bench.writer.flush() == nil)
                syncedCount = records.count
                recorder.note = syncedCount << 32 | records.count
            case 1: bench.writer.mark()
            case 2...6: try bench.reclaim()
            default: break
            }
        }
        return Life(
            steps: recorder.steps, last: recorder.currentImage(), records: records, prefixes: prefixes,
            synced: recorder.steps.map { $0.note >> 32 })
    }

    private static func plain(_ model: JournalModel) -> JournalContents {
        var contents = model.contents
        contents.highestJob = 0
        return contents
    }

    private static func contents(_ image: JournalImage, _ bench: ImageBench) throws -> JournalContents {
        let recovery = try bench.recover(image.filter { $0.key.hasSuffix(".segment") })
        #expect(recovery.replay.state.brokenInvariants() == [])
        var contents = recovery.replay.contents()
        let notices = contents.notices.filter(\.wasSynced)
        #expect(notices.map(\.description) == [])
        contents.notices = []
        // A number that was on its way when the power went is not given again.
        contents.highestJob = 0
        return contents
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func aCutAtEveryRecordBoundaryLeavesAPrefixWithAllThatWasAcknowledged(seed: UInt64) throws {
        let life = try Self.live(seed: seed, count: 300)
        let bench = try ImageBench()
        var random = SplitMix(state: seed)
        var cuts = 0
        var kinds = Set<String>()
        for (number, step) in life.steps.enumerated() {
            switch step.operation {
            case .rename(_, let name): kinds.insert(name.hasSuffix(".spare") ? "recycle" : "open")
            case .remove: kinds.insert("remove")
            default: break
            }
            // What earlier commits wrote survives the end of the process; this one's records come one by one.
            let written = step.note & 0xFFFF_FFFF
            guard case .write(let name, let range) = step.operation, name.hasSuffix(".segment"),
                let before = step.before[name], let after = life.after(number)[name]
            else {
                let found = try Self.contents(step.before, bench)
                let isPrefix = life.prefixes[written...].prefix(5).contains(found)
                try #require(
                    isPrefix, "before \(step.operation): \(found.difference(from: life.prefixes[written]) ?? "")")
                continue
            }
            let upTo = min(written + 4, life.records.count)
            for cut in Self.cuts(of: after, in: range, &random) {
                var image = step.before
                image[name] = [UInt8](after[..<cut] + before[cut...])
                let found = try Self.contents(image, bench)
                let prefix = (written...upTo).first { life.prefixes[$0] == found }
                try #require(
                    prefix != nil,
                    "seed \(seed): \(step.operation) cut at \(cut) is no prefix from \(written) on: \(found.difference(from: life.prefixes[written]) ?? "")"
                )
                cuts += 1
            }
        }
        #expect(cuts > 1000)
        #expect(kinds.isSuperset(of: ["recycle", "open"]), "segments were opened, emptied and dropped")
    }

    /// Every record's end, and three places inside it.
    private static func cuts(of segment: [UInt8], in range: Range<Int>, _ random: inout SplitMix) -> [Int] {
        var cuts = [range.lowerBound]
        segment.withUnsafeBytes { bytes in
            guard let header = JournalSegmentHeader(page: bytes) else { return }
            var offset = range.lowerBound
            while offset < range.upperBound,
                case .record(let found) = JournalFraming.read(bytes, at: offset, seed: header.seed)
            {
                for _ in 0..<3 { cuts.append(Int.random(in: found.extent.bytes, using: &random)) }
                offset = found.extent.bytes.upperBound
                cuts.append(offset)
            }
        }
        return cuts
    }

    /// The power goes: of what was not synced, any sectors may have reached the disk, in files and in the directory.
    @Test(arguments: [4, 5, 6, 101, 111, 121] as [UInt64])
    func nothingAcknowledgedIsLostWithThePower(seed: UInt64) throws {
        let life = try Self.live(seed: seed, count: 300)
        let bench = try ImageBench()
        var random = SplitMix(state: seed)
        var disk = PowerlessDisk()
        var images = 0
        for (number, step) in life.steps.enumerated() {
            disk.see(step.before)
            for _ in 0..<3 {
                let image = disk.imageAfterPowerLoss(&random)
                let recovery = try bench.recover(image.filter { $0.key.hasSuffix(".segment") })
                #expect(recovery.replay.state.brokenInvariants() == [])
                var found = recovery.replay.contents()
                let notices = found.notices
                found.notices = []
                found.highestJob = 0
                #expect(
                    notices.allSatisfy { !$0.wasSynced }, "seed \(seed), step \(number): damage to what was synced")
                let synced = life.synced[number]
                let inFlight = life.records[synced..<min((step.note & 0xFFFF_FFFF) + 4, life.records.count)]
                let isPossible = Self.isPossible(
                    found, after: life.records[..<synced], inFlight: [JournalRecord](inFlight))
                try #require(
                    isPossible,
                    "seed \(seed), step \(number), \(inFlight.count) in flight: \(step.operation): \(notices): \(found.difference(from: life.prefixes[synced]) ?? "")"
                )
                images += 1
            }
            disk.perform(step.operation, after: life.after(number))
        }
        #expect(images > 800)
    }

    /// Whether the contents are those of the synced records and of some of those in flight, in their order.
    private static func isPossible(
        _ found: JournalContents, after synced: ArraySlice<JournalRecord>, inFlight: [JournalRecord]
    ) -> Bool {
        var base = JournalModel()
        synced.forEach { base.apply($0) }
        // Most of the time all or none or a prefix; every choice only when none of these fits.
        let prefixes = (0...inFlight.count).map { (1 << $0) - 1 }
        for choice in prefixes + [Int](0..<(1 << min(inFlight.count, 16))) {
            var model = base
            for (position, record) in inFlight.enumerated() where choice >> position & 1 == 1 { model.apply(record) }
            var expected = model.contents
            expected.highestJob = 0
            if expected == found { return true }
        }
        return false
    }

    /// A journal goes on from wherever it was left, and the next crash finds both lives.
    @Test(arguments: [7, 8] as [UInt64])
    func goesOnAfterACrashAndCrashesAgain(seed: UInt64) throws {
        let life = try Self.live(seed: seed, count: 200)
        var random = SplitMix(state: seed)
        for number in stride(from: 0, to: life.steps.count, by: 7) {
            let directory = try ScratchDirectory()
            for (name, bytes) in life.steps[number].before { try directory.write(bytes, to: name) }
            let recorder = OperationRecorder(directory: directory, keepsImages: false)
            var bench = try WriterBench(directory: directory, recorder: recorder, segmentBytes: Self.segmentBytes)
            let written = life.steps[number].note & 0xFFFF_FFFF
            // Everything that was in flight is said again, as clients do; then life goes on to its end.
            let rest = [JournalRecord](life.records[written...])
            var position = 0
            while position < rest.count {
                let count = min(Int.random(in: 1...9, using: &random), rest.count - position)
                #expect(bench.commit([JournalRecord](rest[position..<(position + count)])).isEmpty)
                try bench.reclaim()
                position += count
            }
            let again = try JournalRecovery(disk: JournalDisk(directory: directory.path, observer: nil))
            #expect(again.replay.state.brokenInvariants() == [])
            var contents = again.replay.contents()
            contents.highestJob = 0
            let difference = contents.difference(from: life.prefixes[life.records.count])
            try #require(
                difference == nil,
                "seed \(seed), step \(number), \(written) written: \(life.records[written..<(written + 4)].map(\.entry))"
            )
        }
    }
}

/// Files and names as they are and as they are certain to be after the power went.
private struct PowerlessDisk {
    private struct Content {
        var current: [UInt8]
        var durable: [UInt8]
    }

    private var contents: [Int: Content] = [:]
    private var names: [String: Int] = [:]
    private var durableNames: [String: Int] = [:]
    private var next = 0

    mutating func see(_ image: JournalImage) {
        for (name, bytes) in image {
            if let file = names[name] {
                contents[file]?.current = bytes
            } else {
                names[name] = next
                contents[next] = Content(current: bytes, durable: bytes)
                next += 1
            }
        }
    }

    mutating func perform(_ operation: JournalOperation, after image: JournalImage) {
        switch operation {
        case .sync(let name), .cut(let name, _):
            guard let file = names[name], let content = contents[file] else { return }
            contents[file]?.durable = content.current
        case .rename(let from, let to):
            names[to] = names.removeValue(forKey: from)
        case .remove(let name):
            names[name] = nil
        case .syncDirectory:
            durableNames = names
        case .create, .write:
            break
        }
    }

    func imageAfterPowerLoss(_ random: inout SplitMix) -> JournalImage {
        let directory = Bool.random(using: &random) ? names : durableNames
        let shares: [Double] = [0, 0.3, 0.7, 1]
        let share = shares.randomElement(using: &random) ?? 0
        return directory.compactMapValues { (file: Int) -> [UInt8]? in
            contents[file].map { (content: Content) -> [UInt8] in
                guard content.current.count == content.durable.count else { return content.current }
                var bytes = content.durable
                for sector in stride(from: 0, to: bytes.count, by: 512) {
                    let range = sector..<min(sector + 512, bytes.count)
                    let isWritten = Double.random(in: 0..<1, using: &random) < share
                    if isWritten { bytes.replaceSubrange(range, with: content.current[range]) }
                }
                return bytes
            }
        }
    }
}
