import Client
import ClusterProtocol
import Testing

struct EventSequencerTests {
    private func result(_ n: Int, run: Name = "r") -> ResultEvent {
        ResultEvent(n: n, id: JobID(run: run, job: Name(seq: n)), index: 0, row: Array("{}".utf8))
    }

    private func progress(_ n: Int, spectra: Int, epoch: String = "e") -> Event {
        var event = ProgressEvent(n: n, epoch: epoch, run: "r", timeMs: 0)
        event.spectra = spectra
        return .progress(event)
    }

    @Test func inOrderNothingIsFetched() {
        var sequencer = EventSequencer(results: .fromNow)
        for n in 5...9 {
            let (deliver, recover) = sequencer.accept(.result(result(n)))
            #expect(deliver?.n == n && recover == nil)
        }
    }

    @Test func aGapIsFetchedOnceAndFilledInOrder() {
        var sequencer = EventSequencer(results: .fromTheBeginning)
        #expect(sequencer.accept(.result(result(1))).deliver != nil)
        let gap = sequencer.accept(.result(result(4)))
        #expect(gap.deliver == nil && gap.recover == "r")
        // What comes meanwhile is fetched too.
        #expect(sequencer.accept(.result(result(5))).recover == nil)
        #expect(sequencer.lastDelivered(of: "r") == 1)
        let first = sequencer.recovered("r", [result(2), result(3)])
        #expect(first.deliver.map(\.n) == [2, 3] && first.needsMore)
        let second = sequencer.recovered("r", [result(4), result(5), result(6)])
        #expect(second.deliver.map(\.n) == [4, 5, 6] && !second.needsMore)
        #expect(sequencer.accept(.result(result(6))).deliver == nil)
        #expect(sequencer.accept(.result(result(7))).deliver?.n == 7)
    }

    @Test func aLostTailShowsInTheProgress() {
        var sequencer = EventSequencer(results: .fromNow)
        #expect(sequencer.accept(progress(1, spectra: 3)).recover == nil)
        #expect(sequencer.accept(.result(result(4))).deliver != nil)
        #expect(sequencer.accept(progress(2, spectra: 6)).recover == "r")
        let page = sequencer.recovered("r", [result(5), result(6)])
        #expect(page.deliver.map(\.n) == [5, 6] && !page.needsMore)
    }

    @Test func fromTheBeginningFetchesWhatWasStoredBefore() {
        var sequencer = EventSequencer(results: .fromTheBeginning)
        #expect(sequencer.accept(progress(1, spectra: 2)).recover == "r")
        #expect(sequencer.recovered("r", [result(1), result(2)]).deliver.count == 2)
    }

    @Test func repeatedLastValuesArePassedOverAndANewEpochStartsAnew() {
        var sequencer = EventSequencer(results: .none)
        #expect(sequencer.accept(progress(7, spectra: 0)).deliver != nil)
        #expect(sequencer.accept(progress(7, spectra: 0)).deliver == nil)
        #expect(sequencer.accept(progress(1, spectra: 0, epoch: "f")).deliver != nil)
        #expect(sequencer.accept(.result(result(1))).deliver == nil)
    }

    @Test func anEmptyPageEndsTheSearch() {
        var sequencer = EventSequencer(results: .fromTheBeginning)
        _ = sequencer.accept(progress(1, spectra: 9))
        #expect(!sequencer.recovered("r", []).needsMore)
    }
}
