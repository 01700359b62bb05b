import Glibc

/// How well each shift explains a spectrum, as a profile and as the few shifts that may be true.
public struct ShiftPosterior: Sendable, Hashable {
    /// A local minimum of chi-square.
    public struct Mode: Sendable, Hashable {
        /// Where it lies, between the steps of the search.
        public let shiftEV: Double
        /// Standard error that the curvature says.
        public let sigmaEV: Double
        /// Probability that the true shift is here; all modes' sum to 1.
        public let weight: Double
        /// Chi-square there, as the weights say.
        public let chiSquare: Double
    }

    /// Shifts of the coarse profile, ascending.
    public let shiftsEV: [Double]
    /// Chi-square at each of them.
    public let chiSquares: [Double]
    /// What chi-square is divided by: the reduced one of the best fit where that is above 1 or the errors are unknown.
    public let scale: Double
    /// The minima that hold at least a thousandth of the probability, the most probable first.
    public let modes: [Mode]

    /// A mode is no wider than this, in eV: what curves less, as at the end of the search, is no minimum.
    private static let widestEV = 1.0

    /// Laplace's approximation: a mode weighs exp(-χ²/2) times its width.
    init(
        shiftsEV: [Double], chiSquares: [Double], scale: Double,
        minima: [(shiftEV: Double, curvature: Double, chiSquare: Double)]
    ) {
        self.shiftsEV = shiftsEV
        self.chiSquares = chiSquares
        self.scale = scale
        let least = minima.map(\.chiSquare).min() ?? 0
        let weighed = minima.map { minimum -> (mode: Mode, weight: Double) in
            // χ² = χ²₀ + c (s - s₀)² gives a variance of scale/c.
            let sigmaEV =
                minimum.curvature > 0 ? min((scale / minimum.curvature).squareRoot(), Self.widestEV) : Self.widestEV
            let weight = exp(-(minimum.chiSquare - least) / (2 * scale)) * sigmaEV
            let mode = Mode(
                shiftEV: minimum.shiftEV, sigmaEV: sigmaEV, weight: weight, chiSquare: minimum.chiSquare)
            return (mode, weight)
        }
        let total = weighed.reduce(0) { $0 + $1.weight }
        modes =
            weighed.map {
                Mode(
                    shiftEV: $0.mode.shiftEV, sigmaEV: $0.mode.sigmaEV, weight: total > 0 ? $0.weight / total : 0,
                    chiSquare: $0.mode.chiSquare)
            }
            .filter { $0.weight >= 1e-3 }
            .sorted { $0.weight > $1.weight }
    }

    /// Whether one mode holds at least this much of the probability.
    public func hasOneMode(holding weight: Double = 0.95) -> Bool {
        (modes.first?.weight ?? 0) >= weight
    }
}
