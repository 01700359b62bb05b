public import Synthesis

extension Oracle {
    /// The oracle's answer to a synthetic measurement, from the truth that the generator keeps.
    public init(_ measurement: Measurement, from generator: MeasurementGenerator) {
        self.init(OracleColumns(drawnFor: measurement, from: generator))
    }

    /// The oracle's answer to a synthetic measurement where it is told of the lines the library as tabulated with the
    /// statistics of its errors: what anybody could know of them.
    ///
    /// Shares are those of the polymers that the spectrum calls for; decisions are taken over all of them.
    ///
    /// - Parameter isTold: Whether it is told, too, shift, background and instrument of the spectrum; else the
    ///   statistics of these.
    public init(tabulatedFor measurement: Measurement, from generator: MeasurementGenerator, isTold: Bool = true) {
        let fit = GeneralisedFit(measurement, from: generator, isTold: isTold)
        var problem = fit.problem
        _ = problem.solve()
        self.init(problem, shares: problem.shares(fit.amounts), points: fit.points)
    }
}
