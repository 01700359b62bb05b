/// What least squares can find when little but the amounts is unknown: a ceiling for models.
///
/// Shift and background are those that made the spectrum. Where the lines of the whole library are so too, what is left
/// is the noise of counting, weighted by the expected counts (Pearson) after a first fit with the measured ones. Where
/// they are those of the library, the statistics of its errors are told: `GeneralisedFit`.
public struct Oracle: Sendable {
    /// A variance of counts is never taken for less, however empty a channel should be.
    static let leastVariance = 0.1
    /// Neighbours to either side over which measured counts are averaged for the first fit's weights.
    private static let smoothingPoints = 6

    /// Share of each polymer in the visible atoms of all polymers that the spectrum calls for.
    public let shares: [Double]
    /// Chi-square of the fit.
    public let chiSquare: Double
    /// Chi-square over the degrees of freedom: about 1, since nothing is unknown.
    public let reducedChiSquare: Double

    /// How far the shift that it finds is from the spectrum's own, in eV; nil where it is told the shift.
    ///
    /// It starts from the truth: what errors of lines and instrument and the noise leave open at least.
    public internal(set) var shiftErrorEV: Double?
    /// How badly the library explains the spectrum; nil where it is told the shift.
    ///
    /// What the misfit exceeds the number of points by, in standard deviations of the chi-square of that many: what tells
    /// of a stranger to somebody who knows the library and the instruments, and nothing of strangers.
    public internal(set) var misfit: Double?

    /// The amounts with the least chi-square: of the polymers, then of the other rows.
    let amounts: [Double]
    private let problem: MixtureProblem

    /// Fits the amounts.
    ///
    /// - Parameters:
    ///   - basis: One row per polymer: expected counts at every point for one unit of it.
    ///   - others: Rows of whatever else may be in the spectrum and has no label, such as contamination.
    ///   - background: Expected counts of everything else.
    ///   - counts: What was counted.
    public init(basis: [[Float]], others: [[Float]] = [], background: [Float], counts: [Float]) {
        precondition((basis + others).allSatisfy { $0.count == counts.count }, "one value per point and row")
        precondition(background.count == counts.count && !basis.isEmpty, "one background value per point")
        let rows = (basis + others).map { $0.map(Double.init) }
        let signal = zip(counts, background).map { Double($0) - Double($1) }
        let background = background.map(Double.init)
        var problem = MixtureProblem(columns: rows.count, polymers: basis.count)
        var expected = Observation.smoothed(counts.map(Double.init), cells: Self.smoothingPoints)
        for _ in 0..<2 {
            Self.weigh(rows, signal: signal, variances: expected, into: &problem)
            _ = problem.solve()
            expected = background
            for (amount, row) in zip(problem.amounts, rows) where amount > 0 {
                for point in expected.indices { expected[point] += amount * row[point] }
            }
        }
        var simple = problem
        simple.simplify(support: MixtureProblem.support(ofPolymers: basis.count))
        self.init(problem, shares: simple.shares(simple.amounts), points: counts.count)
    }

    /// What solved equations say.
    init(_ problem: MixtureProblem, shares: [Double], points: Int) {
        self.shares = shares
        amounts = problem.amounts
        chiSquare = zip(problem.amounts, problem.rightSide).reduce(problem.squaredNorm) { $0 - $1.0 * $1.1 }
        reducedChiSquare = chiSquare / max(1, Double(points - problem.freeCount))
        self.problem = problem
    }

    /// What the fit says of a group: whether this spectrum could tell, at stated rates of error.
    ///
    /// - Parameter carriers: One mark per polymer, as `PolymerLibrary.carriers(of:)` gives.
    public func support(of carriers: [Bool], rates: DecisionRates = .standard) -> GroupEvidence {
        precondition(carriers.count == shares.count, "one mark per polymer")
        var problem = problem
        return problem.evidence(carriers: carriers, amounts: amounts, least: chiSquare, rates: rates)
    }

    /// The normal equations of rows and signal, each point weighted by its variance.
    static func weigh(
        _ rows: [[Double]], signal: [Double], variances: [Double], into problem: inout MixtureProblem
    ) {
        let weights = variances.map { 1 / max($0, leastVariance).squareRoot() }
        _ = ErrorElimination(errors: [], rows: rows, signal: signal, weights: weights, into: &problem)
    }
}
