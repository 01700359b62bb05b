extension GriddedSpectrum {
    /// Brings the counts of all windows to the exposure of the longest, so that regions can be compared.
    ///
    /// Counts of ten sweeps stand ten times as high as those of one, and a survey's, whose steps are shared out among
    /// many cells, lower still: only per second of each cell do they say what the sample emits. Counts per second are
    /// brought along. Returns false, and changes nothing, where windows differ and an exposure is not known.
    @discardableResult
    public mutating func equalizeExposures() -> Bool {
        var exposures: [Double] = []
        for window in windows {
            guard let secondsPerCell = window.secondsPerCell else { return windows.count < 2 }
            exposures.append(secondsPerCell)
        }
        guard let longest = exposures.max(), let shortest = exposures.min() else { return true }
        guard longest > shortest * 1.000_001 else { return true }
        for (window, secondsPerCell) in zip(windows, exposures) {
            let factor = Float(longest / secondsPerCell)
            for cell in window.cells {
                intensities[cell] *= factor
                variance[cell] *= factor * factor
            }
        }
        return true
    }
}
