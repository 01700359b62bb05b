import ClusterProtocol
import Collector
import Foundation
import GRDB
import Testing

/// The promises of the store: exactly once, whole or not at all, and the same numbers after a restart.
struct StoreTests {
    private let directory = TemporaryDirectory()

    private func letter(_ id: JobID, diedMs: Int) -> DeadLetter {
        DeadLetter(id: id, attempts: 5, error: "worker killed", workers: ["w1", "w2"], diedMs: diedMs)
    }

    @Test func aRedeliveryLeavesOneRowAndNoSecondNumber() async throws {
        let store = try directory.store()
        let first = try await store.commit([.job(.sample("a")), .job(.sample("b"))], nowMs: 1)
        let again = try await store.commit([.job(.sample("b")), .job(.sample("a")), .job(.sample("c"))], nowMs: 2)
        #expect(first == [.stored(firstNumber: 1), .stored(firstNumber: 2)])
        #expect(again == [.alreadyStored, .alreadyStored, .stored(firstNumber: 3)])
        let spectra = try await directory.reader().spectra(run: "scan")
        #expect(spectra.map(\.id.job) == ["a", "b", "c"])
        #expect(spectra.map(\.n) == [1, 2, 3])
    }

    @Test func aJobTwiceInOneBatchIsStoredOnce() async throws {
        let store = try directory.store()
        let outcomes = try await store.commit([.job(.sample("a")), .job(.sample("a"))], nowMs: 1)
        #expect(outcomes == [.stored(firstNumber: 1), .alreadyStored])
    }

