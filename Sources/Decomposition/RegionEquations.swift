import COpenBLAS
import NeuralNetwork

/// The normal equations of each region by itself: the regions' gains can then be changed without touching the data.
///
/// Columns of a region: the library's constituents, its own background shapes, and the weighted data last, so that one
/// symmetric product gives the Gram matrix, Aᵀb and b'b together. Only upper triangles are kept.
struct RegionEquations: Sendable {
    /// Cells that are multiplied at once: a line reaches a few such blocks and most columns are empty in most of them.
    static let blockCells = 64

    let constituents: Int
    /// Background shapes of each region.
    let backgrounds: [Int]
    private(set) var grams: [[Double]]
    private var block: [Double]
    private var active: [Int]
    private var product: [Double]

    init(constituents: Int, backgrounds: [Int]) {
        // OpenBLAS must know its kernels before the first product.
        _ = ProcessorKernels.current
        self.constituents = constituents
        self.backgrounds = backgrounds
        let largest = constituents + (backgrounds.max() ?? 0) + 1
        grams = backgrounds.map { [Double](repeating: 0, count: (constituents + $0 + 1) * (constituents + $0 + 1)) }
        block = [Double](repeating: 0, count: largest * Self.blockCells)
        active = []
        active.reserveCapacity(largest)
        product = [Double](repeating: 0, count: largest * largest)
    }

    /// Columns of a region's own matrix, the data's among them.
    func order(of region: Int) -> Int { constituents + backgrounds[region] + 1 }

    mutating func clear() {
        for region in grams.indices {
            grams[region].withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
        }
    }

    /// Adds a block of cells to a region's equations.
    ///
    /// - Parameter fill: Writes one column's weighted values per call to the closure it is given, in ascending order of
    ///   columns: the column and its `count` values are written through the returned pointer.
    mutating func addBlock(region: Int, cells: Int, fill: (inout BlockRows) -> Void) {
        let order = order(of: region)
        var active: [Int] = []
        swap(&active, &self.active)
        defer {
            active.removeAll(keepingCapacity: true)
            swap(&active, &self.active)
        }
        block.withUnsafeMutableBufferPointer { block in
            var rows = BlockRows(values: block, cells: cells, columns: [])
            swap(&rows.columns, &active)
            fill(&rows)
            swap(&rows.columns, &active)
        }
        let rowCount = active.count
        guard rowCount > 0 else { return }
        block.withUnsafeBufferPointer { block in
            product.withUnsafeMutableBufferPointer { product in
                cblas_dsyrk(
                    CblasRowMajor, CblasUpper, CblasNoTrans, Int32(rowCount), Int32(cells), 1, block.baseAddress,
                    Int32(cells), 0, product.baseAddress, Int32(rowCount))
                grams[region].withUnsafeMutableBufferPointer { gram in
                    for row in 0..<rowCount {
                        let target = active[row] * order
                        for column in row..<rowCount {
                            gram[target + active[column]] += product[row * rowCount + column]
                        }
                    }
                }
            }
        }
    }
}

/// The rows of one block as they are filled: one per column that is not empty there, in ascending order of columns.
struct BlockRows {
    let values: UnsafeMutableBufferPointer<Double>
    let cells: Int
    fileprivate(set) var columns: [Int]

    /// The values of a column, zero at first; asking again for the last column gives the same row.
    mutating func row(of column: Int) -> UnsafeMutableBufferPointer<Double> {
        if columns.last != column {
            columns.append(column)
            let start = (columns.count - 1) * cells
            UnsafeMutableBufferPointer(rebasing: values[start..<start + cells]).update(repeating: 0)
        }
        let start = (columns.count - 1) * cells
        return UnsafeMutableBufferPointer(rebasing: values[start..<start + cells])
    }
}
