import Classifier
import NeuralNetwork
import Spectroscopy
import Synthesis
import Testing

@Suite struct UnmixingReaderTests {
    /// Before any training the first layer's amounts of clean aligned mixtures, put together, are the mixtures.
    ///
    /// Polymers that are almost alike share an amount, as the ridge wants it, so amounts alone prove nothing.
    @Test func firstLayerUnmixes() throws {
        let library = try PolymerLibrary.shipped
        var plan = TrainingPlan(architecture: .unmixingSTN, spectraPerEpoch: 16, epochs: 1)
        plan.batch = 8
        let network = try UnmixingTrainer(plan: plan, library: library).network
        let (spectra, points) = (library.referenceSpectra(), EnergyGrid.standard.count)
        let count = library.polymers.count
        let cells = network.reader.input.count / plan.batch
        var reading = RegionReading()
        func aligned(_ spectrum: [Float]) throws -> [Float] {
            try reading.read(clean: spectrum.span)
            network.input.set(reading, row: 0)
            network.align(shiftsEV: [0])
            return network.reader.input.array(row: 0, of: cells)
        }
        let rows = try (0..<count).map { try aligned(Array(spectra[$0 * points..<($0 + 1) * points])) }
        var random = RandomSource(seed: 21)
        for _ in 0..<4 {
            var mixture = [Float](repeating: 0, count: points)
            for _ in 0..<3 {
                let first = random.integer(in: 0...count - 1) * points
                let share = Float(0.2 + random.uniform())
                for point in 0..<points { mixture[point] += share * spectra[first + point] }
            }
            let expected = try aligned(mixture)
            network.reader.forward(batch: 1, isTraining: false)
            // The rectifier leaves a hundredth of what is below zero.
            let amounts = (0..<count).map { network.reader.amounts[$0] }.map { $0 < 0 ? 100 * $0 : $0 }
            var (error, square): (Float, Float) = (0, 0)
            for cell in 0..<cells {
                var sum: Float = 0
                for polymer in 0..<count { sum += amounts[polymer] * rows[polymer][cell] }
                error += (sum - expected[cell]) * (sum - expected[cell])
                square += expected[cell] * expected[cell]
            }
            #expect(error.squareRoot() < 0.01 * square.squareRoot())
        }
    }

    @Test func gradients() {
        let (batch, labels) = (5, 7)
        var random = RandomGenerator(seed: 111)
        let reader = UnmixingReader(maxBatch: batch, constituents: 6, labels: labels, random: &random)
        let cells = reader.input.count / batch
        reader.initialize(constituentRows: signedNumbers(6 * cells, seed: 112), ridge: 1e-3)
        reader.input.copy(signedNumbers(reader.input.count, seed: 113))
        for parameter in reader.parameters { parameter.prepareForTraining() }
        let weights = signedNumbers(batch * labels, seed: 114)
        func loss() -> Double {
            reader.forward(batch: batch, isTraining: true)
            return zip(reader.logits.array, weights).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        }
        _ = loss()
        reader.backward(Buffer(weights), batch: batch)
        let dInput = Buffer(count: reader.input.count)
        reader.inputGradient(into: dInput, batch: batch)
        for parameter in reader.parameters
        where !["reader.linear1.bias", "reader.linear2.bias"].contains(parameter.name) {
            GradientCheck.expect(
                parameter.gradient.array, at: parameter.value, step: 2e-4, tolerance: 0.05, "\(parameter.name)",
                loss: loss)
        }
        GradientCheck.expect(dInput.array, at: reader.input, step: 1e-3, tolerance: 0.05, "input", loss: loss)
    }

    @Test func shiftsAreWholeCells() throws {
        let network = UnmixingSTN(maxBatch: 1, seed: 2)
        var reading = RegionReading()
        try reading.read(clean: SampleSpectrum(backgroundPerEV: 0, shiftEV: 1.3).row().span)
        network.input.set(reading, row: 0)
        let shiftEV = network.answer(batch: 1)[0]
        #expect(abs(shiftEV * 10 - (shiftEV * 10).rounded()) < 1e-4)
        network.align(shiftsEV: [1.3])
        let aligned = network.reader.input.array
        try reading.read(clean: SampleSpectrum(backgroundPerEV: 0).row().span)
        network.input.set(reading, row: 0)
        network.align(shiftsEV: [0])
        #expect(zip(aligned, network.reader.input.array).allSatisfy { abs($0 - $1) < 1e-3 })
    }
}
