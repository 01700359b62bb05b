import NeuralNetwork
import Testing

/// The sampler on strips against its formula in double precision.
@Suite struct StripSamplerTests {
    static let layout = StripLayout(lengths: [8, 4, 12], padding: 6, unit: 2)
    /// Whole and fractional shifts to both sides, up to the last that the padding has room for.
    static let shifts = [0, 0.25, -0.75, 1, -3, 2.5, 4.875, -4.875]

    /// One aligned row in single cells.
    func aligned(_ x: [Double], row: Int, shift: Double) -> [Double] {
        let layout = Self.layout
        let whole = Int(shift.rounded(.down))
        let fraction = shift - Double(whole)
        return layout.lengths.indices.flatMap { strip in
            (0..<layout.lengths[strip]).map { i in
                let source = row * layout.movingCount + layout.movingStarts[strip] + layout.padding + i + whole
                return (1 - fraction) * x[source] + fraction * x[source + 1]
            }
        }
    }

    func reference(_ x: [Double], row: Int, shift: Double, pooling: Int) -> [Double] {
        let cells = aligned(x, row: row, shift: shift)
        return stride(from: 0, to: cells.count, by: pooling).map {
            cells[$0..<$0 + pooling].reduce(0, +) / Double(pooling)
        }
    }

    @Test func layoutOfStrips() {
        let layout = Self.layout
        #expect(layout.movingStarts == [0, 20, 36] && layout.movingCount == 60)
        #expect(layout.alignedStarts == [0, 8, 12] && layout.alignedCount == 24)
        #expect(layout.pooled(2) == StripLayout(lengths: [4, 2, 6], padding: 3, unit: 1))
    }

    @Test(arguments: [1, 2], shifts) func samplesLikeTheFormula(pooling: Int, shift: Double) {
        let sampler = StripSampler(layout: Self.layout, pooling: pooling)
        let x = numbers(3 * Self.layout.movingCount, seed: 41)
        // A row may be read twice and out of order, into columns of a wider row.
        let (rows, column, stride) = ([2, 0, 2], 3, sampler.outputs + 5)
        let shifts = [shift, -shift, 0.5]
        let y = Buffer([Float](repeating: 7, count: 3 * stride))
        sampler.forward(
            Buffer(x), rows: rows, shifts: shifts.map { Float($0) }, into: y, stride: stride, column: column)
        for (output, row) in rows.enumerated() {
            let first = output * stride + column
            expectEqual(
                Buffer(Array(y.array[first..<first + sampler.outputs])),
                reference(x, row: row, shift: shifts[output], pooling: pooling), tolerance: 1e-5, "y")
        }
        #expect(y.array.enumerated().filter { $0.offset % stride < column }.allSatisfy { $0.element == 7 })
    }

    @Test(arguments: [1, 2], [0.25, -0.75, 2.5, 4.875, -4.875]) func gradientOfTheShift(pooling: Int, shift: Double) {
        let sampler = StripSampler(layout: Self.layout, pooling: pooling)
        let x = numbers(2 * Self.layout.movingCount, seed: 42)
        let stride = sampler.outputs + 3
        let c = numbers(2 * stride, seed: 43)
        let shifts = [shift, 1.5]
        var dShifts = [Float](repeating: 0, count: 2)
        sampler.backward(
            Buffer(x), shifts: shifts.map { Float($0) }, dy: Buffer(c), stride: stride, into: &dShifts, batch: 2)
        let expected = Reference.gradient(at: shifts) { shifts in
            (0..<2).reduce(0) { sum, row in
                let y = reference(x, row: row, shift: shifts[row], pooling: pooling)
                return sum + projection(y, Array(c[row * stride..<row * stride + sampler.outputs]))
            }
        }
        expectEqual(Buffer(dShifts), expected, "dshift")
    }

    /// A shift beyond the room, or none at all, reads something and never beyond the row.
    @Test(arguments: [1, 2]) func holdsShiftsWithinTheRoom(pooling: Int) {
        let sampler = StripSampler(layout: Self.layout, pooling: pooling)
        let x = numbers(Self.layout.movingCount, seed: 44)
        func y(_ shift: Float) -> [Float] {
            let y = Buffer(count: sampler.outputs)
            sampler.forward(Buffer(x), rows: [0], shifts: [shift], into: y, stride: sampler.outputs)
            return y.array
        }
        #expect(sampler.largestShift == 5)
        #expect(y(-1e9) == y(-5) && y(-.infinity) == y(0) && y(.nan) == y(0))
        #expect(y(1e9) == y(40) && zip(y(1e9), y(4.999)).allSatisfy { abs($0 - $1) < 1e-6 })
    }

    @Test func meansAtTheNearestCell() {
        let sampler = StripSampler(layout: Self.layout, pooling: 2)
        let x = numbers(Self.layout.movingCount, seed: 45)
        let y = Buffer(count: 10)
        for (shift, nearest) in [(0.0, 0.0), (1.4, 1), (1.6, 2), (-2.4, -2), (-2.6, -3)] {
            sampler.means(
                of: Buffer(x), rows: [0], shifts: [Float(shift)], cells: 4, into: y, stride: 10, column: 2)
            let cells = aligned(x, row: 0, shift: nearest)
            let expected = stride(from: 0, to: 24, by: 4).map { cells[$0..<$0 + 4].reduce(0, +) / 4 }
            expectEqual(Buffer(Array(y.array[2..<8])), expected, tolerance: 1e-5, "means at \(shift)")
        }
    }
}
