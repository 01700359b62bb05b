import Classifier
import Foundation
import NeuralNetwork
import Testing

@Suite struct ShiftLocaliserTests {
    static let cells = CoreLevelWindow.layout.movingCount
    static let windows = CoreLevelWindow.all.count

    func localiser(maxBatch: Int, pooling: Int = 4) -> ShiftLocaliser {
        var random = RandomGenerator(seed: 81)
        return ShiftLocaliser(maxBatch: maxBatch, pooling: pooling, random: &random)
    }

    /// Rows that are zero in the outer half of every window's room, so that they may be moved by as much.
    func rows(_ count: Int, seed: UInt64) -> [Float] {
        let (layout, values) = (CoreLevelWindow.layout, signedNumbers(count * Self.cells, seed: seed))
        var rows = [Float](repeating: 0, count: values.count)
        for row in 0..<count {
            for (strip, length) in layout.lengths.enumerated() {
                let start = row * Self.cells + layout.movingStarts[strip]
                for cell in start + layout.padding / 2..<start + layout.padding * 3 / 2 + length {
                    rows[cell] = values[cell]
                }
            }
        }
        return rows
    }

    /// Input that is moved by one bin moves the scores by one bin, at every bin where nothing left the axis.
    @Test(arguments: [4, 2], [1, -3, 10]) func movesWithItsInput(pooling: Int, bins: Int) {
        let localiser = localiser(maxBatch: 2, pooling: pooling)
        let (values, mask) = (rows(1, seed: 82), rows(1, seed: 83).map { abs($0) })
        let move = bins * pooling
        func moved(_ row: [Float]) -> [Float] {
            row.indices.map { row.indices.contains($0 - move) ? row[$0 - move] : 0 }
        }
        let noise = Buffer([Float](repeating: -1.5, count: 2 * Self.windows))
        localiser.forward(
            values: Buffer(values + moved(values)), mask: Buffer(mask + moved(mask)), noise: noise, batch: 2,
            isTraining: false)
        let count = localiser.axis.bins
        #expect(count == Int(20 * CoreLevelWindow.roomEV) / pooling + 1)
        let scores = localiser.scores.array
        let spread = (scores.max() ?? 0) - (scores.min() ?? 0)
        for bin in 0..<count where (0..<count).contains(bin + bins) {
            #expect(abs(scores[bin] - scores[count + bin + bins]) < 1e-4 * spread)
        }
        let p = localiser.probabilities.array
        #expect(abs(p[..<count].reduce(0, +) - 1) < 1e-5 && p.allSatisfy { $0 >= 0 })
    }

    /// Dead cells of a row and what other rows hold change nothing.
    @Test func rowsDoNotInfluenceOneAnother() {
        let localiser = localiser(maxBatch: 3)
        let (values, mask) = (rows(3, seed: 84), rows(3, seed: 85).map { abs($0) })
        let noise = signedNumbers(3 * Self.windows, seed: 86)
        func scores(_ rows: Range<Int>) -> [Float] {
            func part(_ numbers: [Float], _ width: Int) -> Buffer {
                Buffer(Array(numbers[rows.lowerBound * width..<rows.upperBound * width]))
            }
            localiser.forward(
                values: part(values, Self.cells), mask: part(mask, Self.cells), noise: part(noise, Self.windows),
                batch: rows.count, isTraining: false)
            return Array(localiser.scores.array[..<(rows.count * localiser.axis.bins)])
        }
        let together = scores(0..<3)
        let alone = scores(0..<1) + scores(1..<2) + scores(2..<3)
        #expect(zip(together, alone).allSatisfy { abs($0 - $1) < 1e-4 })
    }

    @Test func gradients() {
        let batch = 4
        let localiser = localiser(maxBatch: batch)
        for parameter in localiser.parameters { parameter.prepareForTraining() }
        let (values, mask) = (Buffer(rows(batch, seed: 87)), Buffer(rows(batch, seed: 88).map { abs($0) }))
        let noise = Buffer(signedNumbers(batch * Self.windows, seed: 89))
        let positions: [Float] = [3.25, 20, 33.5, 12.75]
        let bins = localiser.axis.bins
        func loss() -> Double {
            localiser.forward(values: values, mask: mask, noise: noise, batch: batch, isTraining: true)
            let scores = localiser.scores.array.map(Double.init)
            return (0..<batch).reduce(0.0) { sum, row in
                let z = scores[row * bins..<(row + 1) * bins]
                let logSum = log(z.reduce(0) { $0 + exp($1) })
                let low = Int(positions[row])
                let fraction = Double(positions[row]) - Double(low)
                let first = z.startIndex + low
                return sum + logSum - (1 - fraction) * z[first] - fraction * z[first + 1]
            } / Double(batch)
        }
        _ = loss()
        let dScores = Buffer(count: batch * bins)
        _ = SoftmaxCrossEntropy.loss(
            localiser.probabilities, positions: positions, gradient: dScores, rows: batch, bins: bins, weight: 1)
        localiser.backward(dScores, batch: batch)
        // What a normalisation takes off again has no gradient: the bias before the second one, and the last bias,
        // which moves all scores alike.
        let idle = ["localiser.linear1.bias", "localiser.linear2.bias"]
        for parameter in localiser.parameters {
            let gradient = parameter.gradient.array
            guard !idle.contains(parameter.name) else {
                #expect(gradient.allSatisfy { abs($0) < 1e-4 }, "\(parameter.name)")
                continue
            }
            GradientCheck.expect(
                gradient, at: parameter.value, step: 2e-3, tolerance: 0.05, "\(parameter.name)", loss: loss)
        }
    }

    /// The mean of a mode, as its scores change.
    @Test func propagatesThroughAMode() throws {
        let localiser = localiser(maxBatch: 2)
        let (values, mask) = (Buffer(rows(2, seed: 90)), Buffer(rows(2, seed: 91).map { abs($0) }))
        let noise = Buffer(count: 2 * Self.windows)
        localiser.forward(values: values, mask: mask, noise: noise, batch: 2, isTraining: false)
        let (axis, row) = (localiser.axis, 1)
        let mode = localiser.posterior(ofRow: row).modes[0]
        let dScores = Buffer(count: 2 * axis.bins)
        localiser.propagate(0.03, through: mode, into: dScores, row: row)
        let scores = localiser.scores.array[axis.bins...].map(Double.init)
        func mean(_ z: [Double]) -> Double {
            let e = mode.bins.map { exp(z[$0]) }
            let sum = zip(e, mode.bins).reduce(0) { $0 + $1.0 * Double(axis.shiftEV(ofBin: $1.1)) }
            return sum / e.reduce(0, +)
        }
        #expect(abs(mean(scores) - Double(mode.shiftEV)) < 1e-4)
        for bin in 0..<axis.bins {
            var (above, below) = (scores, scores)
            above[bin] += 1e-4
            below[bin] -= 1e-4
            let expected = 0.03 * (mean(above) - mean(below)) / 2e-4
            #expect(abs(Double(dScores[row * axis.bins + bin]) - expected) < 1e-5)
            #expect(dScores[bin] == 0, "the other row")
        }
        // One spectrum's pull is bounded, and no number pulls not at all.
        let (bounded, held) = (Buffer(count: dScores.count), Buffer(count: dScores.count))
        localiser.propagate(1e9, through: mode, into: bounded, row: row)
        localiser.propagate(0.05, through: mode, into: held, row: row)
        #expect(bounded.array == held.array)
        localiser.propagate(.nan, through: mode, into: bounded, row: row)
        #expect(bounded.array == held.array)
    }
}
