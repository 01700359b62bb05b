/// How large a report is and what its spectra are drawn from.
public struct ReportPlan: Sendable {
    /// Spectra of each cell of the table.
    public var spectra: Int
    /// Of these, the first so many are put before the oracles too, which is slow; half as many others choose how they
    /// call.
    public var oracleSpectra: Int
    /// Of these, the first so many are searched for the oracle's posterior of the shift, seconds for each; 0 for none.
    public var oracleShifts = 0
    /// Clean mixtures of each shift for a benchmark model.
    public var mixtures: Int
    /// Spectra that the classical answer is judged on, of each cell and of each shift; it is slow.
    public var classicalSpectra: Int
    /// Rounds through the pure polymers.
    public var pureRounds: Int
    /// Spectra that a probe learns from, and others that it is tried on.
    public var probe: (training: Int, test: Int)
    /// Seed of the test split's streams.
    public var seed = Split.test.rawValue
    /// Shifts lie within ± this, in eV.
    public var maxShiftEV = 5.0

    /// The size whose intervals are of a few percent.
    public static let standard = ReportPlan(
        spectra: 2000, oracleSpectra: 300, mixtures: 20_000, classicalSpectra: 100, pureRounds: 4,
        probe: (training: 20_000, test: 5000))
    /// A look in a minute or so.
    public static let quick = ReportPlan(
        spectra: 200, oracleSpectra: 20, mixtures: 1000, classicalSpectra: 10, pureRounds: 1,
        probe: (training: 4000, test: 1000))

    /// The counts at the highest channel of the table's cells.
    static let counts = [1e2, 1e3, 1e4, 1e5]
}
