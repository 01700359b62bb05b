import NeuralNetwork

/// What this program makes of the inputs of an exported network on core-level windows: for comparing a runtime with it.
package enum ONNXReference {
    /// The outputs by their names in the file, one row each for each reading and its alignment.
    package static func outputs(
        of model: Model, readings: [RegionReading], alignmentsEV: [Float]
    ) throws(ModelError) -> [String: [Float]] {
        precondition(readings.count == alignmentsEV.count && !readings.isEmpty, "an alignment for each reading")
        switch model.architecture {
        case .mlp, .cnn, .stn: throw ModelError("a network “\(model.architecture.rawValue)” takes no readings")
        case .regionSTN:
            let network = RegionSTN(maxBatch: readings.count, seed: 0)
            try model.load(into: network)
            for (row, reading) in readings.enumerated() { network.input.set(reading, row: row) }
            network.localise(batch: readings.count)
            network.read(alignmentsEV.enumerated().map { .init(row: $0.offset, shiftEV: $0.element) })
            let (reader, bins) = (network.reader, AlignedReader.residualBins)
            let residual = Buffer(count: readings.count * bins)
            SoftmaxCrossEntropy.probabilities(reader.residualScores, into: residual, rows: readings.count, bins: bins)
            return [
                "shift_probabilities": network.localiser.probabilities.array,
                "probabilities": reader.logits.array.map(BinaryCrossEntropy.probability),
                "residual_probabilities": residual.array, "amounts": reader.amounts.array,
                "combination_scores": reader.chain.array,
                "features": reader.features.array, "reconstruction": reader.reconstruction.array,
            ]
        case .unmixingSTN:
            let network = UnmixingSTN(maxBatch: readings.count, seed: 0)
            try model.load(into: network)
            for (row, reading) in readings.enumerated() { network.input.set(reading, row: row) }
            _ = network.answer(batch: readings.count)
            network.align(shiftsEV: alignmentsEV)
            network.reader.forward(batch: readings.count, isTraining: false)
            return [
                "shift_probabilities": network.localiser.probabilities.array,
                "probabilities": network.reader.logits.array.map(BinaryCrossEntropy.probability),
            ]
        }
    }
}
