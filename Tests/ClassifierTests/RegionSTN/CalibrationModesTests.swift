import Classifier
import NeuralNetwork
import Testing

struct CalibrationModesTests {
    /// Answers of a network that finds two shifts in every spectrum, 0.8 eV apart, the upper one the more probable.
    private static func answers(_ shiftsEV: [Double]) throws -> [RegionAnswer] {
        let network = HandmadeNetwork.network(maxBatch: shiftsEV.count, residuals: [(-0.4, 0.3), (0.4, 0.7)])
        var reading = RegionReading()
        for (row, shiftEV) in shiftsEV.enumerated() {
            try reading.read(clean: SampleSpectrum(backgroundPerEV: 0, shiftEV: shiftEV).row().span)
            network.input.set(reading, row: row)
        }
        return RegionInference.answers(of: network, batch: shiftsEV.count)
    }

    @Test func whatIsMostlyTrueComesFirst() throws {
        // Of every spectrum the less probable shift is the true one.
        let known = try Self.answers((0..<40).map { 0.3 * Double($0 - 20) })
        let examples = known.compactMap { CalibrationModes.Example($0, shiftEV: $0.modes[1].shiftEV) }
        try #require(examples.count == 40)
        let fitted = CalibrationModes(examples)
        for answer in try Self.answers([-2.2, 0.1, 3.4]) {
            let reweighed = fitted.reweighed(answer)
            #expect(reweighed.modes.count == 2)
            #expect(reweighed.modes[0].shiftEV == answer.modes[1].shiftEV)
            #expect(reweighed.modes[0].weight > 0.8)
            #expect(abs(reweighed.modes[0].weight + reweighed.modes[1].weight - 1) < 1e-5)
            for group in answer.probabilities.indices {
                let mean = reweighed.modes.reduce(0) { $0 + $1.weight * $1.probabilities[group] }
                #expect(abs(reweighed.probabilities[group] - mean) < 1e-5)
            }
        }
    }

    @Test func aTruthFarFromAllShiftsTeachesNothing() throws {
        let answer = try #require(try Self.answers([1]).first)
        #expect(CalibrationModes.Example(answer, shiftEV: answer.modes[0].shiftEV + 2) == nil)
    }

    @Test func oneShiftStaysAsItIs() throws {
        let examples = try Self.answers([0, 1, 2]).compactMap {
            CalibrationModes.Example($0, shiftEV: $0.modes[0].shiftEV)
        }
        let network = HandmadeNetwork.network(maxBatch: 1)
        var reading = RegionReading()
        try reading.read(clean: SampleSpectrum(backgroundPerEV: 0).row().span)
        network.input.set(reading, row: 0)
        let answer = try #require(RegionInference.answers(of: network, batch: 1).first)
        #expect(CalibrationModes.Example(answer, shiftEV: answer.modes[0].shiftEV) == nil)
        let reweighed = CalibrationModes(examples).reweighed(answer)
        #expect(reweighed.modes.map(\.weight) == [1] && reweighed.probabilities == answer.probabilities)
    }
}
