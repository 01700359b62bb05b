import Classifier
import Synthesis
import Testing

@Suite("Oracles of a report")
struct OracleJudgeTests {
    let plan = MeasurementPlan(peakCounts: 1e5, regions: .all)

    @Test("the library's lines tell less than those that were drawn, and more than nothing")
    func order() throws {
        let library = try PolymerLibrary.shipped
        let judges = [OracleJudge.Lines.drawn, .tabulated].map { OracleJudge(library: library, lines: $0) }
        let rules = judges.map { $0.rule(library: library, plan: plan, maxShiftEV: 5, spectra: 20, stream: 0) }
        #expect(rules[0].modelError == 0)
        #expect(OracleJudge.Lines.modelErrors.contains(rules[1].modelError))
        var generator = MeasurementGenerator(
            library: library, effects: .all, maxShiftEV: 5, seed: Split.test.seed(stream: 99), plan: plan)
        var measurement = Measurement.empty
        var labels: [[Bool]] = []
        var right = [0, 0]
        for _ in 0..<40 {
            generator.next(&measurement)
            labels.append(measurement.labels.map { $0 > 0.5 })
            for (index, (judge, rule)) in zip(judges, rules).enumerated() {
                let answer = judge.answer(
                    measurement, from: generator, modelError: rule.modelError, decides: false)
                right[index] += rule.calls(answer) == labels.last ? 1 : 0
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
        let judge = OracleJudge(library: library, lines: .tabulated)
        let rule = judge.rule(library: library, plan: plan, maxShiftEV: 5, spectra: 8, stream: 3)
        #expect(rule == judge.rule(library: library, plan: plan, maxShiftEV: 5, spectra: 8, stream: 3))
        #expect(rule != judge.rule(library: library, plan: plan, maxShiftEV: 5, spectra: 8, stream: 4))
    }
}
