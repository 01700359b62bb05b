/// What the intensities of a region are.
public enum Ordinate: String, Sendable, CaseIterable {
    /// Counts summed over dwell time and sweeps.
    case counts
    /// Counts divided by the time at each point.
    case countsPerSecond = "counts_per_second"
    /// A scale of its own.
    case arbitrary
}
