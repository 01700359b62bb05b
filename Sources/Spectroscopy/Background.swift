/// A way to draw the electrons that lost energy under the lines of a window.
public protocol Background: Sendable {
    /// What it is called, as it is written in results.
    var name: String { get }

    /// The background under a window whose levels at both ends are given.
    func estimate(under window: PeakWindow, ends: BackgroundEnds) -> BackgroundEstimate
}

extension Background {
    /// The background between the window's own ends, averaged over a twentieth of its points at either.
    public func estimate(under window: PeakWindow) -> BackgroundEstimate {
        estimate(under: window, ends: BackgroundEnds(of: window))
    }

    /// The area of a window above the background, and its variance by counting.
    ///
    /// The noise of the end points comes in twice: as part of the area, and through the background that hangs on
    /// them, which moves the whole area; the latter weighs more at low counts.
    public func area(of window: PeakWindow) -> PeakArea {
        let ends = BackgroundEnds(of: window)
        let estimate = estimate(under: window, ends: ends)
        let widths = window.widthsEV
        func area(_ values: [Double]) -> Double {
            window.intensities.indices.reduce(0) { $0 + (window.intensities[$1] - values[$1]) * widths[$1] }
        }
        let value = area(estimate.values)
        /// How the area follows a level.
        func slope(_ level: WritableKeyPath<BackgroundEnds, Double>, variance: Double) -> Double {
            let step = max(variance.squareRoot(), .leastNormalMagnitude)
            var moved = ends
            moved[keyPath: level] += step
            return (area(self.estimate(under: window, ends: moved).values) - value) / step
        }
        var weights = widths
        let low = slope(\.low, variance: ends.lowVariance) / Double(ends.pointCount)
        let high = slope(\.high, variance: ends.highVariance) / Double(ends.pointCount)
        for offset in 0..<ends.pointCount {
            weights[offset] += low
            weights[window.count - 1 - offset] += high
        }
        let variance = window.variances.indices.reduce(0) { $0 + window.variances[$1] * weights[$1] * weights[$1] }
        return PeakArea(value: value, variance: variance, background: estimate)
    }
}

/// The levels between which a background is drawn: means over the first and the last points of a window.
public struct BackgroundEnds: Sendable, Hashable {
    /// Mean intensity at the lowest binding energies.
    public var low: Double
    /// Mean intensity at the highest binding energies.
    public var high: Double
    /// Points that each mean is of.
    public let pointCount: Int
    /// Variance of the level at the lowest binding energies.
    public let lowVariance: Double
    /// Variance of the level at the highest binding energies.
    public let highVariance: Double

    /// Levels over so many points at either end; by default a twentieth of the window, at least three.
    public init(of window: PeakWindow, pointCount: Int? = nil) {
        let count = min(max(pointCount ?? max(window.count / 20, 3), 1), max(window.count / 2, 1))
        self.pointCount = count
        func mean(_ values: ArraySlice<Double>) -> Double { values.reduce(0, +) / Double(count) }
        low = mean(window.intensities.prefix(count))
        high = mean(window.intensities.suffix(count))
        lowVariance = mean(window.variances.prefix(count)) / Double(count)
        highVariance = mean(window.variances.suffix(count)) / Double(count)
    }
}

/// A background, and how it was found.
public struct BackgroundEstimate: Sendable, Hashable {
    /// Intensity at each point of the window.
    public let values: [Double]
    /// Steps of the iteration that were taken, 0 where none is needed.
    public let iterations: Int
    /// Why it is not what it should be, nil where it is.
    public let problem: String?

    /// Whether the background is what its name says.
    public var isConverged: Bool { problem == nil }

    init(values: [Double], iterations: Int = 0, problem: String? = nil) {
        self.values = values
        self.iterations = iterations
        self.problem = problem
    }
}

/// The area of a window above its background.
public struct PeakArea: Sendable, Hashable {
    /// Intensity times eV.
    public let value: Double
    /// Its variance by counting.
    public let variance: Double
    /// The background.
    public let background: BackgroundEstimate
}
