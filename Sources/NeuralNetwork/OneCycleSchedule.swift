#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A learning rate that rises from peak/25 to its peak and falls to almost nothing, both along half a cosine
/// (Smith and Topin, arXiv 1708.07120).
public struct OneCycleSchedule: Sendable {
    /// The highest rate.
    public let peak: Float
    /// Steps of the whole training.
    public let steps: Int
    /// Share of the steps that rise.
    public let warmUp: Float

    /// A cycle over that many steps.
    public init(peak: Float, steps: Int, warmUp: Float = 0.3) {
        precondition(steps > 0 && warmUp > 0 && warmUp < 1, "a cycle has steps, and a share of them rises")
        self.peak = peak
        self.steps = steps
        self.warmUp = warmUp
    }

    /// The rate of a step, counted from zero.
    public func rate(at step: Int) -> Float {
        let top = Float(steps) * warmUp
        let start = peak / 25
        let end = start / 10_000
        let position = Float(min(step, steps))
        if position < top { return blend(start, peak, position / top) }
        return blend(peak, end, (position - top) / (Float(steps) - top))
    }

    private func blend(_ from: Float, _ to: Float, _ share: Float) -> Float {
        to + (from - to) * 0.5 * (1 + cosf(Float.pi * share))
    }
}
