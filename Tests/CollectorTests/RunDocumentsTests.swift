import ClusterProtocol
import Collector
import Testing
import ZeroMQ

/// The documents of a run, without sockets, disk or clock.
struct RunDocumentsTests {
    private let start = MonotonicTime.now
    private static let context = RunDocuments.Context(software: "test 1", idle: .seconds(60))

    private func documents(_ note: RunNote = RunNote()) -> RunDocuments {
        RunDocuments("scan", scanID: 7, note: note, context: Self.context, at: start)
    }

    private func spectra(
        _ numbers: ClosedRange<Int>, row: String = #"{"shift_eV":0.5,"groups":[{"name":"ester (aromatic)"}]}"#,
        header: String = #"{"meta":{"sample":"PET-3","x_um":2.5}}"#
    ) -> [AnalysedSpectrum] {
        numbers.map { n in
            AnalysedSpectrum(
                StoredSpectrum(
                    id: JobID(run: "scan", job: Name(seq: n)), seq: n, index: 0, n: n, model: "m", row: row),
                header: header, acceptedMs: 2_000)
        }
    }

    private func progress(
        acquired: Int, analysed: Int, spectra: Int? = nil, failed: Int = 0, cancelled: Int = 0, expected: Int? = nil,
        _ state: ProgressEvent.State = .open
    ) -> ProgressEvent {
        var progress = ProgressEvent(n: 1, epoch: "e", run: "scan", expected: expected, timeMs: 3_000)
        progress.acquired = acquired
        progress.analysed = analysed
        progress.failed = failed
        progress.cancelled = cancelled
        progress.spectra = spectra ?? analysed
        progress.queued = acquired - analysed - failed - cancelled
        progress.state = state
        return progress
    }

    private func member(_ document: Document?, _ path: String...) -> DocumentValue? {
        var value = document.map { DocumentValue.object($0.content) }
        for key in path {
            guard case .object(let object)? = value else { return nil }
            value = object[key]
        }
        return value
    }

    @Test func aRunIsStartDescriptorEventsProgressStop() throws {
        var run = documents()
        run.update(progress(acquired: 3, analysed: 2, expected: 3), at: start)
        #expect(run.hasMore)
        let first = run.take(spectra(1...2), timeS: 10)
        #expect(first.map(\.name) == [.start, .descriptor, .event, .event])
        #expect(member(first[0], "scan_id") == .integer(7) && member(first[0], "sample") == .text("PET-3"))
        #expect(member(first[0], "num_points") == .integer(3))
        #expect(member(first[1], "run_start") == member(first[0], "uid"))
        #expect(member(first[2], "descriptor") == member(first[1], "uid"))
        #expect(member(first[2], "data", "meta_x_um") == .number(2.5))
        #expect(member(first[1], "data_keys", "shift_eV", "units") == .text("eV"))
        #expect(member(first[1], "data_keys", "p_ester_aromatic", "dtype") == .text("number"))
        #expect(first[2...].map { member($0, "seq_num") } == [.integer(1), .integer(2)])

        run.update(progress(acquired: 3, analysed: 3, expected: 3, .done), at: start)
        #expect(run.take(spectra(3...3), timeS: 11).map(\.name) == [.event])
        let last = run.tick(at: start, timeS: 12)
        #expect(last.map(\.name) == [.descriptor, .event, .stop])
        #expect(member(last.last, "exit_status") == .text("success"))
        #expect(member(last.last, "num_events", "primary") == .integer(3))
        #expect(member(last.last, "num_events", "progress") == .integer(1))
        #expect(!run.isOpen && run.isAtRest && run.tick(at: start, timeS: 13).isEmpty)
    }

