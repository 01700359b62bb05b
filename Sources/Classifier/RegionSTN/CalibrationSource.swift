import NeuralNetwork
import Synthesis

/// Draws measurements of the selection split and keeps what the network answers to them.
final class CalibrationSource {
    private let network: RegionSTN
    private let batch: MeasurementBatch
    private let seed: UInt64
    private let maxShiftEV: Double

    /// A source of spectra for a network, shifted within ± `maxShiftEV`.
    init(network: RegionSTN, maxShiftEV: Double, seed: UInt64) {
        self.network = network
        self.maxShiftEV = maxShiftEV
        self.seed = seed
        batch = MeasurementBatch(maxBatch: network.input.maxBatch)
    }

    /// `count` examples of one stream.
    func examples(
        _ count: Int, of library: PolymerLibrary, plan: MeasurementPlan = MeasurementPlan(), stream: UInt64,
        onProgress: (Int) -> Void
    ) -> [CalibrationExample] {
        let seed = RandomGenerator.seed(seed, stream: stream)
        var generator = MeasurementGenerator(
            library: library, effects: .all, maxShiftEV: maxShiftEV, seed: seed, plan: plan)
        var random = RandomGenerator(seed: seed)
        var examples: [CalibrationExample] = []
        examples.reserveCapacity(count)
        while examples.count < count {
            let rows = min(network.input.maxBatch, count - examples.count)
            batch.fill(network.input, from: &generator, count: rows, random: &random)
            for (row, answer) in RegionInference.answers(of: network, batch: rows).enumerated() {
                examples.append(example(row: row, answer))
            }
            onProgress(rows)
        }
        return examples
    }

    private func example(row: Int, _ answer: RegionAnswer) -> CalibrationExample {
        let labels = batch.labels.array(row: row, of: answer.probabilities.count)
        return CalibrationExample(answer, labels: labels.map { $0 > 0.5 }, shiftEV: batch.shiftsEV[row])
    }
}
