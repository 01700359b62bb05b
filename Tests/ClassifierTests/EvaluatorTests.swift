import Classifier
import Foundation
import NeuralNetwork
import Synthesis
import Testing

@Suite("Evaluator")
struct EvaluatorTests {
    func model(_ architecture: Architecture) -> Model {
        Model(
            network: architecture.makeNetwork(maxBatch: 1, seed: 3), name: "untrained",
            labels: FunctionalGroup.all.map(\.name), preprocessing: Preprocessing.name,
            shiftOriginEV: architecture == .stn ? 0.25 : nil, trainingRecord: [:])
    }

    @Test("a stream and a file of the same spectra give the same figures")
    func streamAndFile() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).safetensors")
        defer { try? FileManager.default.removeItem(at: url) }
        var stream = MixtureGenerator(library: try .shipped, maxShiftEV: 2, seed: 6)
        var copy = stream
        var writer = try LabelledSetWriter(url: url, count: 21)
        for _ in 0..<21 {
            var spectrum = [Float](repeating: 0, count: copy.spectrumCount)
            var labels = [Float](repeating: 0, count: copy.labelCount)
            var spectrumSpan = spectrum.mutableSpan
            var labelSpan = labels.mutableSpan
            let shiftEV = copy.next(spectrum: &spectrumSpan, labels: &labelSpan)
            try writer.append(spectrum: spectrum.span, labels: labels.span, shiftEV: shiftEV)
        }
        try writer.finish()
        let evaluator = try Evaluator(model: model(.stn), batch: 8)
        var progress = 0
        let fresh = try evaluator.evaluate(&stream, count: 21) { progress += $0 }
        let stored = try evaluator.evaluate(LabelledSet(contentsOf: url))
        #expect(progress == 21 && fresh.spectra == 21)
        #expect(fresh == stored)
        // An untrained STN leaves the spectrum where it is and, with its origin, answers -0.25 eV for all.
        let shift = try #require(fresh.shift)
        #expect(shift.meanAbsoluteErrorEV > 0.3 && shift.percentile95EV < 2.3)
        var again = MixtureGenerator(library: try .shipped, maxShiftEV: 2, seed: 6)
        #expect(try Evaluator(model: model(.mlp), batch: 8).evaluate(&again, count: 5).shift == nil)
    }

    @Test("a spectrum of a set that shows nothing is named")
    func emptySpectrum() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).safetensors")
        defer { try? FileManager.default.removeItem(at: url) }
        var writer = SafeTensorsWriter()
        var spectra = [Float](repeating: 0, count: 3 * 6601)
        spectra[2500] = 1
        spectra[2 * 6601 + 2500] = 1
        writer.add("spectra", shape: [3, 6601], floats: spectra)
        writer.add("labels", shape: [3, 40], bytes: [UInt8](repeating: 0, count: 120))
        try writer.write(to: url)
        #expect {
            try Evaluator(model: model(.mlp), batch: 2).evaluate(LabelledSet(contentsOf: url))
        } throws: { error in
            "\(error)".contains("spectrum 1: no signal")
        }
    }
}
