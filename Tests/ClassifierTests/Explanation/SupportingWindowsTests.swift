import Classifier
import NeuralNetwork
import Spectroscopy
import Synthesis
import Testing

@Suite("Supporting windows")
struct SupportingWindowsTests {
    static let seed: UInt64 = 0xE1_5EED

    /// The shipped default where it can be explained; nil, with a notice, where it cannot.
    static func explainable() throws -> Model? {
        let model = try Model.named(Model.defaultName)
        guard model.architecture == .regionSTN else {
            print("skipped: the shipped default is no \(Architecture.regionSTN.rawValue)")
            return nil
        }
        return model
    }

    @Test("taking nothing out changes nothing, and what was not recorded cannot be taken out")
    func occlusion() throws {
        let explainer = try Explainer(model: ExplainedMeasurement.untrained())
        let spectrum = try Spectrum(regions: [
            ExplainedMeasurement.region("C 1s", from: 280, to: 296, lines: [(286.1, 9000)])
        ])
        let occlusion = try explainer.occlusion(of: spectrum, shiftEV: 1)
        // 280 to 296 eV, aligned by 1 eV: 279 to 295 of the window from 279 to 303 eV.
        #expect((15...16).contains(occlusion.recorded.count))
        #expect(zip(occlusion.recorded, occlusion.recorded.dropFirst()).allSatisfy { $0 + 1 == $1 })
        let whole = occlusion.logits
        let first = occlusion.recorded[0]
        // 285 to 287 eV hold the line, 290 to 292 eV nothing.
        let answers = occlusion.logits(without: [[], [first + 5, first + 6, first + 7], [first + 11, first + 12]])
        func change(_ answer: [Float]) -> Float { zip(answer, whole).reduce(0) { $0 + abs($1.0 - $1.1) } }
        // A batch sums in another order.
        #expect(change(answers[0]) < 1e-4)
        #expect(change(answers[1]) > 10 * change(answers[2]))
    }

    @Test("windows lie where something was recorded, strongest first, and their shares are those of the whole")
    func windows() throws {
        guard let model = try Self.explainable() else { return }
        let explainer = try Explainer(model: model)
        let analyzer = try Analyzer(model: model)
        let measured = try ExplainedMeasurement.measurements(
            6, seed: Self.seed &+ 1, plan: MeasurementPlan(peakCounts: 1e4))
        for (spectrum, result) in zip(measured.map(\.spectrum), analyzer.analyze(measured.map(\.spectrum))) {
            let analysis = try result.get()
            let explanation = try explainer.explain(spectrum, analysis: analysis)
            #expect(
                explanation.groups.map(\.name)
                    == analysis.groups.filter { $0.call == .present }.map(\.name))
            for windows in explanation.groups.map(\.windows) {
                #expect(windows.allSatisfy { $0.share >= 0.1 && $0.logitDrop > 0 })
                #expect(windows.reduce(0) { $0 + $1.share } < 1.0001)
                #expect(zip(windows, windows.dropFirst()).allSatisfy { $0.logitDrop >= $1.logitDrop })
                for window in windows {
                    #expect(
                        analysis.recordedEV.contains {
                            $0.lowerBound - 0.2 <= window.rangeEV.lowerBound
                                && window.rangeEV.upperBound <= $0.upperBound + 0.2
                        })
                }
            }
        }
    }

    @Test("without its windows a group's probability falls further than without as many other recorded eV")
    func removal() throws {
        guard let model = try Self.explainable() else { return }
        let explainer = try Explainer(model: model)
        let analyzer = try Analyzer(model: model)
        var random = RandomGenerator(seed: Self.seed)
        var falls: [(named: Double, other: Double)] = []
        let measured = try ExplainedMeasurement.measurements(200, seed: Self.seed, plan: MeasurementPlan())
        for (spectrum, result) in zip(measured.map(\.spectrum), analyzer.analyze(measured.map(\.spectrum))) {
            guard case .success(let analysis) = result, let shiftEV = analysis.shiftEV else { continue }
            let groups = try explainer.groups(of: spectrum, analysis: analysis)
            let occlusion = try explainer.occlusion(of: spectrum, shiftEV: shiftEV)
            for group in groups {
                let named = Set(group.windows.flatMap(\.cells))
                let label = try #require(model.labels.firstIndex(of: group.name))
                guard !named.isEmpty, named.count < occlusion.recorded.count else { continue }
                // The same pattern of stretches elsewhere: moved along what was recorded, around its end.
                let offset = 1 + Int(random.uniform() * Float(occlusion.recorded.count - 1))
                let other = occlusion.recorded.indices
                    .filter { named.contains(occlusion.recorded[($0 + offset) % occlusion.recorded.count]) }
                    .map { occlusion.recorded[$0] }
                let logit = occlusion.logits(without: [other])[0][label]
                falls.append(
                    (
                        group.probability - group.probabilityWithout,
                        group.probability - Double(BinaryCrossEntropy.probability(logit))
                    ))
            }
        }
        try #require(falls.count > 200)
        let named = falls.reduce(0) { $0 + $1.named } / Double(falls.count)
        let other = falls.reduce(0) { $0 + $1.other } / Double(falls.count)
        let won = Double(falls.count { $0.named > $0.other }) / Double(falls.count)
        #expect(named > 2 * other, "\(named) without the named windows, \(other) without others")
        #expect(won > 0.75)
    }
}
