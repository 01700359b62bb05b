import NeuralNetwork
import Testing

/// Templates and means that slide along a stretch of a row, against their formulas in double precision.
@Suite struct SlidingTests {
    static let (batch, rowLength, start, length, shifts) = (3, 31, 4, 9, 11)

    func layer(templates: Int) -> SlidingCorrelation {
        var random = RandomGenerator(seed: 31)
        let layer = SlidingCorrelation(
            name: "layer", templates: templates, length: Self.length, shifts: Self.shifts, start: Self.start,
            random: &random)
        layer.weight.prepareForTraining()
        return layer
    }

    /// y [batch · shifts, templates].
    func reference(_ x: [Double], _ weight: [Double]) -> [Double] {
        var y: [Double] = []
        for row in 0..<x.count / Self.rowLength {
            for s in 0..<Self.shifts {
                for k in 0..<weight.count / Self.length {
                    y.append(
                        (0..<Self.length).reduce(0) { sum, i in
                            sum + weight[k * Self.length + i] * x[row * Self.rowLength + Self.start + s + i]
                        })
                }
            }
        }
        return y
    }

    /// The columns of a wider array, row by row.
    func columns(_ buffer: Buffer, from column: Int, width: Int, stride: Int) -> Buffer {
        let values = buffer.array
        return Buffer(
            Swift.stride(from: 0, to: values.count, by: stride).flatMap { values[$0 + column..<$0 + column + width] })
    }

    @Test(arguments: [1, 4]) func correlation(templates: Int) {
        let layer = layer(templates: templates)
        let x = numbers(Self.batch * Self.rowLength, seed: 32)
        let weight = layer.weight.value.array.map(Double.init)
        let rows = Self.batch * Self.shifts
        let (column, stride) = (2, templates + 3)
        let scratch = Buffer(count: layer.scratchCount(batch: Self.batch))
        let y = Buffer([Float](repeating: 7, count: rows * stride))
        layer.forward(
            Buffer(x), rowLength: Self.rowLength, into: y, column: column, stride: stride, scratch: scratch,
            batch: Self.batch)
        expectEqual(
            columns(y, from: column, width: templates, stride: stride), reference(x, weight), tolerance: 1e-5, "y")
        for (index, value) in y.array.enumerated() where !(column..<column + templates).contains(index % stride) {
            #expect(value == 7, "columns of others stay as they were")
        }

        let c = numbers(rows * stride, seed: 33)
        let own = c.indices.filter { (column..<column + templates).contains($0 % stride) }.map { c[$0] }
        layer.backward(
            Buffer(x), rowLength: Self.rowLength, dy: Buffer(c), column: column, stride: stride, scratch: scratch,
            batch: Self.batch)
        expectEqual(
            layer.weight.gradient, Reference.gradient(at: weight) { projection(reference(x, $0), own) }, "dT")
    }

    @Test func correlationMovesWithItsInput() {
        let layer = layer(templates: 2)
        let x = numbers(Self.rowLength, seed: 34).map { Float($0) }
        let moved = [0] + x.dropLast()
        let scratch = Buffer(count: layer.scratchCount(batch: 1))
        func y(_ x: [Float]) -> [Float] {
            let y = Buffer(count: Self.shifts * 2)
            layer.forward(
                Buffer(x), rowLength: Self.rowLength, into: y, column: 0, stride: 2, scratch: scratch, batch: 1)
            return y.array
        }
        #expect(zip(y(moved).dropFirst(2), y(x)).allSatisfy { abs($0 - $1) < 1e-6 })
    }

    @Test func mean() {
        let x = numbers(Self.batch * Self.rowLength, seed: 35)
        let box = [Double](repeating: 1 / Double(Self.length), count: Self.length)
        let y = Buffer(count: Self.batch * Self.shifts * 2)
        SlidingMean.forward(
            Buffer(x), rowLength: Self.rowLength, start: Self.start, length: Self.length, shifts: Self.shifts,
            into: y, column: 1, stride: 2, batch: Self.batch)
        expectEqual(columns(y, from: 1, width: 1, stride: 2), reference(x, box), tolerance: 1e-5, "y")
        #expect(columns(y, from: 0, width: 1, stride: 2).array.allSatisfy { $0 == 0 })
    }

    /// The last position of the last row ends where the memory does.
    @Test func meanAtTheEndOfMemory() {
        let y = Buffer(count: 4)
        SlidingMean.forward(
            Buffer([1, 2, 3, 4, 5] as [Float]), rowLength: 5, start: 0, length: 2, shifts: 4, into: y, column: 0,
            stride: 1, batch: 1)
        #expect(y.array == [1.5, 2.5, 3.5, 4.5])
    }
}
