import Broker
import Testing
import ZeroMQ

@Suite struct JournalFramingTests {
    private static let heading = JournalHeading(
        job: 7, run: "scan-42", key: "17", digest: 0x0123_4567_89AB_CDEF, byteCount: 12,
        acceptedUnixMs: 1_763_769_600_000, annotation: [1, 2, 3])

    static let entries: [JournalEntry] = [
        .accepted(heading), .attempt(job: 7, JournalAttempt(number: 2, worker: "w", reason: "lease lost")),
        .ended(job: 7, .stored), .ended(job: 8, .cancelled),
        .dead(job: 7, evidence: "Fehler: Größe"), .requeued(job: 7),
        .run(JournalRun(name: "scan-42", expected: 500, openedUnixMs: 1, closedUnixMs: nil)),
        .runForgotten(run: ""),
        .carriedJob(heading, attempts: [JournalAttempt(number: 1, worker: "", reason: "")], evidence: nil),
        .carriedJob(heading, attempts: [], evidence: "gone"),
        .remembered(
            run: "r",
            keys: [
                JournalRememberedKey(job: 1, key: "a", annotation: [], digest: 2, ending: .stored),
                JournalRememberedKey(job: 3, key: "b", annotation: [9], digest: 4, ending: .cancelled),
            ]),
        .synced,
    ]

    private static func frame(_ entry: JournalEntry, payload: JournalPayload? = nil) -> [UInt8] {
        var bytes: [UInt8] = []
        JournalFraming.append(
            entry, payload: payload, stamp: JournalFraming.Stamp(sequence: 5, epoch: 0x10203, seed: 99), to: &bytes)
        return bytes
    }

    @Test(arguments: entries)
    func readsWhatItWrote(entry: JournalEntry) {
        let bytes = Self.frame(entry)
        #expect(bytes.count % 8 == 0)
        #expect(bytes.count == JournalFraming.byteCount(of: entry, payloadBytes: 0))
        bytes.withUnsafeBytes { bytes in
            guard case .record(let found) = JournalFraming.read(bytes, at: 0, seed: 99) else {
                Issue.record("not read")
                return
            }
            #expect(found.entry == entry)
            #expect(found.extent.sequence == 5)
            #expect(found.extent.epoch == 0x10203)
            #expect(found.extent.bytes == 0..<bytes.count)
            guard case .nothing = JournalFraming.read(bytes, at: 0, seed: 98) else {
                Issue.record("read under another segment's seed")
                return
            }
        }
    }

    @Test(arguments: entries)
    func noShorterOrFlippedRecordIsRead(entry: JournalEntry) {
        let whole = Self.frame(entry)
        for position in whole.indices {
            var bytes = whole
            bytes[position] ^= 0x10
            bytes.withUnsafeBytes { bytes in
                if case .record(let found) = JournalFraming.read(bytes, at: 0, seed: 99) {
                    // Only the padding is nobody's.
                    #expect(found.entry == entry && position >= found.extent.payload.upperBound)
                }
            }
            whole[..<position].withUnsafeBytes { bytes in
                if case .record(let found) = JournalFraming.read(bytes, at: 0, seed: 99) {
                    #expect(position >= found.extent.payload.upperBound)
                }
            }
        }
    }

    @Test func arbitraryBytesAreNoEntry() {
        var random = SplitMix(state: 3)
        for round in 0..<20_000 {
            let bytes = (0..<(round % 90)).map { _ in UInt8.random(in: 0...255, using: &random) }
            let kind = JournalEntry.Kind(rawValue: UInt8.random(in: 1...12, using: &random)) ?? .synced
            bytes.withUnsafeBytes { _ = JournalEntry(kind: kind, bytes: $0) }
        }
    }

    /// The format on disk does not change by accident.
    ///
    /// Numbers from xxhash 0.8 (Python).
    @Test func goldenRecord() {
        let payload = JournalPayload(frames: [Frame("{\"v\":1}"), Frame([1, 2, 3, 4])])
        #expect(payload.digest == 0x5AB841C8F67DE180)
        let bytes = Self.frame(.ended(job: 0x0807_0605_0403_0201, .stored))
        let hex = bytes.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
        #expect(
            hex == "434c4a520303020108000000000000000500000000000000" + "c1334ce584eda03a" + "0102030405060708"
                + "097a35825138b245")
    }

    @Test func payloadsKeepTheirFrames() throws {
        let frames = [Frame("{}"), Frame([]), Frame([UInt8](repeating: 7, count: 1000))]
        let payload = JournalPayload(frames: frames)
        #expect(payload.byteCount == 1002)
        let bytes = Self.frame(.accepted(Self.heading), payload: payload)
        try bytes.withUnsafeBytes { bytes in
            guard case .record(let found) = JournalFraming.read(bytes, at: 0, seed: 99) else {
                Issue.record("not read")
                return
            }
            let stored = UnsafeRawBufferPointer(rebasing: bytes[found.extent.payload])
            let again = try #require(JournalPayload(stored: stored))
            #expect(again.frames == frames)
            #expect(again.digest == payload.digest)
        }
        // The same bytes in other frames are another job.
        #expect(
            JournalPayload(frames: [Frame("ab"), Frame("c")]).digest
                != JournalPayload(frames: [Frame("a"), Frame("bc")]).digest)
    }

    @Test func aHeaderSurvivesTheLossOfOneCopy() throws {
        let header = JournalSegmentHeader(number: 3, seed: 4, firstSequence: 5, highestJob: 6)
        var page = header.encoded()
        #expect(page.count == JournalSegmentHeader.byteCount)
        page[9] ^= 1
        #expect(page.withUnsafeBytes { JournalSegmentHeader(page: $0) } == header)
        page[2048] ^= 1
        #expect(page.withUnsafeBytes { JournalSegmentHeader(page: $0) } == nil)
    }
}
