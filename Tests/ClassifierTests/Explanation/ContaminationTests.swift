import Classifier
import Spectroscopy
import Synthesis
import Testing

@Suite("Contamination")
struct ContaminationTests {
    let explainer: Explainer

    init() throws {
        explainer = try Explainer(model: ExplainedMeasurement.untrained())
    }

    func contaminants(
        silicon: Double, siliconEV: Double = 101.9, oxygenEV: Double = 532.2, contamination: Double = 0,
        shiftEV: Double = 1.2
    ) throws -> [Explanation.Contaminant] {
        var regions = [
            try ExplainedMeasurement.region(
                "C 1s", from: 278, to: 298, lines: [(285.1 + shiftEV, 20_000), (286.7 + shiftEV, 10_000)]),
            try ExplainedMeasurement.region("O 1s", from: 522, to: 544, lines: [(oxygenEV + shiftEV, 20_000)]),
        ]
        if silicon >= 0 {
            regions.append(
                try ExplainedMeasurement.region(
                    "Si 2p", from: 95, to: 111, lines: silicon > 0 ? [(siliconEV + shiftEV, silicon)] : []))
        }
        let spectrum = try Spectrum(regions: regions)
        let analysis = try ExplainedMeasurement.analysis(
            of: spectrum, shiftEV: shiftEV, contamination: contamination)
        return try explainer.explain(spectrum, analysis: analysis).contaminants
    }

    @Test("a little Si 2p of silicone is flagged; much silicon, silica or none is not")
    func silicone() throws {
        let little = try contaminants(silicon: 800)[1]
        #expect(little.kind == .silicone)
        #expect(little.verdict == .likely)
        // 800 / 0.817 silicon for 30,000 carbon: four visible atoms for each silicon.
        #expect(abs((little.share ?? 0) - 0.115) < 0.03)
        #expect(try contaminants(silicon: 9000)[1].verdict == .notSeen)
        #expect(try contaminants(silicon: 800, siliconEV: 103.6)[1].verdict == .notSeen)
        #expect(try contaminants(silicon: 800, oxygenEV: 535)[1].verdict == .notSeen)
        #expect(try contaminants(silicon: 0)[1].verdict == .notSeen)
        #expect(try contaminants(silicon: -1)[1].verdict == .notRecorded)
    }

    @Test("hydrocarbon is flagged by the network's share, with the reason")
    func hydrocarbon() throws {
        let flagged = try contaminants(silicon: 0, contamination: 0.12)[0]
        #expect(flagged.verdict == .likely)
        #expect(flagged.share == 0.12)
        #expect(flagged.reasons.contains { $0.contains("12 %") })
        // No group is called present that would account for the aliphatic line.
        let unexplained = try contaminants(silicon: 0, contamination: 0.01)[0]
        #expect(unexplained.verdict == .likely || unexplained.verdict == .possible)
        #expect(unexplained.reasons.contains { $0.contains("aliphatic") })
    }
}
