import ChannelAccess
import ClusterProtocol
import Collector
import Foundation
import Testing

@Suite
struct EPICSViewTests {
    private let start = ContinuousClock.now

    private func after(_ ms: Int) -> ContinuousClock.Instant { start + .milliseconds(ms) }

    private func progress(
        _ run: Name = "a", analysed: Int, acquired: Int, expected: Int? = nil, cancelled: Int = 0,
        state: ProgressEvent.State = .open
    ) -> ProgressEvent {
        var event = ProgressEvent(n: 1, epoch: "e", run: run, expected: expected, timeMs: 5_000)
        (event.analysed, event.acquired, event.cancelled) = (analysed, acquired, cancelled)
        event.queued = acquired - analysed - cancelled
        event.state = state
        return event
    }

    private func latest(_ run: Name = "a", n: Int = 1, row: String) -> LatestResult {
        let header = """
            {"run":"a","regions":[{"name":"C 1s","dtype":"<f4","shape":[2,3],"photon_energy_eV":1486.6,\
            "work_function_eV":4.5,"axis":{"kind":"kinetic","unit":"eV","start":1192.1,"step":0.1}}]}
            """
        let array = (0..<6).map(Float.init).withUnsafeBytes { Data($0) }
        return LatestResult(
            result: ResultEvent(n: n, id: JobID(run: run, job: "j"), seq: 7, index: 1, row: Array(row.utf8)),
            acceptedMs: 4_750, header: header, frames: [array], jobs: n)
    }

