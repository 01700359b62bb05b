import NeuralNetwork
import Testing

@Suite struct ColumnsTests {
    @Test("columns are set and added row by row, and nothing else is touched")
    func setAndAdd() {
        let rows = Buffer((0..<12).map(Float.init))
        let other = Buffer([10, 20, 30, 40] as [Float])
        let columns = Columns(of: rows, from: 1, stride: 4)
        columns.set(to: Columns(of: other, stride: 2), width: 2, batch: 2)
        #expect(rows.array == [0, 10, 20, 3, 4, 30, 40, 7, 8, 9, 10, 11])
        columns.add(Columns(of: other, from: 1, stride: 2), times: -0.5, width: 1, batch: 2)
        #expect(rows.array == [0, 0, 20, 3, 4, 10, 40, 7, 8, 9, 10, 11])
    }

    @Test("a column is filled where its group of others holds zeros only")
    func fillWhereEmpty() {
        // Two rows: groups of one and of two, then the two columns that follow them.
        let rows = Buffer([1, 0, 0, 5, 6, 0, 0, 0.5, 7, 8] as [Float])
        Columns(of: rows, from: 3, stride: 5).fill(
            -1, whereEmpty: Columns(of: rows, stride: 5), widths: [1, 2], batch: 2)
        #expect(rows.array == [1, 0, 0, 5, -1, 0, 0, 0.5, -1, 8])
    }
}
