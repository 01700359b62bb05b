import Classifier
import Foundation
import Spectroscopy
import Synthesis
import Testing

@Suite("Explainer")
struct ExplainerTests {
    @Test("a network on the whole axis cannot be explained, and the message says which can")
    func paperModel() throws {
        let model = Model(
            network: Architecture.mlp.makeNetwork(maxBatch: 1, seed: 3), name: "old",
            labels: FunctionalGroup.all.map(\.name), preprocessing: Preprocessing.name, shiftOriginEV: nil,
            trainingRecord: [:])
        let error = #expect(throws: ExplanationError.self) { try Explainer(model: model) }
        #expect(error == .needsRegions(model: "old", architecture: .mlp))
        #expect(error?.description.contains("--model default") == true)
    }

    @Test("nothing recorded within the grid is said, not explained")
    func nothingRecorded() throws {
        let spectrum = try Spectrum(regions: [
            ExplainedMeasurement.region("Fe 2p", from: 705, to: 735, lines: [(711, 3000)])
        ])
        var analysis = try ExplainedMeasurement.analysis(of: spectrum, shiftEV: 0, contamination: 0)
        #expect(throws: ExplanationError.nothingRecorded) {
            try Explainer(model: ExplainedMeasurement.untrained()).explain(spectrum, analysis: analysis)
        }
        analysis.shiftEV = nil
        #expect(throws: ExplanationError.nothingRecorded) {
            try Explainer(model: ExplainedMeasurement.untrained()).explain(spectrum, analysis: analysis)
        }
    }

    @Test("a measured polymer is found in the library, and its peaks get its environments at its energies")
    func fitAndPeaks() throws {
        let library = try PolymerLibrary.shipped
        let explainer = try Explainer(model: ExplainedMeasurement.untrained())
        let plan = MeasurementPlan(
            peakCounts: 3e4, regions: .named(["C 1s", "O 1s"]), sample: .pure,
            contamination: MeasurementPlan.Contamination.none)
        var shares: [Double] = []
        var assigned: [Bool] = []
        for abbreviation in ["PET", "PMMA"] {
            let one = library.keeping { $0.abbreviation == abbreviation }
            for (spectrum, truth) in try ExplainedMeasurement.measurements(
                4, seed: 31, plan: plan, library: one, effects: ExplainedMeasurement.quiet)
            {
                let analysis = try ExplainedMeasurement.analysis(
                    of: spectrum, shiftEV: truth.shiftEV, contamination: 0, reference: .init(energyEV: 284.8))
                let explanation = try explainer.explain(spectrum, analysis: analysis)
                #expect(explanation.groups.isEmpty)
                #expect(explanation.fit.regions.count == spectrum.regions.count)
                let carbon = try #require(explanation.fit.regions.first { $0.name.hasPrefix("C 1s") })
                // What the fit simplifies leaves up to 30 here at 3e4 counts.
                #expect(carbon.reducedChiSquare < 50, "\(abbreviation)")
                for region in explanation.fit.regions {
                    #expect(spectrum.regions.contains { $0.settings.bindingRangeEV.contains(region.worstEV) })
                }
                shares.append(
                    explanation.fit.constituents.first { $0.abbreviation == abbreviation }?.share ?? 0)
                for peak in explanation.peaks {
                    #expect(abs(peak.peak.energyEV - peak.correctedEV - truth.shiftEV - 0.3) < 1e-6)
                    assigned.append(!peak.assignments.isEmpty)
                    #expect(peak.assignments.allSatisfy { abs($0.energyEV - peak.correctedEV) < 2.5 })
                }
            }
        }
        #expect(shares.reduce(0, +) / Double(shares.count) > 0.5, "shares of the polymer itself: \(shares)")
        #expect(assigned.count >= 2 * shares.count)
        #expect(assigned.count { $0 } * 10 >= assigned.count * 9)
    }

    @Test("under other photons the library is fitted as they show it", arguments: [1000.0, 1253.6])
    func otherPhotons(photonEnergyEV: Double) throws {
        let library = try PolymerLibrary.shipped
        let explainer = try Explainer(model: ExplainedMeasurement.untrained())
        let plan = MeasurementPlan(
            peakCounts: 3e4, regions: .named(["C 1s", "O 1s", "F 1s", "Na KLL"]), sample: .pure,
            contamination: MeasurementPlan.Contamination.none, photonEnergyEV: photonEnergyEV)
        let one = library.keeping { $0.abbreviation == "PVDF" }
        for (spectrum, truth) in try ExplainedMeasurement.measurements(
            3, seed: 5, plan: plan, library: one, effects: ExplainedMeasurement.quiet)
        {
            let analysis = try ExplainedMeasurement.analysis(of: spectrum, shiftEV: truth.shiftEV, contamination: 0)
            let fit = try explainer.explain(spectrum, analysis: analysis).fit
            #expect(fit.constituents.first?.abbreviation == "PVDF")
            #expect(fit.constituents.first.map { $0.share > 0.9 } == true)
        }
    }

    @Test("a line that no member of the library has stays unassigned")
    func unassigned() throws {
        // Metal oxide, 529.6 eV: the library's lowest oxygen line lies 1.5 eV higher.
        let spectrum = try Spectrum(regions: [
            ExplainedMeasurement.region("C 1s", from: 278, to: 296, lines: [(285.1, 6000)]),
            ExplainedMeasurement.region("O 1s", from: 522, to: 542, lines: [(529.6, 9000)]),
        ])
        let analysis = try ExplainedMeasurement.analysis(of: spectrum, shiftEV: 0, contamination: 0)
        let explanation = try Explainer(model: ExplainedMeasurement.untrained()).explain(spectrum, analysis: analysis)
        let carbon = try #require(explanation.peaks.first { abs($0.peak.energyEV - 285.1) < 0.2 })
        #expect(!carbon.assignments.isEmpty)
        let oxide = try #require(explanation.peaks.first { abs($0.peak.energyEV - 529.6) < 0.2 })
        #expect(oxide.assignments.isEmpty)
        let region = try #require(explanation.fit.regions.first { $0.name == "O 1s" })
        #expect(region.reducedChiSquare > 5)
        #expect(abs(region.worstEV - 529.6) < 2)
    }

    @Test("a spike that the model does not read is no peak, and the fit is that of the lines")
    func spike() throws {
        let region = try ExplainedMeasurement.region("C 1s", from: 278, to: 296, lines: [(285.1, 6000)])
        var intensities = region.intensities
        intensities[130] += 5000
        let explainer = try Explainer(model: ExplainedMeasurement.untrained())
        let explanations = try [region.intensities, intensities].map { intensities in
            let spectrum = try Spectrum(regions: [Region(settings: region.settings, intensities: intensities)])
            let analysis = try ExplainedMeasurement.analysis(of: spectrum, shiftEV: 0, contamination: 0)
            return try explainer.explain(spectrum, analysis: analysis)
        }
        #expect(explanations[0].peaks.map(\.peak.energyEV) == explanations[1].peaks.map(\.peak.energyEV))
        let misfits = explanations.map { $0.fit.regions[0].reducedChiSquare }
        #expect(abs(misfits[1] - misfits[0]) < 0.1)
    }

    @Test("the JSON holds what people are shown")
    func json() throws {
        let spectrum = try Spectrum(regions: [
            ExplainedMeasurement.region("C 1s", from: 278, to: 296, lines: [(285.6, 6000), (287.1, 2000)])
        ])
        let analysis = try ExplainedMeasurement.analysis(of: spectrum, shiftEV: 0.5, contamination: 0.13)
        let explanation = try Explainer(model: ExplainedMeasurement.untrained()).explain(spectrum, analysis: analysis)
        var text = JSONText()
        text.openObject()
        explanation.appendMembers(to: &text)
        text.closeObject()
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(text.bytes)) as? [String: Any])
        #expect(Set(object.keys) == ["groups", "fit", "peaks", "contaminants"])
        let peaks = try #require(object["peaks"] as? [[String: Any]])
        #expect(peaks.count == explanation.peaks.count)
        #expect(peaks.first?["corrected_eV"] as? Double != nil)
        let contaminants = try #require(object["contaminants"] as? [[String: Any]])
        #expect(contaminants.map { $0["kind"] as? String } == ["hydrocarbon", "silicone"])
        #expect(contaminants.map { $0["verdict"] as? String } == ["likely", "not_recorded"])
    }
}