    private func values(
        _ view: inout EPICSView, _ news: [Name: RunNews] = [:], cluster: ClusterEvent.Broker? = nil, at ms: Int = 0
    ) -> [String: PVValue] {
        var all = Newsbox.News()
        all.runs = news
        all.cluster = cluster.map {
            ClusterEvent(n: 1, epoch: "e", broker: $0, workers: 3, queued: 0, leased: 0, computed: 0, timeMs: 0)
        }
        let puts = view.take(all, at: after(ms), nowMs: 5_000)
        return Dictionary(puts.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    }

    private func news(_ progress: ProgressEvent? = nil, _ latest: LatestResult? = nil) -> RunNews {
        var news = RunNews()
        (news.progress, news.latest) = (progress, latest)
        return news
    }

    @Test("an unknown total is nought, and its progress not a number; a known one is shared by what has ended")
    func total() {
        var view = EPICSView(prefix: "B:")
        var shown = values(&view, ["a": news(progress(analysed: 5, acquired: 9))])
        #expect(shown["B:Total"] == .number(0))
        #expect(shown["B:Progress"] == .number(.nan))
        #expect(shown["B:RunId.VAL$"] == .longText("a"))
        shown = values(&view, ["a": news(progress(analysed: 5, acquired: 9, expected: 20, cancelled: 1))])
        #expect(shown["B:Total"] == .number(20))
        #expect(shown["B:Progress"] == .number(30))
        #expect(shown["B:State"] == .state(1))
        shown = values(&view, ["a": news(progress(analysed: 9, acquired: 9, state: .done))])
        #expect(shown["B:Progress"] == .number(100))
        #expect(shown["B:State"] == .state(3))
    }

    @Test("a broker that is away is a fault, whatever the run")
    func fault() {
        var view = EPICSView(prefix: "B:")
        #expect(values(&view, cluster: .up)["B:State"] == .state(0))
        #expect(values(&view, cluster: .away)["B:State"] == .state(5))
        let shown = values(&view, cluster: .up)
        #expect(shown["B:State"] == .state(0))
        #expect(shown["B:Heartbeat"] == .number(3))
        #expect(shown["B:Workers"] == .number(3))
    }

    @Test("what a result says is shown, each group by its name")
    func result() {
        var view = EPICSView(prefix: "B:")
        let row = """
            {"shift_eV":-0.4,"shift_sigma_eV":0.05,"familiarity":0.7,"reference":{"line":"C 1s","energy_eV":285.1},\
            "groups":[{"name":"ester (aromatic)","probability":0.9,"call":"present"},\
            {"name":"alkane","probability":0.95,"call":"present"},{"name":"amide","call":"not_covered"}]}
            """
        let shown = values(&view, ["a": news(nil, latest(row: row))])
        #expect(shown["B:Shift"] == .number(-0.4))
        #expect(shown["B:ShiftSigma"] == .number(0.05))
        #expect(shown["B:Familiarity"] == .number(0.7))
        #expect(shown["B:GroupsPresent.VAL$"] == .longText("alkane, ester (aromatic)"))
        #expect(shown["B:Group:Probabilities"] == .numbers([0.9, 0.95, .nan]))
        #expect(shown["B:Group:Calls"] == .states([1, 1, 3]))
        #expect(shown["B:Group:EsterAromatic:Probability"] == .number(0.9))
        #expect(shown["B:Group:Amide:Call"] == .state(3))
        #expect(shown["B:Latency"] == .number(0.25))
        #expect(shown["B:Seq"] == .number(7))
    }

    @Test("a row that failed or is of another kind leaves numbers unknown and says why")
    func failed() {
        var view = EPICSView(prefix: "B:")
        var shown = values(&view, ["a": news(nil, latest(row: #"{"error":"no region lies in 40 to 700 eV"}"#))])
        #expect(shown["B:Shift"] == .number(.nan))
        #expect(shown["B:Error.VAL$"] == .longText("no region lies in 40 to 700 eV"))
        shown = values(&view, ["a": news(nil, latest(n: 2, row: "nonsense"))])
        #expect(shown["B:Error.VAL$"] == .longText("the result line is not understood"))
    }

    @Test("regions are drawn as recorded, on binding energies, twice a second, the last one always")
    func regions() {
        var view = EPICSView(prefix: "B:")
        let energies = "B:Region:C1s:Energy"
        let first = values(&view, ["a": news(nil, latest(row: "{}"))])
        #expect(first["B:Region:C1s:Intensity"] == .numbers([3, 4, 5]))
        guard case .numbers(let binding)? = first[energies] else {
            Issue.record("no energies")
            return
        }
        #expect(abs(binding[0] - 290.0) < 1e-9 && abs(binding[2] - 289.8) < 1e-9)
        #expect(values(&view, ["a": news(nil, latest(n: 2, row: "{}"))], at: 100)[energies] == nil)
        #expect(values(&view, at: 499)[energies] == nil)
        #expect(values(&view, at: 500)[energies] != nil)
        #expect(values(&view, at: 5000)[energies] == nil)
    }

    @Test("done counts what is stored before the next progress tells")
    func doneAhead() {
        var view = EPICSView(prefix: "B:")
        _ = values(&view, ["a": news(progress(analysed: 5, acquired: 9, expected: 20))])
        let shown = values(&view, ["a": news(nil, latest(n: 8, row: "{}"))], at: 20)
        #expect(shown["B:Done"] == .number(8))
        #expect(shown["B:Progress"] == .number(40))
    }

    @Test("one run is shown until it is done or silent, then the next that moves, with nothing of the last")
    func runs() {
        var view = EPICSView(prefix: "B:")
        _ = values(&view, ["a": news(progress(analysed: 1, acquired: 9), latest(row: #"{"shift_eV":1}"#))])
        #expect(values(&view, ["b": news(progress("b", analysed: 0, acquired: 9))], at: 4000).isEmpty)
        #expect(values(&view, ["c": news(progress("c", analysed: 9, acquired: 9, state: .done))], at: 6000).isEmpty)
        var shown = values(&view, ["b": news(progress("b", analysed: 0, acquired: 9))], at: 6000)
        #expect(shown["B:RunId.VAL$"] == .longText("b"))
        #expect(shown["B:Shift"] == .number(.nan))
        #expect(shown["B:Spectra"] == .number(0))
        _ = values(&view, ["b": news(progress("b", analysed: 9, acquired: 9, state: .done))], at: 6100)
        shown = values(&view, ["a": news(progress(analysed: 2, acquired: 9))], at: 6200)
        #expect(shown["B:RunId.VAL$"] == .longText("a"))
    }

    @Test(
        "names of people become parts of record names",
        arguments: [
            ("ester (aromatic)", "EsterAromatic"), ("C 1s", "C1s"), ("survey", "Survey"),
            ("alkyl halide (F)", "AlkylHalideF"), ("Ni 2p3/2", "Ni2p32"), ("()", nil),
            ("a name that is much too long for a record", nil),
        ])
    func nameParts(name: String, part: String?) {
        #expect(PVNamePart.of(name) == part)
    }

    @Test("a prefix that no record can begin with is refused, with an example", arguments: ["", "a b:", "é:", "x.y"])
    func prefixes(prefix: String) throws {
        let error = try #require(throws: EPICSError.self) { try EPICSConfiguration(prefix: prefix) }
        #expect("\(error)".contains("BL00:XPS:"))
    }
}
