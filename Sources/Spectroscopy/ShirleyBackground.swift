/// A background that rises in proportion to the line's area at lower binding energy.
///
///     B(E) = I_low + (I_high - I_low) · ∫_low^E (I - B) / ∫_low^high (I - B)
///
/// solved by iteration from a straight line: Proctor, Sherwood, Anal. Chem. 54 (1982) 13, after Shirley, Phys. Rev. B 5
/// (1972) 4709.
public struct ShirleyBackground: Background, Hashable {
    /// The most steps that are taken.
    public var iterationLimit: Int
    /// The change of the background, in parts of its step, below which it is found.
    public var tolerance: Double

    /// A Shirley background; five to ten steps are the rule.
    public init(iterationLimit: Int = 100, tolerance: Double = 1e-6) {
        self.iterationLimit = iterationLimit
        self.tolerance = tolerance
    }

    /// What it is called, as it is written in results.
    public var name: String { "Shirley" }

    /// The background under a window whose levels at both ends are given.
    public func estimate(under window: PeakWindow, ends: BackgroundEnds) -> BackgroundEstimate {
        let straight = LinearBackground.values(under: window, ends: ends)
        let step = ends.high - ends.low
        guard step != 0 else { return BackgroundEstimate(values: straight) }
        var values = straight
        for iteration in 1...max(iterationLimit, 1) {
            guard let next = next(window, ends: ends, values: values) else {
                return BackgroundEstimate(
                    values: straight, iterations: iteration,
                    problem: "no area is left above the Shirley background; a straight line is taken")
            }
            let change = zip(values, next).reduce(0) { max($0, ($1.0 - $1.1).magnitude) }
            values = next
            if change <= tolerance * step.magnitude {
                return BackgroundEstimate(values: values, iterations: iteration)
            }
        }
        return BackgroundEstimate(
            values: straight, iterations: iterationLimit,
            problem: "the Shirley background did not settle in \(iterationLimit) steps; a straight line is taken")
    }

    /// One step: the running area above the present background; nil where there is none.
    private func next(_ window: PeakWindow, ends: BackgroundEnds, values: [Double]) -> [Double]? {
        var running = [Double](repeating: 0, count: window.count)
        for index in 1..<window.count {
            let here = window.intensities[index] - values[index]
            let before = window.intensities[index - 1] - values[index - 1]
            let widthEV = window.energiesEV[index] - window.energiesEV[index - 1]
            running[index] = running[index - 1] + (here + before) / 2 * widthEV
        }
        guard let whole = running.last, whole > 0, whole.isFinite else { return nil }
        return running.map { ends.low + (ends.high - ends.low) * $0 / whole }
    }
}
