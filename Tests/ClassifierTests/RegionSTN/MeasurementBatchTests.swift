import Classifier
import NeuralNetwork
import Synthesis
import Testing

@Suite struct MeasurementBatchTests {
    /// Without noise and background the lines are the measurement, but for the straight line that a reading takes off.
    @Test func signalIsOnTheScaleOfTheInput() throws {
        let count = 3
        let (batch, input) = (MeasurementBatch(maxBatch: count), RegionInput(maxBatch: count))
        var generator = MeasurementGenerator(library: try .shipped, effects: .none, maxShiftEV: 2, seed: 5)
        var random = RandomGenerator(seed: 6)
        batch.fill(input, from: &generator, count: count, random: &random)
        let layout = CoreLevelWindow.layout
        for row in 0..<count {
            for (strip, length) in layout.lengths.enumerated() {
                let first = row * layout.movingCount + layout.movingStarts[strip]
                let cells = (first..<first + length + 2 * layout.padding).filter { input.mask[$0] == 1 }
                guard cells.count > 2 else { continue }
                let line = cells.map { Double(input.values[$0] - batch.signal[$0]) }
                let slope = (line[line.count - 1] - line[0]) / Double(line.count - 1)
                #expect(line.enumerated().allSatisfy { abs($1 - line[0] - slope * Double($0)) < 2e-3 })
            }
            #expect(abs(batch.shiftsEV[row]) <= 2)
            #expect(batch.labels.array(row: row, of: 40).contains(1))
            #expect(batch.amounts.array(row: row, of: 2) == [0, 0])
        }
    }

    @Test func sameSeedsSameBatch() throws {
        let library = try PolymerLibrary.shipped
        func values() -> [Float] {
            let (batch, input) = (MeasurementBatch(maxBatch: 4), RegionInput(maxBatch: 4))
            var generator = MeasurementGenerator(library: library, effects: .all, maxShiftEV: 5, seed: 8)
            var random = RandomGenerator(seed: 9)
            batch.fill(input, from: &generator, count: 4, random: &random)
            return input.values.array + input.mask.array + input.noise.array + batch.signal.array
                + batch.labels.array + batch.amounts.array + batch.shiftsEV
        }
        let first = values()
        #expect(first == values() && first.allSatisfy(\.isFinite))
    }
}
