/// Brings regions from an instrument's steps to the cells of a grid.
///
/// It is made once from the settings of the regions and then serves every spectrum recorded with them. Each point
/// stands for the energies up to half-way to its neighbours:
///
/// - counts are shared out among the cells that these overlap, so that their sum holds;
/// - counts per second and arbitrary intensities are averaged over each cell where steps are finer than cells, and
///   interpolated between points where they are coarser;
/// - a transmission that was recorded and not yet divided out is divided out;
/// - the variance of a cell is the sum of its squared weights times the points' Poisson variances, `max(n, 1)` of `n`
///   counts, for counts per second by the region's exposure where that is known;
/// - where regions overlap, the finer step wins; a survey fills only what no other region covers.
public struct Regridder: Sendable {
    /// A region that spans more than this is a survey: core-level windows span 10 to 60 eV, an Auger series 150.
    public static let surveySpanEV = 200.0

    /// The grid.
    public let grid: EnergyGrid
    /// The settings it was made from.
    public let settings: [RegionSettings]

    private let recorded: [Bool]
    private let windows: [GriddedSpectrum.Window]
    private let fills: [RegionFill]
    /// Whether the regions fill every cell, so that buffers need no zeros.
    private let isComplete: Bool

    /// Plans the way from the settings' steps to the grid.
    public init(_ settings: [RegionSettings], grid: EnergyGrid = .standard) {
        self.grid = grid
        self.settings = settings
        let footprints = settings.map { RegionFootprint($0, grid: grid) }
        let owners = Self.owners(settings, footprints: footprints, cellCount: grid.count)
        let windows = Self.windows(owners, settings: settings)
        self.windows = windows
        recorded = owners.map { $0 != nil }
        isComplete = !owners.contains(nil)
        fills = settings.indices.map { region in
            RegionFill(
                settings[region], footprint: footprints[region],
                cells: windows.filter { $0.region == region }.map(\.cells))
        }
    }

    /// Regrids a spectrum's own regions into a new one.
    public static func regrid(_ spectrum: Spectrum, grid: EnergyGrid = .standard) -> GriddedSpectrum {
        let regridder = Regridder(spectrum.regions.map(\.settings), grid: grid)
        var gridded = GriddedSpectrum(grid: grid)
        regridder.prepare(&gridded)
        for (index, region) in spectrum.regions.enumerated() {
            // A region's intensities were found finite and of the axis's length when it was made.
            region.intensities.withUnsafeBufferPointer { regridder.fill(index, $0, &gridded) }
        }
        return gridded
    }

    /// Regrids the intensities of one spectrum, one array per region, into a buffer that may be used again and again.
    public func regrid(_ intensities: [[Float]], into gridded: inout GriddedSpectrum) throws(SpectroscopyError) {
        precondition(intensities.count == settings.count, "one array of intensities per region")
        prepare(&gridded)
        for region in intensities.indices {
            let points = intensities[region]
            try regrid(region: region, points.span, into: &gridded)
        }
    }

    /// Clears a buffer and marks in it what the regions record; each region's ``regrid(region:_:into:)`` follows.
    public func prepare(_ gridded: inout GriddedSpectrum) {
        precondition(gridded.intensities.count == grid.count, "the buffer has another number of cells")
        gridded.grid = grid
        if !isComplete { gridded.intensities.withUnsafeMutableBufferPointer { $0.update(repeating: 0) } }
        // Even a complete set of regions leaves the variance alone where its scale is not known.
        if !isComplete || fills.contains(where: { $0.eventSize == nil }) {
            gridded.variance.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
        }
        gridded.recorded = recorded
        gridded.windows = windows
    }

    /// Fills in one region of a prepared buffer, without allocation.
    public func regrid(
        region: Int, _ intensities: Span<Float>, into gridded: inout GriddedSpectrum
    ) throws(SpectroscopyError) {
        let expected = settings[region].axis.count
        guard intensities.count == expected else {
            throw SpectroscopyError(
                region: settings[region].name,
                problem: .countMismatch(axis: expected, intensities: intensities.count))
        }
        let notFinite = intensities.withUnsafeBufferPointer { points -> Int? in
            guard Self.allAreIntensities(points) else { return points.firstIndex { !Region.isIntensity($0) } }
            fill(region, points, &gridded)
            return nil
        }
        if let notFinite {
            throw SpectroscopyError(
                region: settings[region].name, problem: .intensityNotFinite(index: notFinite))
        }
    }

    private func fill(_ region: Int, _ points: UnsafeBufferPointer<Float>, _ gridded: inout GriddedSpectrum) {
        gridded.intensities.withUnsafeMutableBufferPointer { intensities in
            gridded.variance.withUnsafeMutableBufferPointer { variance in
                fills[region].fill(points, intensities: intensities, variance: variance)
            }
        }
    }

    /// Whether every value is a number within ``Region/highestIntensity``.
    ///
    /// NaN and infinity have larger bit patterns than any number; compared as integers, since a comparison of floats
    /// that ends early would not vectorise.
    private static func allAreIntensities(_ points: UnsafeBufferPointer<Float>) -> Bool {
        let excess = 0x7FFF_FFFF - Region.highestIntensity.bitPattern
        var carries: UInt32 = 0
        for point in points { carries |= (point.bitPattern & 0x7FFF_FFFF) &+ excess }
        return carries & 0x8000_0000 == 0
    }

    /// The region that fills each cell.
    private static func owners(
        _ settings: [RegionSettings], footprints: [RegionFootprint], cellCount: Int
    ) -> [Int?] {
        let spans = settings.map { $0.bindingRangeEV.upperBound - $0.bindingRangeEV.lowerBound }
        // In whole numbers of the finest step, so that rounding makes no step finer than its equal.
        let steps = settings.map { ($0.axis.meanStepEV / EnergyAxis.finestStepEV).rounded() }
        let priority = settings.indices.sorted { first, second in
            let firstIsSurvey = settings[first].isSurvey
            guard firstIsSurvey == settings[second].isSurvey else { return !firstIsSurvey }
            guard steps[first] == steps[second] else { return steps[first] < steps[second] }
            guard spans[first] == spans[second] else { return spans[first] < spans[second] }
            return first < second
        }
        var owners = [Int?](repeating: nil, count: cellCount)
        var covered = [Double](repeating: 0, count: cellCount)
        for region in priority {
            let footprint = footprints[region]
            for cell in footprint.cells {
                let coverage = footprint.coverage(of: cell)
                // At the rim of a finer region a cell that is barely touched is better filled by what covers it.
                if covered[cell] < 0.5, coverage > covered[cell] {
                    owners[cell] = region
                    covered[cell] = coverage
                }
            }
        }
        return owners
    }

    private static func windows(_ owners: [Int?], settings: [RegionSettings]) -> [GriddedSpectrum.Window] {
        var windows: [GriddedSpectrum.Window] = []
        var start = 0
        for cell in 1...owners.count where cell == owners.count || owners[cell] != owners[start] {
            if let region = owners[start] {
                windows.append(
                    GriddedSpectrum.Window(
                        cells: start..<cell, region: region, ordinate: settings[region].ordinate))
            }
            start = cell
        }
        return windows
    }
}
