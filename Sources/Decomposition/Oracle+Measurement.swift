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
        guard !isTold else { return }
        shiftErrorEV = fit.shiftErrorEV
        misfit = fit.excess
    }

    /// How much better a synthetic measurement is explained at its true shift than at another, by least squares that are
    /// told little but statistics: the rise of twice the negative logarithm of the probability.
    ///
    /// Below ``decisiveAdvantage`` the odds for the truth are less than 95 to 5: nobody can know. What lies under the
    /// lines is told as it lay at the true shift, which favours that a little.
    public static func advantageOfTruth(
        over shiftEV: Double, in measurement: Measurement, from generator: MeasurementGenerator
    ) -> Double {
        func cost(at shiftEV: Double) -> Double {
            var moved = measurement
            moved.shiftEV = shiftEV
            return GeneralisedFit(moved, from: generator, isTold: false, shiftEV: Self.contestedShiftEV).cost
        }
        return cost(at: shiftEV) - cost(at: measurement.shiftEV)
    }

    /// How much better a synthetic measurement is explained with some polymers than without them, by the same least
    /// squares: whether a spectrum shows that something else than the rest of the library is there.
    public static func advantage(
        of polymers: Set<Int>, in measurement: Measurement, from generator: MeasurementGenerator
    ) -> Double {
        func cost(excluding excluded: Set<Int>) -> Double {
            GeneralisedFit(measurement, from: generator, isTold: false, excluding: excluded).cost
        }
        return cost(excluding: polymers) - cost(excluding: [])
    }

    /// How badly a synthetic measurement is explained without some polymers, as ``misfit`` says it.
    public static func misfit(
        of measurement: Measurement, from generator: MeasurementGenerator, without polymers: Set<Int>
    ) -> Double {
        GeneralisedFit(measurement, from: generator, isTold: false, excluding: polymers).excess
    }

    /// An advantage of 2 ln 19: odds of 95 to 5.
    public static let decisiveAdvantage = 5.9

    /// Two shifts that are compared must not slide into one another, standard deviation in eV.
    private static let contestedShiftEV = 0.05
}
