public import Spectroscopy

/// From a gridded spectrum to what a network sees; the same in training and in use, and named in the weights.
///
/// 1. Regions measured together are brought to one scale, so that none is loud only because it was measured longer or
///    on other steps: to counts per second where every window's time is known, else to counts per point of its region.
/// 2. From every recorded window the straight line through the means of its two ends is subtracted. A window on a
///    background would otherwise show two steps where it begins and ends; on a synthetic spectrum, which is zero there,
///    nothing changes.
/// 3. Negatives are clipped to zero and the area (intensity times step, in eV) is brought to 1: the paper's two rules
///    (Saddiq et al., arXiv 2603.05350).
public enum Preprocessing {
    /// Stored with the weights; a model made with another preprocessing must not be fed by this one.
    public static let name = "paper/endpoint-background/1"

    /// Points that an end's mean is taken over: 1 eV.
    static let endPoints = 10

    /// Turns a regridded measurement into a network's input.
    ///
    /// - Parameters:
    ///   - spectrum: The measurement on the grid.
    ///   - settings: The settings of the regions that `spectrum.windows` refer to.
    ///   - input: One row of the network's batch.
    /// - Throws: `AnalysisError.noSignal` if nothing is left above the background.
    public static func prepare(
        _ spectrum: borrowing GriddedSpectrum, settings: [RegionSettings], into input: inout MutableSpan<Float>
    ) throws(AnalysisError) {
        precondition(input.count == spectrum.grid.count, "the input has a point for every cell of the grid")
        let hasRates = spectrum.windows.allSatisfy { ($0.secondsPerCell ?? 0) > 0 }
        for point in 0..<input.count { input[point] = 0 }
        for window in spectrum.windows {
            var scale = 1.0
            if hasRates, let secondsPerCell = window.secondsPerCell {
                scale = 1 / secondsPerCell
            } else if window.ordinate == .counts {
                scale = settings[window.region].axis.meanStepEV / spectrum.grid.stepEV
            }
            for cell in window.cells { input[cell] = spectrum.intensities[cell] * Float(scale) }
        }
        try prepare(&input, windows: spectrum.windows.map(\.cells), stepEV: spectrum.grid.stepEV)
    }

    /// Turns a row that is on the grid already into a network's input, in place; cells outside all windows become zero.
    ///
    /// - Throws: `AnalysisError.noSignal` if nothing is left above the background.
    public static func prepare(
        _ row: inout MutableSpan<Float>, windows: [Range<Int>], stepEV: Double = EnergyGrid.standard.stepEV
    ) throws(AnalysisError) {
        var total = 0.0
        var next = 0
        for window in windows {
            row.clear(next..<window.lowerBound)
            total += subtractEndpointLine(&row, window: window)
            next = window.upperBound
        }
        row.clear(next..<row.count)
        let area = total * stepEV
        guard area.isFinite, area > Double(Float.leastNormalMagnitude) else { throw .noSignal }
        let scale = Float(1 / area)
        guard scale.isFinite else { throw .noSignal }
        for window in windows {
            for point in window { row[unchecked: point] *= scale }
        }
    }

    /// Subtracts the line through the window's ends, clips, and returns the sum of what is left.
    private static func subtractEndpointLine(_ row: inout MutableSpan<Float>, window: Range<Int>) -> Double {
        guard !window.isEmpty else { return 0 }
        precondition(window.lowerBound >= 0 && window.upperBound <= row.count, "a window lies on the grid")
        let ends = min(endPoints, max(1, window.count / 2))
        var low: Float = 0
        var high: Float = 0
        for point in 0..<ends {
            low += row[window.lowerBound + point]
            high += row[window.upperBound - 1 - point]
        }
        low /= Float(ends)
        high /= Float(ends)
        // The means belong to the middles of the two ends.
        let slope = (high - low) / Float(max(1, window.count - ends))
        let start = low - slope * Float(ends - 1) / 2
        var total = 0.0
        var block: Float = 0
        for point in 0..<window.count {
            let line = start + slope * Float(point)
            let value = max(0, row[unchecked: window.lowerBound + point] - line)
            row[unchecked: window.lowerBound + point] = value
            block += value
            // Sums of a few dozen stay exact enough in single precision; their total is kept in double.
            if point & 63 == 63 {
                total += Double(block)
                block = 0
            }
        }
        return total + Double(block)
    }
}

extension MutableSpan<Float> {
    fileprivate mutating func clear(_ range: Range<Int>) {
        for index in range { self[index] = 0 }
    }
}
