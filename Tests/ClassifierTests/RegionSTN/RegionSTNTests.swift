import Classifier
import Foundation
import NeuralNetwork
import Spectroscopy
import Synthesis
import Testing

/// The localiser, the sampler and the reader together.
@Suite struct RegionSTNTests {
    /// A reading of a clean spectrum whose lines lie `shiftEV` higher than where they belong.
    func reading(shiftEV: Double) throws -> RegionReading {
        var reading = RegionReading()
        try reading.read(clean: SampleSpectrum(backgroundPerEV: 0, shiftEV: shiftEV).row().span)
        return reading
    }

    /// A spectrum at a higher binding energy, read under that shift, is the spectrum at its place.
    @Test(arguments: [-4.2, -0.1, 1.3, 6.0]) func alignmentUndoesAShift(shiftEV: Double) throws {
        let network = RegionSTN(maxBatch: 2, seed: 3)
        network.input.set(try reading(shiftEV: 0), row: 0)
        network.input.set(try reading(shiftEV: shiftEV), row: 1)
        network.align(rows: [0, 1], shiftsEV: [0, Float(shiftEV)])
        let reader = network.reader
        let (plain, undone) = (
            reader.input.array(row: 0, of: reader.inputs), reader.input.array(row: 1, of: reader.inputs)
        )
        let pairs = network.sampler.outputs
        #expect(zip(plain, undone).prefix(pairs).allSatisfy { abs($0 - $1) < 1e-3 })
        #expect(plain.prefix(pairs).max() ?? 0 > 0.5)
        // What was recorded of each eV, then the noise of each window.
        #expect(reader.inputs == pairs + pairs / 5 + CoreLevelWindow.all.count)
        #expect(plain[pairs..<pairs + pairs / 5].allSatisfy { $0 == 1 })
        let told = RegionReading.noiseRange.upperBound
        #expect(undone.suffix(CoreLevelWindow.all.count).allSatisfy { $0 == told })
    }

    /// The gradient of the aligned row reaches the localiser's weights through sampler and mode.
    @Test func gradientThroughTheSampler() throws {
        let batch = 4
        let network = RegionSTN(maxBatch: batch, seed: 5)
        let (localiser, reader, input) = (network.localiser, network.reader, network.input)
        for parameter in network.parameters { parameter.prepareForTraining() }
        for row in 0..<batch { input.set(try reading(shiftEV: Double(row) - 1.37), row: row) }
        let weights = signedNumbers(reader.input.count, seed: 6).map { $0 * 2e-3 }
        let (pairs, cellEV) = (network.sampler.outputs, Float(CoreLevelWindow.cellEV))
        var modes: [ShiftModes.Mode] = []
        func loss() -> Double {
            localiser.forward(
                values: input.values, mask: input.mask, noise: input.noise, batch: batch, isTraining: true)
            modes = (0..<batch).map { localiser.posterior(ofRow: $0).modes[0] }
            network.align(rows: Array(0..<batch), shiftsEV: modes.map(\.shiftEV))
            return zip(reader.input.array, weights).enumerated().reduce(0.0) { sum, entry in
                entry.offset % reader.inputs < pairs ? sum + Double(entry.element.0) * Double(entry.element.1) : sum
            }
        }
        _ = loss()
        var dShifts = [Float](repeating: 0, count: batch)
        network.sampler.backward(
            input.values, shifts: modes.map { $0.shiftEV / cellEV }, dy: Buffer(weights), stride: reader.inputs,
            into: &dShifts, batch: batch)
        let dScores = Buffer(count: localiser.scores.count)
        for (row, mode) in modes.enumerated() {
            #expect(abs(dShifts[row] / cellEV) < 0.05, "beyond that it would be held")
            localiser.propagate(dShifts[row] / cellEV, through: mode, into: dScores, row: row)
        }
        localiser.backward(dScores, batch: batch)
        let last = try #require(network.parameters.first { $0.name == "localiser.linear2.weight" })
        GradientCheck.expect(
            last.gradient.array, at: last.value, step: 1e-3, tolerance: 0.05, "localiser.linear2.weight", loss: loss)
    }
}
