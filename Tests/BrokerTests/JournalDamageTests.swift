import Broker
import Testing
import ZeroMQ

/// Damage on the disk costs the records it hits, and never silently.
@Suite struct JournalDamageTests {
    /// A journal's files with the place of every record in them.
    private struct Journalled {
        struct Placed {
            var record: JournalRecord
            var file: String
            var extent: JournalFraming.Extent
        }

        var image: JournalImage
        var records: [Placed]
        /// The last record of all, which says that those before it were synced.
        var lastWord: Range<Int>

        func contents(without lost: Set<Int> = [], damaged: Set<Int> = []) -> JournalContents {
            var model = JournalModel()
            for (number, placed) in records.enumerated() where !lost.contains(number) {
                model.apply(placed.record)
                if damaged.contains(number), case .accepted(let acceptance) = placed.record {
                    model.damage(acceptance.job)
                }
            }
            return model.contents
        }

        /// Which records a range of a file hits: those whose frame it hits, and those of which only the payload.
        func hit(_ file: String, _ range: Range<Int>) -> (lost: Set<Int>, damaged: Set<Int>) {
            var lost: Set<Int> = []
            var damaged: Set<Int> = []
            for (number, placed) in records.enumerated() where placed.file == file {
                let extent = placed.extent
                if range.overlaps(extent.bytes.lowerBound..<extent.payload.lowerBound) {
                    lost.insert(number)
                } else if range.overlaps(extent.payload) {
                    damaged.insert(number)
                }
            }
            return (lost, damaged)
        }
    }

    private static func write(seed: UInt64, count: Int) throws -> Journalled {
        let directory = try ScratchDirectory()
        let recorder = OperationRecorder(directory: directory, keepsImages: false)
        var bench = try WriterBench(directory: directory, recorder: recorder, segmentBytes: 16 << 10)
        var history = JournalHistory(seed: seed)
        var random = SplitMix(state: seed)
        var records: [JournalRecord] = []
        while records.count < count {
            let batch = (0..<Int.random(in: 1...6, using: &random)).map { _ in history.next() }
            records += batch
            #expect(bench.commit(batch).isEmpty)
            if Int.random(in: 0..<5, using: &random) == 0 { bench.writer.mark() }
        }
        #expect(bench.writer.close() == nil)
        let image = recorder.currentImage().filter { $0.key.hasSuffix(".segment") }
        var placed: [Journalled.Placed] = []
        var lastWord = 0..<0
        for (name, bytes) in image.sorted(by: { $0.key < $1.key }) {
            bytes.withUnsafeBytes { bytes in
                guard let header = JournalSegmentHeader(page: bytes) else { return }
                var scanner = JournalScanner(
                    segment: bytes, seed: header.seed, offset: JournalSegmentHeader.byteCount)
                while case .record(let found) = scanner.next() {
                    if found.entry == .synced { lastWord = found.extent.bytes }
                    guard found.entry != .synced, placed.count < records.count else { continue }
                    placed.append(
                        Journalled.Placed(record: records[placed.count], file: name, extent: found.extent))
                }
            }
        }
        #expect(placed.count == records.count)
        return Journalled(image: image, records: placed, lastWord: lastWord)
    }

    private static func recover(_ image: JournalImage, _ bench: ImageBench) throws -> JournalContents {
        let recovery = try bench.recover(image)
        #expect(recovery.replay.state.brokenInvariants() == [])
        return recovery.replay.contents()
    }

    private static func expectCost(
        of damage: (lost: Set<Int>, damaged: Set<Int>), in journal: Journalled, found: JournalContents,
        _ comment: String
    ) {
        var plain = found
        plain.notices = []
        var expected = journal.contents(without: damage.lost, damaged: damage.damaged)
        // The segments' headers know of jobs that nothing else speaks of any longer.
        expected.highestJob = max(expected.highestJob, plain.highestJob)
        #expect(plain.difference(from: expected) == nil, "\(comment): \(found.notices)")
        #expect((damage.lost.isEmpty && damage.damaged.isEmpty) || !found.notices.isEmpty, "\(comment): in silence")
        let lost = found.notices.reduce(0) { $0 + $1.lostRecords }
        #expect(lost >= damage.lost.count, "\(comment): \(found.notices)")
    }