    @Test func dataTimestampsAndDataKeysHaveTheSameKeysWhateverARowLacks() throws {
        var run = documents()
        let rows = [
            #"{"shift_eV":1,"groups":[{"name":"ester","probability":0.5,"call":"present"}]}"#, #"{"error":"flat"}"#,
            #"{"groups":[{"name":"ester","call":"undetermined"}],"model":"m","alternatives":[],"a.b/c":2}"#, "{}",
        ]
        let all = rows.enumerated().flatMap { spectra($0 + 1...$0 + 1, row: $1, header: "no JSON") }
        let made = run.take(all, timeS: 1)
        #expect(made.map(\.name) == [.start, .descriptor] + Array(repeating: .event, count: 4))
        func keys(_ value: DocumentValue?) -> [String] {
            if case .object(let object)? = value { object.members.map(\.key) } else { [] }
        }
        for event in made.dropFirst(2) {
            #expect(keys(member(event, "data")) == keys(member(made[1], "data_keys")))
            #expect(keys(member(event, "timestamps")) == keys(member(made[1], "data_keys")))
        }
        #expect(keys(member(made[1], "data_keys")).allSatisfy { !$0.contains(".") && !$0.contains("/") })
        #expect(member(made[2], "data", "groups_present") == .text("ester"))
        #expect(member(made[3], "data", "error") == .text("flat"))
        #expect(member(made[4], "data", "groups_undetermined") == .text("ester"))
        guard case .number(let shift)? = member(made[3], "data", "shift_eV") else {
            Issue.record("no shift")
            return
        }
        #expect(shift.isNaN)
    }

