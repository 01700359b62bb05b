/// A straight line between the ends of a window.
public struct LinearBackground: Background, Hashable {
    /// The straight line.
    public init() {}

    /// What it is called, as it is written in results.
    public var name: String { "linear" }

    /// The background under a window whose levels at both ends are given.
    public func estimate(under window: PeakWindow, ends: BackgroundEnds) -> BackgroundEstimate {
        BackgroundEstimate(values: Self.values(under: window, ends: ends))
    }

    /// Through the middles of the points that the levels are means of.
    static func values(under window: PeakWindow, ends: BackgroundEnds) -> [Double] {
        let energies = window.energiesEV
        let low = energies.prefix(ends.pointCount).reduce(0, +) / Double(ends.pointCount)
        let high = energies.suffix(ends.pointCount).reduce(0, +) / Double(ends.pointCount)
        guard high > low else { return energies.map { _ in (ends.low + ends.high) / 2 } }
        let slope = (ends.high - ends.low) / (high - low)
        return energies.map { ends.low + ($0 - low) * slope }
    }
}
