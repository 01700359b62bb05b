import Classifier
import NeuralNetwork
import Testing

@Suite struct AlignedReaderTests {
    static let batch = 6
    static let labels = 5

    func reader() -> AlignedReader {
        var random = RandomGenerator(seed: 101)
        let reader = AlignedReader(maxBatch: Self.batch, labels: Self.labels, random: &random)
        reader.input.copy(signedNumbers(reader.input.count, seed: 102))
        // Layers that begin by correcting nothing.
        for parameter in reader.parameters where !parameter.value.array.contains(where: { $0 != 0 }) {
            parameter.value.copy(signedNumbers(parameter.value.count, seed: 109).map { 0.2 * $0 })
        }
        return reader
    }

    /// All six answers count, each with weights of its own.
    @Test func gradients() {
        let reader = reader()
        for parameter in reader.parameters { parameter.prepareForTraining() }
        let answers = [
            reader.logits, reader.residualScores, reader.amounts, reader.reconstruction, reader.constituents,
            reader.chain,
        ]
        let weights = answers.enumerated().map { signedNumbers($1.count, seed: 103 + UInt64($0)) }
        func loss() -> Double {
            reader.forward(batch: Self.batch, isTraining: true)
            return zip(answers, weights).reduce(0.0) { sum, entry in
                sum + zip(entry.0.array, entry.1).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
            }
        }
        _ = loss()
        let dInput = Buffer(count: reader.input.count)
        reader.backward(
            AlignedReader.Gradients(
                logits: Buffer(weights[0]), residualScores: Buffer(weights[1]), amounts: Buffer(weights[2]),
                reconstruction: Buffer(weights[3]), constituents: Buffer(weights[4]),
                chain: Buffer(weights[5])),
            into: dInput, batch: Self.batch)
        // A bias before a normalisation moves nothing.
        let idle = [
            "reader.linear1.bias", "reader.linear2.bias", "reader.linear3.bias", "second.linear1.bias",
            "second.linear2.bias",
        ]
        for parameter in reader.parameters where !idle.contains(parameter.name) {
            GradientCheck.expect(
                parameter.gradient.array, at: parameter.value, step: 1e-3, "\(parameter.name)", loss: loss)
        }
        GradientCheck.expect(dInput.array, at: reader.input, step: 1e-3, "input", loss: loss)
    }

    @Test func rowsDoNotInfluenceOneAnother() {
        let reader = reader()
        reader.forward(batch: Self.batch, isTraining: false)
        let together = (reader.logits.array, reader.reconstruction.array)
        let last = Self.batch - 1
        reader.input.copy(reader.input.array(row: last, of: reader.inputs))
        reader.forward(batch: 1, isTraining: false)
        let width = reader.reconstruction.count / Self.batch
        for label in 0..<Self.labels {
            #expect(abs(reader.logits[label] - together.0[last * Self.labels + label]) < 1e-5)
        }
        for cell in 0..<width {
            #expect(abs(reader.reconstruction[cell] - together.1[last * width + cell]) < 1e-5)
        }
    }
}
