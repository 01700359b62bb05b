import NeuralNetwork
import Synthesis

/// Draws measurements of the selection split and keeps what the network answers to them.
final class CalibrationSource {
    private let network: RegionSTN
    private let batch: MeasurementBatch
    private let seed: UInt64
    private let maxShiftEV: Double
    /// What weighs the shifts that fit anew, before an example is made of an answer.
    var modes: CalibrationModes?

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
        var examples: [CalibrationExample] = []
        examples.reserveCapacity(count)
        answers(count, of: library, plan: plan, stream: stream, onProgress: onProgress) { answer, labels, shiftEV in
            examples.append(
                CalibrationExample(modes?.reweighed(answer) ?? answer, labels: labels, shiftEV: shiftEV))
        }
        return examples
    }

    /// The answers of `count` spectra that have more than one shift, with the true one.
    func modeExamples(
        _ count: Int, of library: PolymerLibrary, stream: UInt64, onProgress: (Int) -> Void
    ) -> [CalibrationModes.Example] {
        var examples: [CalibrationModes.Example] = []
        answers(count, of: library, plan: MeasurementPlan(), stream: stream, onProgress: onProgress) {
            answer, _, shiftEV in
            if let example = CalibrationModes.Example(answer, shiftEV: shiftEV) { examples.append(example) }
        }
        return examples
    }

    private func answers(
        _ count: Int, of library: PolymerLibrary, plan: MeasurementPlan, stream: UInt64, onProgress: (Int) -> Void,
        _ body: (_ answer: RegionAnswer, _ labels: [Bool], _ shiftEV: Float) -> Void
    ) {
        let seed = RandomGenerator.seed(seed, stream: stream)
        var generator = MeasurementGenerator(
            library: library, effects: .all, maxShiftEV: maxShiftEV, seed: seed, plan: plan)
        var random = RandomGenerator(seed: seed)
        var done = 0
        while done < count {
            let rows = min(network.input.maxBatch, count - done)
            batch.fill(network.input, from: &generator, count: rows, random: &random)
            for (row, answer) in RegionInference.answers(of: network, batch: rows).enumerated() {
                let labels = batch.labels.array(row: row, of: answer.probabilities.count).map { $0 > 0.5 }
                body(answer, labels, batch.shiftsEV[row])
            }
            done += rows
            onProgress(rows)
        }
    }
}
