/// A spectrum on an energy grid, with what was recorded and how sure it is.
public struct GriddedSpectrum: Sendable, Hashable {
    /// A run of neighbouring cells that one region filled.
    public struct Window: Sendable, Hashable {
        /// The cells.
        public let cells: Range<Int>
        /// Which of the spectrum's regions filled them.
        public let region: Int
        /// What the region's intensities were.
        public let ordinate: RegionSettings.Ordinate
        /// The region's dwell time times its sweeps, where known.
        public let exposureS: Double?
    }

    /// The grid.
    public let grid: EnergyGrid
    /// Intensity of each cell, zero where nothing was recorded.
    public var intensities: [Float]
    /// Variance of each intensity; zero where nothing was recorded or the scale of the counting is not known.
    public var variance: [Float]
    /// Whether a cell was measured.
    public internal(set) var recorded: [Bool]
    /// Which region filled which cells, in ascending order.
    public internal(set) var windows: [Window]

    /// Creates a spectrum of which nothing is recorded: a buffer for ``Regridder``.
    public init(grid: EnergyGrid = .standard) {
        self.grid = grid
        intensities = [Float](repeating: 0, count: grid.count)
        variance = [Float](repeating: 0, count: grid.count)
        recorded = [Bool](repeating: false, count: grid.count)
        windows = []
    }

    /// The binding energies that were measured, as ranges from first to last cell, ascending.
    public var recordedEV: [ClosedRange<Double>] {
        var ranges: [Range<Int>] = []
        for window in windows {
            if let last = ranges.last, last.upperBound == window.cells.lowerBound {
                ranges[ranges.count - 1] = last.lowerBound..<window.cells.upperBound
            } else {
                ranges.append(window.cells)
            }
        }
        return ranges.map { grid.energyEV(at: $0.lowerBound)...grid.energyEV(at: $0.upperBound - 1) }
    }
}
