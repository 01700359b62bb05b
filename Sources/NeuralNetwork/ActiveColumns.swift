/// The columns of a matrix [rows, columns] that hold anything but zero, in whole blocks of sixteen.
///
/// Core-level spectra are zero outside a few windows: what is zero for a whole batch need not be multiplied, and has no
/// gradient. A block is a cache line, the least that memory moves.
public struct ActiveColumns: Sendable, Equatable {
    /// Columns of the matrix.
    public let columns: Int
    /// Where the columns lie, ascending and apart from each other.
    public private(set) var ranges: [Range<Int>] = []

    private static let block = 16
    private var isActive: [Bool]
    /// The bits of each column's numbers, all rows together: zero where every row is.
    private var bits: [UInt32]

    /// None yet, of so many.
    public init(columns: Int) {
        self.columns = columns
        isActive = [Bool](repeating: false, count: (columns + Self.block - 1) / Self.block)
        bits = [UInt32](repeating: 0, count: columns)
    }

    /// How many columns the ranges hold.
    public var count: Int { ranges.reduce(0) { $0 + $1.count } }

    /// Finds the columns of x [rows, columns] anew, and those that lie up to `margin` beside them.
    public mutating func find(in x: Buffer, rows: Int, margin: Int = 0) {
        for index in isActive.indices { isActive[index] = false }
        insert(x, rows: rows, margin: margin)
    }

    /// Adds the columns in which x [rows, columns] holds anything but zero; what is no number counts.
    public mutating func insert(_ x: Buffer, rows: Int, margin: Int = 0) {
        precondition(x.count >= rows * columns, "x is too small")
        let x = x.values
        bits.withUnsafeMutableBufferPointer { bits in
            bits.update(repeating: 0)
            var row = 0
            while row + 4 <= rows {
                let (a, b) = (row * columns, (row + 1) * columns)
                let (c, d) = (b + columns, b + 2 * columns)
                for i in 0..<columns {
                    bits[i] |=
                        x[a + i].bitPattern | x[b + i].bitPattern | x[c + i].bitPattern | x[d + i].bitPattern
                }
                row += 4
            }
            while row < rows {
                let start = row * columns
                for i in 0..<columns { bits[i] |= x[start + i].bitPattern }
                row += 1
            }
        }
        for block in isActive.indices where holdsNumbers(block, margin) { isActive[block] = true }
        collect()
    }

    /// Adds another set of the same matrix.
    public mutating func formUnion(_ other: ActiveColumns) {
        precondition(columns == other.columns, "sets of matrices of different widths")
        guard self != other else { return }
        for block in isActive.indices where other.isActive[block] { isActive[block] = true }
        collect()
    }

    /// What lies between the ranges.
    public var gaps: [Range<Int>] {
        let starts = [0] + ranges.map(\.upperBound)
        let ends = ranges.map(\.lowerBound) + [columns]
        return zip(starts, ends).filter { $0 < $1 }.map { $0..<$1 }
    }

    /// Whether the same columns are meant.
    public static func == (a: ActiveColumns, b: ActiveColumns) -> Bool {
        a.columns == b.columns && a.isActive == b.isActive
    }

    private func holdsNumbers(_ block: Int, _ margin: Int) -> Bool {
        let start = block * Self.block
        // A negative zero is a zero too.
        return bits[max(0, start - margin)..<min(start + Self.block + margin, columns)]
            .contains { $0 & 0x7fff_ffff != 0 }
    }

    private mutating func collect() {
        ranges.removeAll(keepingCapacity: true)
        for block in isActive.indices where isActive[block] {
            let range = block * Self.block..<min((block + 1) * Self.block, columns)
            // A product costs a start of its own, so one idle block is bridged.
            if let last = ranges.last, range.lowerBound - last.upperBound <= Self.block {
                ranges[ranges.count - 1] = last.lowerBound..<range.upperBound
            } else {
                ranges.append(range)
            }
        }
    }
}
