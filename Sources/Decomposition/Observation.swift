public import Spectroscopy

/// What a decomposition sees of a spectrum: the recorded cells, region by region, with the error of each.
public struct Observation: Sendable {
    /// Neighbouring cells that one region filled.
    public struct Run: Sendable, Hashable {
        /// Which region, counted from 0 among those that filled any cell.
        public let region: Int
        /// Where its cells lie in the observation's arrays.
        public let positions: Range<Int>
        /// The grid cell of the first position.
        public let firstCell: Int
    }

    /// How errors of the model, beside those of counting, enter the weights.
    public struct Errors: Sendable, Hashable {
        /// Error of a line's nominal shape and energy as a share of the intensity above the region's lowest.
        public var relative: Double
        /// Cells to either side over which the variance of counting is averaged: taken from single counts, it would
        /// trust downward fluctuations more than upward ones.
        public var smoothingCells: Int

        /// Errors of measured spectra, which differ from the nominal library by a few percent.
        public static let measured = Errors(relative: 0.03, smoothingCells: 6)

        /// Chosen errors.
        public init(relative: Double, smoothingCells: Int) {
            precondition(relative >= 0 && smoothingCells >= 0, "errors are not negative")
            self.relative = relative
            self.smoothingCells = smoothingCells
        }
    }

    /// The grid of the cells.
    public let grid: EnergyGrid
    /// The recorded cells, region after region, each in ascending order of energy.
    public let runs: [Run]
    /// Number of regions that filled any cell.
    public let regionCount: Int
    /// Intensity of each recorded cell, on the scale that the regions share.
    public let values: [Double]
    /// Standard error of each value, scaled so that correlated cells count as often as they were measured.
    public let sigmas: [Double]
    /// Whether the errors are those of counting; otherwise only their ratios mean anything.
    public let knowsNoise: Bool
    /// Independent measurements in each region.
    public let independentCounts: [Double]

    /// The recorded cells of a spectrum.
    ///
    /// - Parameters:
    ///   - spectrum: On any grid, with its windows.
    ///   - settings: The regions the spectrum was regridded from, which bring it to one scale
    ///     (``GriddedSpectrum/rates(_:)``). Cells finer than a region's steps repeat what was measured once; without the
    ///     settings their correlation is told from the variance of counts alone.
    ///   - errors: What is added to the errors of counting.
    public init(_ spectrum: GriddedSpectrum, settings: [RegionSettings]? = nil, errors: Errors = .measured) {
        var runs: [Run] = []
        var values: [Double] = []
        var sigmas: [Double] = []
        var independentCounts: [Double] = []
        var knowsNoise = true
        let rates = settings.map(spectrum.rates) ?? spectrum.windows.map { _ in 1 }
        for region in Set(spectrum.windows.map(\.region)).sorted() {
            let windows = spectrum.windows.filter { $0.region == region }
            // Windows of one region have one rate.
            let rate = Double(zip(spectrum.windows, rates).first { $0.0.region == region }?.1 ?? 1)
            let start = values.count
            var variances: [Double] = []
            for window in windows {
                runs.append(
                    Run(
                        region: independentCounts.count, positions: values.count..<values.count + window.cells.count,
                        firstCell: window.cells.lowerBound))
                values += spectrum.intensities[window.cells].map(Double.init)
                variances += spectrum.variance[window.cells].map(Double.init)
            }
            let intensities = Array(values[start...])
            let isKnown = variances.contains { $0 > 0 }
            knowsNoise = knowsNoise && isKnown
            let stepEV = settings?[region].axis.meanStepEV
            let correlation = max(
                1, stepEV.map { $0 / spectrum.grid.stepEV } ?? Self.correlation(intensities, variances, windows))
            if !isKnown { variances = Self.guessedVariances(intensities) }
            sigmas += Self.sigmas(intensities, variances, errors: errors).map { $0 * correlation.squareRoot() * rate }
            for index in start..<values.count { values[index] *= rate }
            independentCounts.append(Double(intensities.count) / correlation)
        }
        grid = spectrum.grid
        self.runs = runs
        regionCount = independentCounts.count
        self.values = values
        self.sigmas = sigmas
        self.knowsNoise = knowsNoise
        self.independentCounts = independentCounts
    }

    /// A whole spectrum without noise, all cells recorded and weighted alike.
    public init(exact intensities: Span<Float>, grid: EnergyGrid = .standard) {
        precondition(intensities.count == grid.count, "one intensity per cell")
        self.grid = grid
        runs = [Run(region: 0, positions: 0..<grid.count, firstCell: 0)]
        regionCount = 1
        values = intensities.withUnsafeBufferPointer { $0.map(Double.init) }
        let scale = max(values.max() ?? 0, .leastNormalMagnitude)
        sigmas = [Double](repeating: scale * 1e-3, count: grid.count)
        knowsNoise = false
        independentCounts = [Double(grid.count)]
    }

    /// Binding energy of a position's cell.
    public func energyEV(of run: Run, at position: Int) -> Double {
        grid.energyEV(at: run.firstCell + position - run.positions.lowerBound)
    }

    /// Cells per independent measurement: a count shared out among k cells has a variance of 1/k of its share.
    private static func correlation(
        _ intensities: [Double], _ variances: [Double], _ windows: [GriddedSpectrum.Window]
    ) -> Double {
        guard windows.allSatisfy({ $0.ordinate == .counts }) else { return 1 }
        let variance = variances.reduce(0, +)
        return variance > 0 ? intensities.reduce(0, +) / variance : 1
    }

    /// Variances of a counting experiment of unknown scale: proportional to the intensity, as large as the second
    /// differences of neighbours say (a second difference has 6 times the variance of a point).
    private static func guessedVariances(_ intensities: [Double]) -> [Double] {
        let smooth = smoothed(intensities, cells: 6)
        let highest = max(intensities.reduce(0) { max($0, abs($1)) }, .leastNormalMagnitude)
        let floor = highest * 1e-3
        var curvature = 0.0
        var expected = 0.0
        for index in intensities.indices.dropFirst().dropLast() {
            let second = intensities[index - 1] - 2 * intensities[index] + intensities[index + 1]
            curvature += second * second / 6
            expected += max(smooth[index], floor)
        }
        let eventSize = max(expected > 0 ? curvature / expected : 0, highest * 1e-9)
        return smooth.map { max($0, floor) * eventSize }
    }

    private static func sigmas(_ intensities: [Double], _ variances: [Double], errors: Errors) -> [Double] {
        let counting = smoothed(variances, cells: errors.smoothingCells)
        let smooth = smoothed(intensities, cells: 2)
        let lowest = smooth.min() ?? 0
        let largest = max(variances.max() ?? 0, .leastNormalMagnitude)
        return intensities.indices.map { index in
            let model = errors.relative * (smooth[index] - lowest)
            return (max(counting[index], largest * 1e-9) + model * model).squareRoot()
        }
    }

    /// Running mean over `cells` neighbours to either side, fewer at the ends.
    static func smoothed(_ values: [Double], cells: Int) -> [Double] {
        guard cells > 0 else { return values }
        var sums = [0.0]
        sums.reserveCapacity(values.count + 1)
        for value in values { sums.append(sums[sums.count - 1] + value) }
        return values.indices.map { index in
            let low = max(0, index - cells)
            let high = min(values.count, index + cells + 1)
            return (sums[high] - sums[low]) / Double(high - low)
        }
    }
}
