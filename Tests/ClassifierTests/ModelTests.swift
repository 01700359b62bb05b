import Classifier
import Foundation
import NeuralNetwork
import Synthesis
import Testing

@Suite struct ModelTests {
    func temporaryFile() -> URL {
        FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).safetensors")
    }

    func fresh(_ architecture: Architecture) -> Model {
        Model(
            network: architecture.makeNetwork(maxBatch: 1, seed: 5), name: "fresh",
            labels: FunctionalGroup.all.map(\.name), preprocessing: Preprocessing.name,
            shiftOriginEV: architecture == .stn ? -0.25 : nil, trainingRecord: ["seed": "5"])
    }

    @Test(arguments: Architecture.paper) func savesAndLoads(architecture: Architecture) throws {
        let url = temporaryFile()
        defer { try? FileManager.default.removeItem(at: url) }
        let model = fresh(architecture)
        try model.save(to: url)
        let loaded = try Model.load(from: url)
        #expect(loaded.metadata == model.metadata)
        #expect(loaded.weights == model.weights)
        #expect(loaded.labels.count == 40 && loaded.shiftOriginEV == model.shiftOriginEV)
        #expect(try Model.named(url.path).name == "fresh")
    }

    @Test func refusesWhatItCannotUse() throws {
        let url = temporaryFile()
        defer { try? FileManager.default.removeItem(at: url) }
        let good = fresh(.mlp)
        func write(_ change: (inout [String: String]) -> Void, without missing: String? = nil, nan: Bool = false) throws
        {
            var metadata = good.metadata
            change(&metadata)
            var writer = SafeTensorsWriter(metadata: metadata)
            for (name, weights) in good.weights where name != missing {
                var values = weights.values
                if nan { values[0] = .nan }
                writer.add(name, shape: weights.shape, floats: values)
            }
            try writer.write(to: url)
        }
        func message() -> String {
            do {
                _ = try Model.load(from: url)
                return ""
            } catch { return "\(error)" }
        }
        try write { $0["format"] = "other" }
        #expect(message().contains("holds no model"))
        try write { $0["architecture"] = "transformer" }
        #expect(message().contains("transformer"))
        try write { $0["preprocessing"] = "none" }
        #expect(message().contains("preprocessing"))
        try write { $0["grid"] = "0 eV" }
        #expect(message().contains("grid"))
        try write { $0["labels"] = "alkane" }
        #expect(message().contains("1 labels"))
        try write({ _ in }, without: "head.linear2.bias")
        #expect(message().contains("head.linear2.bias"))
        try write({ _ in }, nan: true)
        #expect(message().contains("finite"))
        try write { $0["architecture"] = "stn" }
        #expect(message().contains("shift_origin_eV"))
        try write { _ in }
        #expect(message().isEmpty)
        try Data("no model".utf8).write(to: url)
        #expect(throws: SafeTensorsError.self) { try Model.load(from: url) }
    }

    @Test func shippedModelAnswers() throws {
        let model = try Model.named("stn-3eV")
        #expect(model.architecture == .stn && model.labels == FunctionalGroup.all.map(\.name))
        var mixtures = MixtureGenerator(library: try .shipped, maxShiftEV: 3, seed: 20_261_122)
        let (count, points, labels) = (256, NetworkShape.standard.points, model.labels.count)
        var spectra = [Float](repeating: 0, count: count * points)
        var targets = [Float](repeating: 0, count: count * labels)
        var applied: [Float] = []
        for i in 0..<count {
            var (spectrum, target) = ([Float](repeating: 0, count: points), [Float](repeating: 0, count: labels))
            var row = spectrum.mutableSpan
            var label = target.mutableSpan
            applied.append(mixtures.next(spectrum: &row, labels: &label))
            spectra.replaceSubrange(i * points..<(i + 1) * points, with: spectrum)
            targets.replaceSubrange(i * labels..<(i + 1) * labels, with: target)
        }
        let (probabilities, shifts) = try answers(model, spectra, batch: count)
        let error = zip(shifts, applied).reduce(0) { $0 + abs($1.0 - $1.1) } / Float(count)
        #expect(error < 0.1, "mean error of the shift in eV")
        let right = (0..<count).count { row in
            (row * labels..<(row + 1) * labels).allSatisfy { (probabilities[$0] >= 0.5) == (targets[$0] == 1) }
        }
        #expect(Double(right) / Double(count) > 0.6)
    }

    /// One at a time, in odd batches or all at once: the same answers within rounding.
    @Test(arguments: Architecture.paper) func batchesDoNotMatter(architecture: Architecture) throws {
        let model = fresh(architecture)
        var random = RandomGenerator(seed: 2)
        let spectra = (0..<7 * NetworkShape.standard.points).map { _ in random.uniform() * 0.01 }
        let (all, allShifts) = try answers(model, spectra, batch: 7)
        for batch in [1, 2, 3] {
            let (probabilities, shifts) = try answers(model, spectra, batch: batch)
            #expect(zip(all, probabilities).allSatisfy { abs($0 - $1) < 1e-5 })
            #expect(zip(allShifts, shifts).allSatisfy { abs($0 - $1) < 1e-3 })
        }
        #expect(all.allSatisfy { $0 >= 0 && $0 <= 1 })
    }

    func answers(_ model: Model, _ spectra: [Float], batch: Int) throws -> (probabilities: [Float], shifts: [Float]) {
        let inference = try Inference(model: model, maxBatch: batch)
        let points = NetworkShape.standard.points
        var (probabilities, shifts): ([Float], [Float]) = ([], [])
        for start in stride(from: 0, to: spectra.count / points, by: batch) {
            let count = min(batch, spectra.count / points - start)
            var answer = [Float](repeating: 0, count: count * model.labels.count)
            var shift = [Float](repeating: 0, count: count)
            var answerSpan = answer.mutableSpan
            var shiftSpan = shift.mutableSpan
            inference.run(
                spectra: spectra.span.extracting(start * points..<(start + count) * points), count: count,
                probabilities: &answerSpan, shiftsEV: &shiftSpan)
            probabilities += answer
            shifts += shift
        }
        return (probabilities, shifts)
    }
}
