import Classifier
import Synthesis
import Testing

@Suite("Oracles of a report")
struct OracleJudgeTests {
    let plan = MeasurementPlan(peakCounts: 1e5, regions: .all)

    @Test("the library's lines tell less than those that were drawn, and more than nothing")
    func order() throws {
        let library = try PolymerLibrary.shipped
        let judges = [OracleJudge.Knowledge.drawnLines, .library].map { OracleJudge(library: library, knows: $0) }
        let thresholds = judges.map {
            $0.threshold(library: library, plan: plan, maxShiftEV: 5, spectra: 20, stream: 0)
        }
        var generator = MeasurementGenerator(
            library: library, effects: .all, maxShiftEV: 5, seed: Split.test.seed(stream: 99), plan: plan)
        var measurement = Measurement.empty
        var labels: [[Bool]] = []
        var right = [0, 0]
        for _ in 0..<40 {
            generator.next(&measurement)
            labels.append(measurement.labels.map { $0 > 0.5 })
            for (index, (judge, threshold)) in zip(judges, thresholds).enumerated() {
                let answer = judge.answer(measurement, from: generator, decides: false)
                right[index] += answer.calls(by: threshold) == labels.last ? 1 : 0
            }
        }
        // The best that one and the same answer to all could reach.
        let constant = Dictionary(grouping: labels) { $0 }.values.map(\.count).max() ?? 0
        #expect(right[0] > right[1])
        #expect(right[1] > constant)
    }

    @Test("what an oracle calls by follows from the selection split alone")
    func selection() throws {
        let library = try PolymerLibrary.shipped
        let judge = OracleJudge(library: library, knows: .library)
        let thresholds = [3, 3, 4].map { stream in
            judge.threshold(library: library, plan: plan, maxShiftEV: 5, spectra: 8, stream: stream)
        }
        #expect(thresholds[0] == thresholds[1])
        #expect(thresholds[0] != thresholds[2])
    }
}
