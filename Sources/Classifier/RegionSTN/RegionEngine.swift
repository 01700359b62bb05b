import NeuralNetwork

/// A network on regions with its weights in place, whichever of the two it is.
///
/// It holds memory for one batch and belongs to one thread.
final class RegionEngine {
    /// Most spectra of a batch.
    let maxBatch: Int

    private enum Kind {
        case regions(RegionSTN)
        case unmixing(UnmixingSTN)
    }

    private let kind: Kind

    /// Builds the network of a model and fills in its weights.
    init(model: Model, maxBatch: Int) throws(ModelError) {
        self.maxBatch = maxBatch
        switch model.architecture {
        case .regionSTN:
            let network = RegionSTN(maxBatch: maxBatch, labels: model.labels.count, seed: 0)
            try model.load(into: network)
            kind = .regions(network)
        case .unmixingSTN:
            let network = UnmixingSTN(maxBatch: maxBatch, labels: model.labels.count, seed: 0)
            try model.load(into: network)
            kind = .unmixing(network)
        case .mlp, .cnn, .stn:
            throw ModelError("a network “\(model.architecture.rawValue)” reads the whole axis, not regions")
        }
    }

    /// Puts a reading into a row of the batch.
    func set(_ reading: borrowing RegionReading, row: Int) {
        switch kind {
        case .regions(let network): network.input.set(reading, row: row)
        case .unmixing(let network): network.input.set(reading, row: row)
        }
    }

    /// The answers to the first `batch` readings.
    func answers(batch: Int) -> [RegionAnswer] {
        switch kind {
        case .regions(let network): RegionInference.answers(of: network, batch: batch)
        case .unmixing(let network): Self.answers(of: network, batch: batch)
        }
    }

    /// The unmixing network knows one shift, to the cell it rounds to.
    private static func answers(of network: UnmixingSTN, batch: Int) -> [RegionAnswer] {
        guard batch > 0 else { return [] }
        let shiftsEV = network.answer(batch: batch)
        let labels = network.reader.logits.count / network.input.maxBatch
        return shiftsEV.enumerated().map { row, shiftEV in
            let logits = network.reader.logits.array(row: row, of: labels)
            let probabilities = logits.map { BinaryCrossEntropy.probability($0) }
            // A cell's width, uniform.
            let sigmaEV = Float(CoreLevelWindow.cellEV) / Float(12).squareRoot()
            let mode = RegionAnswer.Mode(
                weight: 1, shiftEV: shiftEV, sigmaEV: sigmaEV, probabilities: probabilities, spreadEV: 0,
                contamination: 0, features: [], reconstruction: [], aligned: [], noise: [], recordedEV: [])
            return RegionAnswer(modes: [mode])
        }
    }
}
