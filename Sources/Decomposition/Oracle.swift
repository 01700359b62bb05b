import COpenBLAS
import NeuralNetwork

/// What least squares can find when nothing but the amounts is unknown: the ceiling for every model.
///
/// Shift, lines of the whole library and background are those that made the spectrum; what is left is the noise of
/// counting, weighted by the expected counts (Pearson) after a first fit with the measured ones. Where the lines are only
/// nearly those that made the spectrum, an error in proportion to the expected signal adds to that of counting.
public struct Oracle: Sendable {
    /// A variance of counts is never taken for less, however empty a channel should be.
    static let leastVariance = 0.1
    /// Neighbours to either side over which measured counts are averaged for the first fit's weights.
    private static let smoothingPoints = 6

    /// Share of each polymer in the visible atoms of all polymers found.
    public let shares: [Double]
    /// Chi-square of the fit.
    public let chiSquare: Double
    /// Chi-square over the degrees of freedom: about 1, since nothing is unknown.
    public let reducedChiSquare: Double

    private let problem: MixtureProblem
    private let amounts: [Double]

    /// Fits the amounts.
    ///
    /// - Parameters:
    ///   - basis: One row per polymer: expected counts at every point for one unit of it.
    ///   - others: Rows of whatever else may be in the spectrum and has no label, such as contamination.
    ///   - background: Expected counts of everything else.
    ///   - counts: What was counted.
    ///   - modelError: ε of the variance, expected counts + (ε · expected signal)²: relative standard deviation of a
    ///     spectrum that these rows make, from their own errors.
    public init(
        basis: [[Float]], others: [[Float]] = [], background: [Float], counts: [Float], modelError: Double = 0
    ) {
        precondition(modelError >= 0, "a standard deviation")
        precondition((basis + others).allSatisfy { $0.count == counts.count }, "one value per point and row")
        precondition(background.count == counts.count && !basis.isEmpty, "one background value per point")
        let rows = (basis + others).map { $0.map(Double.init) }
        let signal = zip(counts, background).map { Double($0) - Double($1) }
        let background = background.map(Double.init)
        var problem = MixtureProblem(columns: rows.count, polymers: basis.count)
        var expected = Observation.smoothed(counts.map(Double.init), cells: Self.smoothingPoints)
        for _ in 0..<2 {
            let variances = zip(expected, background).map { expected, background in
                let error = modelError * max(0, expected - background)
                return expected + error * error
            }
            Self.weigh(rows, signal: signal, variances: variances, into: &problem)
            _ = problem.solve()
            expected = background
            for (amount, row) in zip(problem.amounts, rows) where amount > 0 {
                for point in expected.indices { expected[point] += amount * row[point] }
            }
        }
        amounts = problem.amounts
        shares = problem.shares(problem.amounts)
        chiSquare = zip(problem.amounts, problem.rightSide).reduce(problem.squaredNorm) { $0 - $1.0 * $1.1 }
        reducedChiSquare = chiSquare / max(1, Double(counts.count - problem.freeCount))
        self.problem = problem
    }

    /// What the fit says of a group: whether this spectrum could tell, at stated rates of error.
    ///
    /// - Parameter carriers: One mark per polymer, as ``ConstituentFit/carriers(of:in:)`` gives.
    public func support(of carriers: [Bool], rates: DecisionRates = .standard) -> GroupEvidence {
        precondition(carriers.count == shares.count, "one mark per polymer")
        var problem = problem
        return problem.evidence(carriers: carriers, amounts: amounts, least: chiSquare, rates: rates)
    }

    /// The largest share of a group's carriers that could hide in this spectrum: chi-square rises by less than `bound`.
    ///
    /// A bound of 2.7 stands for an error of 5 %.
    public func hiddenShare(of carriers: [Bool], bound: Double = 2.71) -> Double {
        precondition(carriers.count == shares.count, "one mark per polymer")
        var problem = problem
        return problem.hiddenShare(carriers: carriers, amounts: amounts, least: chiSquare, bound: bound)
    }

    /// The normal equations of rows and signal, each point weighted by its variance.
    static func weigh(
        _ rows: [[Double]], signal: [Double], variances: [Double], into problem: inout MixtureProblem
    ) {
        _ = ProcessorKernels.current
        let columns = rows.count
        let points = signal.count
        let weights = variances.map { 1 / max($0, leastVariance).squareRoot() }
        var matrix: [Double] = []
        matrix.reserveCapacity((columns + 1) * points)
        for row in rows + [signal] {
            for point in 0..<points { matrix.append(row[point] * weights[point]) }
        }
        // The data as the last row: Gram matrix, right side and squared norm in one product.
        let order = columns + 1
        var product = [Double](repeating: 0, count: order * order)
        cblas_dsyrk(
            CblasRowMajor, CblasUpper, CblasNoTrans, Int32(order), Int32(points), 1, matrix, Int32(points), 0, &product,
            Int32(order))
        for row in 0..<columns {
            for column in row..<columns {
                problem.gram[row * columns + column] = product[row * order + column]
                problem.gram[column * columns + row] = product[row * order + column]
            }
            problem.rightSide[row] = product[row * order + columns]
        }
        problem.squaredNorm = product[order * order - 1]
    }
}