    @Test func aWorkersSecondAnswerDoesNotReplaceTheFirst() async throws {
        let store = try directory.store()
        _ = try await store.commit([.job(.sample("a", rows: [#"{"shift_eV":1}"#]))], nowMs: 1)
        let outcomes = try await store.commit([.job(.sample("a", rows: [#"{"shift_eV":2}"#], attempt: 2))], nowMs: 2)
        #expect(outcomes == [.alreadyStored])
        let rows = try await directory.reader().spectra(of: JobID(run: "scan", job: "a"))?.map(\.row)
        #expect(rows == [#"{"shift_eV":1}"#])
    }

    @Test(arguments: [Data([9, 9]), Data()])
    func otherBytesUnderAStoredKeyAreRefusedInWords(frame: Data) async throws {
        let store = try directory.store()
        _ = try await store.commit([.job(.sample("a"))], nowMs: 1)
        let outcomes = try await store.commit([.job(.sample("a", frames: [frame]))], nowMs: 2)
        guard case .refused(let reason) = outcomes.first else {
            Issue.record("stored: \(outcomes)")
            return
        }
        #expect(reason.contains("scan") && reason.contains("a"))
        #expect(try await directory.reader().spectra(run: "scan").count == 1)
    }

    @Test func aStackHasARowForEachSpectrumAndNumbersFollowEachOther() async throws {
        let store = try directory.store()
        let rows = (0..<5).map { #"{"shift_eV":\#($0)}"# }
        let outcomes = try await store.commit(
            [.job(.sample("a")), .job(.sample("stack", rows: rows)), .job(.sample("z"))], nowMs: 1)
        #expect(outcomes == [.stored(firstNumber: 1), .stored(firstNumber: 2), .stored(firstNumber: 7)])
        let spectra = try await directory.reader().spectra(run: "scan", after: 1, limit: 5)
        #expect(spectra.map(\.index) == [0, 1, 2, 3, 4])
        #expect(spectra.map(\.n) == [2, 3, 4, 5, 6])
        #expect(spectra.map(\.row) == rows)
    }

    @Test func listsAreInTheOrderOfTheJobsAndNotOfTheirResults() async throws {
        let store = try directory.store()
        func job(_ key: String, seq: Int?, acceptedMs: Int, rows: Int = 1) -> StoreChange {
            var job = DeliveredJob.sample(key, rows: [String](repeating: "{}", count: rows), acceptedMs: acceptedMs)
            job.seq = seq
            return .job(job)
        }
        // A stack that is a page by itself among them.
        _ = try await store.commit(
            [
                job("late", seq: nil, acceptedMs: 9), job("10", seq: 10, acceptedMs: 5),
                job("b", seq: nil, acceptedMs: 7),
                job("2", seq: 2, acceptedMs: 6, rows: 1500), job("a", seq: nil, acceptedMs: 7),
                job("other", seq: 1, acceptedMs: 1),
            ], nowMs: 1)
        var listed: [(job: Name, index: Int)] = []
        try await directory.reader().forEachPage(of: "scan") { listed += $0.map { ($0.id.job, $0.index) } }
        #expect(listed.filter { $0.index == 0 }.map(\.job) == ["other", "2", "10", "a", "b", "late"])
        #expect(listed.filter { $0.job == "2" }.map(\.index) == Array(0..<1500))
    }

    @Test func numbersGoOnAfterARestartAndTheEpochGrows() async throws {
        var store = try directory.store(nowMs: 1_000)
        #expect(store.epoch == 1_000)
        _ = try await store.commit([.job(.sample("a")), .job(.sample("x", run: "other"))], nowMs: 1)
        try await store.close()
        // A clock that was set back does not repeat an epoch.
        store = try directory.store(nowMs: 500)
        #expect(store.epoch == 1_001)
        let outcomes = try await store.commit(
            [.job(.sample("a")), .job(.sample("b")), .job(.sample("y", run: "other"))], nowMs: 2)
        #expect(outcomes == [.alreadyStored, .stored(firstNumber: 2), .stored(firstNumber: 2)])
        let runs = try await directory.reader().runs()
        #expect(runs.map(\.name) == ["scan", "other"])
        #expect(runs.map(\.jobs) == [2, 2])
        #expect(runs.map(\.spectra) == [2, 2])
    }

    @Test func namesThatOnlyLookAlikeAreTwo() async throws {
        let store = try directory.store()
        let outcomes = try await store.commit(
            [.job(.sample("1", run: "Ångström")), .job(.sample("1", run: "A\u{30A}ngstro\u{308}m"))], nowMs: 1)
        #expect(outcomes == [.stored(firstNumber: 1), .stored(firstNumber: 1)])
        #expect(try await directory.reader().runs().count == 2)
    }

    @Test func aBatchIsWholeOrNotThere() async throws {
        let store = try directory.store()
        let reader = try directory.reader()
        let faulty = try DatabaseQueue(path: store.path)
        // A fault in the middle of a batch, as a failing disk would make it.
        try await faulty.write { db in
            try db.execute(
                sql: """
                    CREATE TRIGGER fault BEFORE INSERT ON frame
                    WHEN (SELECT job FROM job WHERE id = NEW.job_id) = 'c' BEGIN SELECT RAISE(ABORT, 'fault'); END
                    """)
        }
        let batch: [StoreChange] = ["a", "b", "c", "d"].map { .job(.sample($0)) }
        await #expect(throws: StoreError.self) { _ = try await store.commit(batch, nowMs: 1) }
        #expect(try await reader.spectra(run: "scan").isEmpty)
        #expect(try await reader.runs().isEmpty)
        try await faulty.write { try $0.execute(sql: "DROP TRIGGER fault") }
        let outcomes = try await store.commit(batch, nowMs: 1)
        #expect(outcomes == (1...4).map { .stored(firstNumber: $0) })
    }

    @Test func aFullDiskIsRetriableAndNothingOfTheBatchStays() async throws {
        let store = try directory.store()
        try await store.limit(bytes: 1)
        let batch: [StoreChange] = (0..<40).map { .job(.sample("\($0)", frames: [Data(count: 9_000)])) }
        await #expect {
            _ = try await store.commit(batch, nowMs: 1)
        } throws: {
            guard case .full? = $0 as? StoreError else { return false }
            return ($0 as? StoreError)?.isRetriable == true && "\($0)".contains("no space left")
        }
        #expect(try await directory.reader().spectra(run: "scan").isEmpty)
        try await store.limit(bytes: nil)
        #expect(try await store.commit(batch, nowMs: 1).count == 40)
    }

    @Test func whatWasMeasuredComesBackByteForByte() async throws {
        let store = try directory.store()
        let job = DeliveredJob.sample(
            "a", header: "{ \"v\":1,\t\"meta\":{\"λ\":\"\\u0000\"} }",
            frames: [Data([0, 255, 0]), Data((0...255).map { $0 })])
        _ = try await store.commit([.job(job)], nowMs: 1)
        let measured = try await directory.reader().measurement(of: job.id)
        #expect(measured?.header == job.header)
        #expect(measured?.frames == job.frames)
    }

    @Test func retentionDropsFramesAndKeepsResultsAndKeys() async throws {
        let store = try directory.store()
        _ = try await store.commit(
            [.job(.sample("old", acceptedMs: 10)), .job(.sample("new", acceptedMs: 30))], nowMs: 40)
        #expect(try await store.dropFrames(acceptedBeforeMs: 20) == 1)
        #expect(try await store.dropFrames(acceptedBeforeMs: 20) == 0)
        let reader = try directory.reader()
        #expect(try await reader.measurement(of: JobID(run: "scan", job: "old"))?.frames.isEmpty == true)
        #expect(try await reader.measurement(of: JobID(run: "scan", job: "new"))?.frames.isEmpty == false)
        #expect(try await reader.spectra(run: "scan").count == 2)
        #expect(try await store.commit([.job(.sample("old", acceptedMs: 10))], nowMs: 50) == [.alreadyStored])
    }

    @Test func deadLettersComeGoAndEndWithAResult() async throws {
        let store = try directory.store()
        let reader = try directory.reader()
        let (a, b, c) = (JobID(run: "scan", job: "a"), JobID(run: "scan", job: "b"), JobID(run: "scan", job: "c"))
        _ = try await store.commit([a, b, c].map { .dead(letter($0, diedMs: 7)) }, nowMs: 1)
        #expect(try await reader.deadLetters() == [a: 7, b: 7, c: 7])
        _ = try await store.commit([.revived(b), .job(.sample("a"))], nowMs: 2)
        #expect(try await reader.deadLetters() == [c: 7])
        _ = try await store.commit([.allRevived, .dead(letter(b, diedMs: 9))], nowMs: 3)
        #expect(try await reader.deadLetters() == [b: 9])
    }

    @Test func theBrokersWordOnARunIsKeptBesideTheStoresOwnCounts() async throws {
        let store = try directory.store()
        var counts = RunCounts(run: "scan", expected: 10, openedMs: 3)
        counts.accepted = 5
        counts.stored = 99
        counts.gaps = [SequenceGap(first: 3, last: 4), SequenceGap(first: 9, last: 9)]
        counts.isClosed = true
        _ = try await store.commit([.job(.sample("a")), .run(counts)], nowMs: 1)
        let read = try #require(try await directory.reader().runs(named: "scan").first)
        #expect(read.counts == counts)
        #expect(read.jobs == 1 && read.spectra == 1)
    }

    @Test func aSecondCollectorIsRefused() throws {
        let store = try directory.store()
        #expect { try directory.store() } throws: { ($0 as? StoreError).map { "\($0)".contains("in use") } == true }
        withExtendedLifetime(store) {}
    }

    @Test func aNewerOrForeignOrMissingFileIsRefusedInWords() async throws {
        #expect(throws: StoreError.missing(path: directory.url.appendingPathComponent(Store.fileName).path)) {
            try directory.reader()
        }
        let path = directory.url.appendingPathComponent(Store.fileName).path
        try Data("this is no database, whatever its name may say".utf8).write(to: URL(fileURLWithPath: path))
        #expect { try directory.store() } throws: { "\($0)".contains("damaged or not a CoreLevel store") }
        try FileManager.default.removeItem(atPath: path)

        try await directory.store().close()
        try await DatabaseQueue(path: path).write {
            try $0.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('999: from the future')")
        }
        #expect(throws: StoreError.newer(path: path)) { try directory.store() }
        #expect(throws: StoreError.newer(path: path)) { try directory.reader() }
    }

    @Test func theViewForPeopleShowsTheShift() async throws {
        let store = try directory.store()
        _ = try await store.commit(
            [.job(.sample("a", rows: [#"{"shift_eV":-0.25,"model":"m"}"#, #"{"error":"flat"}"#]))], nowMs: 1)
        let database = try DatabaseQueue(path: store.path)
        let rows = try database.read {
            try Row.fetchAll($0, sql: #"SELECT run, job, "index", shift_eV, error FROM spectrum ORDER BY n"#)
        }
        #expect(rows.map { $0["shift_eV"] as Double? } == [-0.25, nil])
        #expect(rows.map { $0["error"] as String? } == [nil, "flat"])
    }

    @Test func anyOrderOfDeliveriesAndRestartsStoresEachJobOnceWithoutAGapInNumbers() async throws {
        var random = SeededGenerator(seed: 20)
        var store = try directory.store()
        let sizes = Dictionary(uniqueKeysWithValues: (0..<60).map { ("\($0)", Int.random(in: 1...4, using: &random)) })
        var numbers: [String: Int] = [:]
        for _ in 0..<80 {
            let batch = (0..<Int.random(in: 1...8, using: &random)).map { _ in
                "\(Int.random(in: 0..<60, using: &random))"
            }
            let outcomes = try await store.commit(
                batch.map { .job(.sample($0, rows: Array(repeating: "{}", count: sizes[$0] ?? 1))) }, nowMs: 1)
            for (job, outcome) in zip(batch, outcomes) {
                if case .stored(let number) = outcome {
                    #expect(numbers[job] == nil)
                    numbers[job] = number
                } else {
                    #expect(numbers[job] != nil)
                }
            }
            if Int.random(in: 0..<10, using: &random) == 0 {
                try await store.close()
                store = try directory.store()
            }
        }
        let spectra = try await directory.reader().spectra(run: "scan")
        #expect(spectra.map(\.n) == Array(1...spectra.count))
        #expect(Set(spectra.map(\.id.job.text)) == Set(numbers.keys))
        for (job, number) in numbers {
            let own = spectra.filter { $0.id.job.text == job }
            #expect(own.map(\.n) == (0..<(sizes[job] ?? 1)).map { number + $0 })
        }
    }
}
