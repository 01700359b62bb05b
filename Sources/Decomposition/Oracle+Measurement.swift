public import Synthesis

extension Oracle {
    /// The oracle's answer to a synthetic measurement, from the truth that the generator keeps.
    public init(_ measurement: Measurement, from generator: MeasurementGenerator) {
        self.init(OracleColumns(drawnFor: measurement, from: generator))
    }

    /// The oracle's answer to a synthetic measurement where it is told shift and background, and of the lines the library
    /// as tabulated with the statistics of its errors: what anybody could know of them.
    ///
    /// Shares are those of the polymers that the spectrum calls for; decisions are taken over all of them.
    public init(tabulatedFor measurement: Measurement, from generator: MeasurementGenerator) {
        let fit = GeneralisedFit(measurement, from: generator)
        var problem = fit.problem
        _ = problem.solve()
        self.init(problem, shares: problem.shares(fit.amounts), points: fit.points)
    }
}
