import NeuralNetwork
import Spectroscopy

/// A model made ready to answer: its own copy of the weights and working memory for a batch.
///
/// It belongs to one thread; a second thread makes its own from the same model.
public final class Inference {
    /// Where the answers come from.
    public let model: Model
    /// The most spectra that one call takes.
    public let maxBatch: Int
    private let network: any Network

    /// Memory for up to `maxBatch` spectra at a time; one of the paper's networks is asked for.
    public init(model: Model, maxBatch: Int) throws(ModelError) {
        precondition(maxBatch > 0, "a batch holds one spectrum at least")
        guard Architecture.paper.contains(model.architecture) else {
            throw ModelError("a network “\(model.architecture.rawValue)” reads regions, not the whole axis")
        }
        self.model = model
        self.maxBatch = maxBatch
        network = model.architecture.makeNetwork(maxBatch: maxBatch, seed: 0)
        try model.load(into: network)
    }

    /// Whether the model says how far a spectrum is shifted.
    public var estimatesShift: Bool { network.translations != nil }

    /// Answers for `count` spectra.
    ///
    /// - Parameters:
    ///   - spectra: `[count, 6601]`, preprocessed.
    ///   - probabilities: `[count, labels]`, one per functional group.
    ///   - shiftsEV: `[count]`, positive to higher binding energy; zeros where the model estimates none.
    public func run(
        spectra: Span<Float>, count: Int, probabilities: inout MutableSpan<Float>, shiftsEV: inout MutableSpan<Float>
    ) {
        let (points, labels) = (NetworkShape.standard.points, model.labels.count)
        precondition(count <= maxBatch && spectra.count >= count * points, "more spectra than there is room for")
        precondition(probabilities.count >= count * labels && shiftsEV.count >= count, "no room for the answers")
        guard count > 0 else { return }
        network.input.copy(spectra.extracting(first: count * points))
        network.forward(batch: count)
        network.logits.withSpan(0..<count * labels) { logits in
            for i in 0..<logits.count { probabilities[i] = BinaryCrossEntropy.probability(logits[i]) }
        }
        guard let translations = network.translations else {
            for i in 0..<count { shiftsEV[i] = 0 }
            return
        }
        for i in 0..<count {
            shiftsEV[i] = Float(Self.shiftEV(ofTranslation: translations[i]) - (model.shiftOriginEV ?? 0))
        }
    }

    /// The shift in eV of a translation: aligned(x) = spectrum(x + t), t in half lengths of the grid.
    static func shiftEV(ofTranslation translation: Float) -> Double {
        Double(translation) * Double(EnergyGrid.standard.count) / 2 * EnergyGrid.standard.stepEV
    }
}