    @Test func newKeysGetANewDescriptorOfTheSameStream() {
        var run = documents()
        let first = run.take(spectra(1...1, row: #"{"error":"flat"}"#), timeS: 1)
        let second = run.take(spectra(2...2), timeS: 2)
        #expect(second.map(\.name) == [.descriptor, .event])
        #expect(member(second[0], "name") == .text("primary"))
        #expect(member(second[0], "uid") != member(first[1], "uid"))
        #expect(member(second[1], "seq_num") == .integer(2))
    }

    @Test func manySpectraAtOnceArePages() {
        var run = documents()
        let made = run.take(spectra(1...250), timeS: 1)
        #expect(made.map(\.name) == [.start, .descriptor, .eventPage, .eventPage, .eventPage])
        let numbers = made.dropFirst(2).flatMap { document -> [DocumentValue] in
            if case .list(let list)? = member(document, "seq_num") { list } else { [] }
        }
        #expect(numbers == (1...250).map { .integer($0) })
    }

    @Test func aNoteIsAllThatAnotherProcessNeeds() throws {
        var whole = documents()
        var parts = documents()
        let opening = whole.take(spectra(1...2), timeS: 1)
        _ = parts.take(spectra(1...2), timeS: 1)
        let expected = whole.take(spectra(3...4), timeS: 2)
        var resumed = documents(whole.note)
        _ = resumed
        // The same note after the same spectra, taken up by another value, gives the same documents.
        var before = documents()
        _ = before.take(spectra(1...2), timeS: 1)
        resumed = RunDocuments("scan", scanID: 7, note: before.note, context: Self.context, at: start)
        #expect(resumed.isOpen)
        let made = resumed.take(spectra(3...4), timeS: 2)
        #expect(made.map(\.name) == expected.map(\.name))
        #expect(made.map { member($0, "seq_num") } == expected.map { member($0, "seq_num") })
        #expect(resumed.repeated(timeS: 3).map(\.name) == [.start, .descriptor])
        let again = RunDocuments("scan", scanID: 7, note: whole.note, context: Self.context, at: start)
        #expect(again.repeated(timeS: 1)[0] == opening[0])
        #expect(member(again.repeated(timeS: 1)[1], "uid") == member(opening[1], "uid"))
    }

    @Test(arguments: [
        (10, 10, 0, 0, Int?.none, "success", ""), (10, 8, 2, 0, 10, "success", "2 of 10 jobs failed"),
        (10, 0, 10, 0, 10, "fail", "none of 10"), (10, 7, 0, 3, 10, "abort", "cancelled"),
        (6, 6, 0, 0, 10, "abort", "closed after 6 of 10"),
    ])
    func theStopDocumentSaysHowItEnded(
        acquired: Int, analysed: Int, failed: Int, cancelled: Int, expected: Int?, status: String, reason: String
    ) {
        var run = documents()
        run.update(
            progress(
                acquired: acquired, analysed: analysed, failed: failed, cancelled: cancelled, expected: expected, .done),
            at: start)
        if analysed > 0 { _ = run.take(spectra(1...analysed), timeS: 1) }
        let stop = run.tick(at: start, timeS: 2).last
        #expect(stop?.name == .stop && member(stop, "exit_status") == .text(status))
        if case .text(let text)? = member(stop, "reason") {
            #expect(text.contains(reason))
        } else {
            #expect(reason.isEmpty)
        }
    }

    @Test func aRunThatFallsSilentIsEndedInTime() {
        for (acquired, expected, status) in [(3, 10, "abort"), (5, nil, "fail"), (3, nil, "success")] {
            var run = documents()
            run.update(progress(acquired: acquired, analysed: 3, expected: expected), at: start)
            _ = run.take(spectra(1...3), timeS: 1)
            #expect(!run.tick(at: start.advanced(by: .seconds(59)), timeS: 2).contains { $0.name == .stop })
            let stop = run.tick(at: start.advanced(by: .seconds(61)), timeS: 3).last
            #expect(stop?.name == .stop && member(stop, "exit_status") == .text(status))
        }
    }

    @Test func jobsAfterTheEndBeginTheRunAnew() {
        var run = documents()
        run.update(progress(acquired: 2, analysed: 2, expected: 2, .done), at: start)
        let first = run.take(spectra(1...2), timeS: 1)
        _ = run.tick(at: start, timeS: 1)
        run.update(progress(acquired: 3, analysed: 3, .done), at: start)
        let second = run.take(spectra(3...3), timeS: 2)
        #expect(second.map(\.name) == [.start, .descriptor, .event])
        #expect(member(second[0], "uid") != member(first[0], "uid"))
        #expect(member(second[0], "continues") == member(first[0], "uid"))
        #expect(member(second[2], "seq_num") == .integer(1))
        #expect(member(run.tick(at: start, timeS: 3).last, "num_events", "primary") == .integer(1))
    }

    @Test func jobsWithoutAnyResultStartTheRunAfterASecond() {
        var run = documents()
        run.update(progress(acquired: 4, analysed: 0), at: start)
        #expect(run.tick(at: start, timeS: 1).isEmpty)
        #expect(run.tick(at: start.advanced(by: .seconds(1)), timeS: 2).map(\.name) == [.start, .descriptor, .event])
        // Progress at most once a second, and only what is new.
        run.update(progress(acquired: 5, analysed: 0), at: start)
        #expect(run.tick(at: start.advanced(by: .milliseconds(1500)), timeS: 2).isEmpty)
        #expect(run.tick(at: start.advanced(by: .milliseconds(2100)), timeS: 2).map(\.name) == [.event])
        #expect(run.tick(at: start.advanced(by: .seconds(4)), timeS: 2).isEmpty)
    }

    @Test func whatWasStoredBeforeAnybodyAskedIsNotTold() {
        var run = documents(RunNote(published: 40, acquired: 40))
        run.update(progress(acquired: 40, analysed: 40, .done), at: start)
        #expect(run.isAtRest && !run.hasMore && run.tick(at: start, timeS: 1).isEmpty)
        run.update(progress(acquired: 41, analysed: 41), at: start)
        #expect(run.hasMore && member(run.take(spectra(41...41), timeS: 2).last, "seq_num") == .integer(1))
    }

    @Test func timesAreThoseOfTheMeasurement() {
        for (meta, timeS) in [
            (#""2026-11-22T14:00:00Z""#, 1_795_356_000.0), (#""2026-11-22T14:00:00.250Z""#, 1_795_356_000.25),
            ("12.5", 12.5), (#""yesterday""#, 2.0),
        ] {
            var run = documents()
            let made = run.take(spectra(1...1, header: #"{"meta":{"acquired":\#(meta)}}"#), timeS: 99)
            #expect(member(made.last, "time") == .number(timeS))
        }
    }
}
