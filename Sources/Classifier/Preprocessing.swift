public import Spectroscopy

/// From a gridded spectrum to what a network sees; the same in training and in use, and named in the weights.
///
/// 1. Regions measured together are brought to one scale, so that none is loud only because it was measured longer or
///    on other steps: ``GriddedSpectrum/rates(_:)``.
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
        for point in 0..<input.count { input[point] = 0 }
        for (window, rate) in zip(spectrum.windows, spectrum.rates(settings)) {
            for cell in window.cells { input[cell] = spectrum.intensities[cell] * rate }
        }
        try prepare(&input, windows: spectrum.windows.map(\.cells), stepEV: spectrum.grid.stepEV)
    }

    /// Turns a row that is on the grid already into a network's input, in place; cells outside all windows become zero.
    ///
    /// - Throws: `AnalysisError.noSignal` if nothing is left above the background.
    public static func prepare(
        _ row: inout MutableSpan<Float>, windows: [Range<Int>], stepEV: Double = EnergyGrid.standard.stepEV
    ) throws(AnalysisError) {
        try row.withUnsafeMutableBufferPointer { row throws(AnalysisError) in
            var sums = Sums()
            var next = 0
            for window in windows where !window.isEmpty {
                precondition(window.lowerBound >= next && window.upperBound <= row.count, "windows ascend on the grid")
                row[next..<window.lowerBound].update(repeating: 0)
                subtractEndpointLine(UnsafeMutableBufferPointer(rebasing: row[window]), sums: &sums)
                next = window.upperBound
            }
            row[next...].update(repeating: 0)
            let area = sums.left * stepEV
            // Below that share of what was there, what is left is the rounding of a flat line.
            guard area.isFinite, sums.left > sums.before * 1e-6 else { throw .noSignal }
            let scale = Float(1 / area)
            guard scale.isFinite, scale > 0 else { throw .noSignal }
            for index in row.indices { row[index] *= scale }
        }
    }

    /// Sums over all windows, in double precision.
    private struct Sums {
        /// Magnitudes before the background was taken off.
        var before = 0.0
        /// What is left.
        var left = 0.0
    }

    /// Subtracts the line through a window's ends and clips.
    private static func subtractEndpointLine(_ window: UnsafeMutableBufferPointer<Float>, sums: inout Sums) {
        let count = window.count
        let ends = min(endPoints, max(1, count / 2))
        var low: Float = 0
        var high: Float = 0
        for point in 0..<ends {
            low += window[point]
            high += window[count - 1 - point]
        }
        low /= Float(ends)
        high /= Float(ends)
        // The means belong to the middles of the two ends.
        let slope = (high - low) / Float(max(1, count - ends))
        let start = low - slope * Float(ends - 1) / 2
        sums.before += sum(of: window) { abs($0) }
        for point in 0..<count {
            // Four 32-bit integers convert to floats at a time; 64-bit ones do so singly.
            let value = window[point] - (start + slope * Float(Int32(truncatingIfNeeded: point)))
            window[point] = value > 0 ? value : 0
        }
        sums.left += sum(of: window) { $0 }
    }

    /// A sum in sixteen parts side by side, so that the compiler may make vectors of them.
    @inline(__always)
    private static func sum(of window: UnsafeMutableBufferPointer<Float>, _ term: (Float) -> Float) -> Double {
        var parts = InlineArray<16, Float>(repeating: 0)
        var point = 0
        while point + 16 <= window.count {
            for part in 0..<16 { parts[part] += term(window[point + part]) }
            point += 16
        }
        var sum = 0.0
        for rest in point..<window.count { sum += Double(term(window[rest])) }
        for part in 0..<16 { sum += Double(parts[part]) }
        return sum
    }
}
