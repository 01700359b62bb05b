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
    }

    /// The grid.
    public internal(set) var grid: EnergyGrid
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

    /// The factor that brings each window to the scale of the others, and all of its cells with it.
    ///
    /// Counts become counts per second (or what else the regions have in common) and point: a cell holds a share of a
    /// point's.
    ///
    /// - Parameter settings: Of the regions that the windows refer to.
    public func rates(_ settings: [RegionSettings]) -> [Float] {
        let exposure = CommonExposure(windows.lazy.map { settings[$0.region] })
        return windows.map { window in
            let region = settings[window.region]
            guard region.ordinate == .counts else { return 1 }
            return Float(region.axis.meanStepEV / (grid.stepEV * exposure.divisor(of: region)))
        }
    }

    /// A cell's energy without the rounding of 0.1 in binary, as a reader expects to see it.
    private func printed(at cell: Int) -> Double {
        (grid.energyEV(at: cell) * 1e6).rounded() / 1e6
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
        return ranges.map { printed(at: $0.lowerBound)...printed(at: $0.upperBound - 1) }
    }
}
