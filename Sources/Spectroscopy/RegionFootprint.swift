/// Which energies the points of a region stand for, measured in cells of a grid.
///
/// Points are in ascending order here, whatever the axis's direction.
struct RegionFootprint {
    /// The energies that a point stands for.
    private struct Bin {
        var lower: Double
        var upper: Double
    }

    /// Deviation from a cell's centre, in cells, below which a point is on the grid: 0.1 meV on the standard grid,
    /// what single-precision headers and `hν - KE` leave.
    static let alignment = 1e-3
    /// The part of a cell that must be covered for it to count as touched; less is rounding.
    static let sliver = 1e-6
    /// A distance this many times the neighbouring one is a hole in the axis, not a step.
    static let holeRatio = 5.0
    /// No distance below this is a hole.
    static let smallestHoleEV = 1.0

    /// Where each point lies, ascending.
    let positions: [Double]
    /// Whether the axis descends in binding energy, so that point 0 here is the last of the region.
    let isReversed: Bool
    /// Whether every point lies on a cell's centre and its neighbours on the next ones.
    let isAligned: Bool
    /// The cells that are touched.
    let cells: Range<Int>
    /// The bin of each point; empty where all are cells.
    private let edges: [Bin]
    /// How much of each touched cell is covered, 0...1; empty where all are whole.
    private let coverage: [Double]

    init(_ settings: RegionSettings, grid: EnergyGrid) {
        let count = settings.axis.count
        isReversed =
            count > 1
            ? settings.bindingEnergyEV(at: 1) < settings.bindingEnergyEV(at: 0)
            : false
        var positions = [Double](repeating: 0, count: count)
        for index in 0..<count {
            let point = isReversed ? count - 1 - index : index
            positions[index] = grid.position(ofEV: settings.bindingEnergyEV(at: point))
        }
        let step = settings.axis.meanStepEV / grid.stepEV
        isAligned = Self.snap(&positions, step: step)
        self.positions = positions
        if isAligned {
            let first = max(positions[0], 0)
            let end = min(positions[count - 1] + 1, Double(grid.count))
            cells = first < end ? Int(first)..<Int(end) : 0..<0
            (edges, coverage) = ([], [])
        } else {
            edges = Self.bins(positions, step: step, smallestHole: Self.smallestHoleEV / grid.stepEV)
            (cells, coverage) = Self.coverage(edges, cellCount: grid.count)
        }
    }

    /// Lower edge of a point's bin.
    func lower(_ point: Int) -> Double {
        isAligned ? positions[point] - 0.5 : edges[point].lower
    }

    /// Upper edge of a point's bin.
    func upper(_ point: Int) -> Double {
        isAligned ? positions[point] + 0.5 : edges[point].upper
    }

    /// How much of a cell is covered.
    func coverage(of cell: Int) -> Double {
        guard cells.contains(cell) else { return 0 }
        return isAligned ? 1 : coverage[cell - cells.lowerBound]
    }

    /// Moves points that are on the grid but for rounding exactly onto it; says whether all were, one cell apart.
    private static func snap(_ positions: inout [Double], step: Double) -> Bool {
        let first = positions[0].rounded()
        guard first.magnitude < 1e9, (step - 1).magnitude < alignment else { return false }
        for index in positions.indices where (positions[index] - first - Double(index)).magnitude > alignment {
            return false
        }
        for index in positions.indices { positions[index] = first + Double(index) }
        return true
    }

    /// Bins that meet half-way between points, except across holes and at the ends, where the other side's half width
    /// is taken.
    private static func bins(_ positions: [Double], step: Double, smallestHole: Double) -> [Bin] {
        let count = positions.count
        var bins = positions.map { Bin(lower: $0, upper: $0) }
        for index in 0..<count {
            let below = index > 0 ? positions[index] - positions[index - 1] : nil
            let above = index + 1 < count ? positions[index + 1] - positions[index] : nil
            func half(_ side: Double?, other: Double?) -> Double {
                guard let side else { return (other ?? step) / 2 }
                guard let other, side > smallestHole, side > holeRatio * other else { return side / 2 }
                return other / 2
            }
            bins[index].lower -= half(below, other: above)
            bins[index].upper += half(above, other: below)
        }
        // A wide hole beside an end point has no other side to compare with: both its points have one neighbour only.
        if count > 2 {
            bins[0].upper = min(bins[0].upper, bins[1].lower)
            bins[count - 1].lower = max(bins[count - 1].lower, bins[count - 2].upper)
        }
        return bins
    }

    private static func coverage(_ bins: [Bin], cellCount: Int) -> (Range<Int>, [Double]) {
        let low = max(bins[0].lower + 0.5 + sliver, 0).rounded(.down)
        let high = min((bins[bins.count - 1].upper + 0.5 - sliver).rounded(.up), Double(cellCount))
        guard low < high else { return (0..<0, []) }
        let cells = Int(low)..<Int(high)
        var coverage = [Double](repeating: 0, count: cells.count)
        for bin in bins {
            forEachCell(from: bin.lower, to: bin.upper, in: cells) { cell, overlap in
                coverage[cell - cells.lowerBound] += overlap
            }
        }
        for index in coverage.indices where coverage[index] < sliver { coverage[index] = 0 }
        return (cells, coverage)
    }

    /// Visits the cells that an interval overlaps, with the width of the overlap.
    static func forEachCell(
        from lower: Double, to upper: Double, in cells: Range<Int>, _ visit: (_ cell: Int, _ overlap: Double) -> Void
    ) {
        let low = max(lower, Double(cells.lowerBound) - 0.5)
        let high = min(upper, Double(cells.upperBound) - 0.5)
        guard low < high else { return }
        var cell = Int((low + 0.5).rounded(.down))
        while cell < cells.upperBound, Double(cell) - 0.5 < high {
            let overlap = min(high, Double(cell) + 0.5) - max(low, Double(cell) - 0.5)
            if overlap > 0 { visit(cell, overlap) }
            cell += 1
        }
    }
}
