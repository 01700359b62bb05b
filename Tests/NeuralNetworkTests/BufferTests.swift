import NeuralNetwork
import Testing

@Suite struct BufferTests {
    @Test func addsAndScales() {
        let x = Buffer([1, 2, 3] as [Float])
        x.add(Buffer([10, 20, 30] as [Float]), count: 2)
        x.scale(by: 2, count: 1)
        #expect(x.array == [22, 22, 3])
    }

    @Test func repeatsRows() {
        let y = Buffer([Float](repeating: 9, count: 16))
        Buffer([1, 2, 3, 4] as [Float]).repeatRows(of: 2, times: 2, into: y, column: 1, stride: 4, batch: 2)
        #expect(y.array == [9, 1, 2, 9, 9, 1, 2, 9, 9, 3, 4, 9, 9, 3, 4, 9])
    }

    @Test func gathersRows() {
        let x = Buffer([1, 2, 3, 4, 5, 6] as [Float])
        let y = Buffer([Float](repeating: 9, count: 9))
        x.gatherRows([2, 0, 2], of: 2, into: y, column: 1, stride: 3)
        #expect(y.array == [9, 5, 6, 9, 1, 2, 9, 5, 6])
        #expect(x.array(row: 1, of: 2) == [3, 4] && x.array(row: 1, of: 3) == [4, 5, 6])
    }

    @Test(arguments: [1, 2, 4]) func averagesCells(factor: Int) {
        let x = numbers(3 * 8, seed: 71)
        let y = Buffer(count: 24 / factor)
        CellAverage.forward(Buffer(x), into: y, count: 24, factor: factor)
        expectEqual(
            y, Reference.averagePool(x, points: 8, kernel: factor, stride: factor), tolerance: 1e-6, "y")
    }
}