    @Test(arguments: [11, 12] as [UInt64])
    func aFlippedBitAnywhereCostsAtMostItsRecord(seed: UInt64) throws {
        let journal = try Self.write(seed: seed, count: 120)
        let bench = try ImageBench()
        var random = SplitMix(state: seed)
        let files = journal.image.keys.sorted()
        for round in 0..<1500 {
            // Half of them where records are, since much of a segment may be payload or zeros.
            let file: String
            let position: Int
            if round % 2 == 0, let placed = journal.records.randomElement(using: &random) {
                file = placed.file
                position = Int.random(
                    in: placed.extent.bytes.lowerBound..<placed.extent.payload.lowerBound, using: &random)
            } else {
                file = files.randomElement(using: &random) ?? ""
                position = Int.random(in: 0..<(journal.image[file]?.count ?? 1), using: &random)
            }
            var image = journal.image
            image[file]?[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            let found = try Self.recover(image, bench)
            Self.expectCost(
                of: journal.hit(file, position..<(position + 1)), in: journal, found: found,
                "seed \(seed): \(file) byte \(position)")
        }
    }

    @Test(arguments: [13, 14] as [UInt64])
    func lostSectorsCostTheRecordsInThem(seed: UInt64) throws {
        let journal = try Self.write(seed: seed, count: 160)
        let bench = try ImageBench()
        var random = SplitMix(state: seed)
        let newest = journal.image.keys.max()
        for (file, bytes) in journal.image {
            for start in stride(from: 0, to: bytes.count, by: 512) {
                let range = start..<min(start + 512, bytes.count)
                // With the last batch goes the word that it was synced: that looks like a write cut off, and is one
                // case in which damage may cost a batch.
                if file == newest, range.overlaps(journal.lastWord) { continue }
                for isZero in [true, false] {
                    let sector = range.map { _ in isZero ? 0 : UInt8.random(in: 0...255, using: &random) }
                    // The sector may have held nothing else; bytes that are as they were are no damage.
                    guard sector != [UInt8](bytes[range]) else { continue }
                    var image = journal.image
                    image[file]?.replaceSubrange(range, with: sector)
                    let found = try Self.recover(image, bench)
                    var hit = journal.hit(file, range)
                    hit.damaged = hit.damaged.filter { number in
                        let payload = journal.records[number].extent.payload.clamped(to: range)
                        return [UInt8](bytes[payload]) != (image[file].map { [UInt8]($0[payload]) } ?? [])
                    }
                    Self.expectCost(of: hit, in: journal, found: found, "seed \(seed): \(file) sector \(start)")
                }
            }
        }
    }

    @Test func aLostSegmentCostsItsRecords() throws {
        let journal = try Self.write(seed: 15, count: 160)
        #expect(journal.image.count >= 3)
        let bench = try ImageBench()
        for file in journal.image.keys.sorted().dropFirst().dropLast() {
            let lost = Set(journal.records.indices.filter { journal.records[$0].file == file })
            var image = journal.image
            image[file] = nil
            let missing = try Self.recover(image, bench)
            Self.expectCost(of: (lost, []), in: journal, found: missing, "\(file) is missing")
            #expect(missing.notices.contains { $0.kind == .missingSegment && $0.file == file })
            // Both copies of the header are gone: the file is put aside.
            image[file] = journal.image[file].map { [UInt8](repeating: 0, count: 4096) + $0.dropFirst(4096) }
            let headless = try Self.recover(image, bench)
            Self.expectCost(of: (lost, []), in: journal, found: headless, "\(file) has no header")
            #expect(headless.notices.contains { $0.kind == .unreadableSegment && $0.file == file })
        }
    }

    @Test func aClientCannotForgeRecords() throws {
        // A payload full of whole records of another journal, and of this one under another seed.
        let foreign = try Self.write(seed: 16, count: 60)
        let bytes = foreign.image.values.reduce([], +)
        let directory = try ScratchDirectory()
        let recorder = OperationRecorder(directory: directory, keepsImages: false)
        var bench = try WriterBench(directory: directory, recorder: recorder, segmentBytes: 128 << 10)
        let records = (1...4).map { job in
            JournalRecord.accepted(
                JournalAcceptance(
                    job: UInt64(job), run: "r", key: "\(job)", acceptedUnixMs: 0,
                    payload: JournalPayload(frames: [Frame("{}"), Frame([UInt8](bytes.prefix(20_000)))])))
        }
        #expect(bench.commit(records).isEmpty)
        #expect(bench.writer.close() == nil)
        // Damage to the second job's frame makes recovery search through its payload.
        var image = recorder.currentImage().filter { $0.key.hasSuffix(".segment") }
        let name = try #require(image.keys.first)
        let second =
            4096
            + (image[name]?.withUnsafeBytes { bytes -> Int in
                guard let header = JournalSegmentHeader(page: bytes),
                    case .record(let found) = JournalFraming.read(bytes, at: 4096, seed: header.seed)
                else { return 0 }
                return found.extent.bytes.count
            } ?? 0)
        image[name]?[second] ^= 1
        let found = try Self.recover(image, ImageBench())
        #expect(found.jobs.map(\.job) == [1, 3, 4])
        #expect(found.notices.map(\.lostRecords) == [1])
    }
}
