import Glibc

/// The normal equations of a spectrum as a sum of columns: constituents first, then whatever has no name.
///
/// It answers what a least-squares fit can answer about constituents: the amounts, how much worse the fit becomes
/// without some of them, and with at least a given share of them.
public struct MixtureProblem: Sendable {
    /// All columns.
    public let columns: Int
    /// The first columns: polymers, whose amounts make up the whole that shares are of.
    public let polymers: Int
    /// Misfit counts this much: 1 where the errors are known, the reduced chi-square of a fit where they are not or where
    /// no fit reaches them.
    public internal(set) var misfitScale = 1.0

    var gram: [Double]
    var rightSide: [Double]
    var squaredNorm = 0.0
    private var solver: NonNegativeLeastSquares
    private var constrainedGram: [Double] = []

    /// Memory for so many columns.
    init(columns: Int, polymers: Int) {
        precondition(polymers <= columns, "polymers are columns")
        self.columns = columns
        self.polymers = polymers
        gram = [Double](repeating: 0, count: columns * columns)
        rightSide = [Double](repeating: 0, count: columns)
        solver = NonNegativeLeastSquares(columns: columns)
    }

    /// The amounts of the last solution.
    var amounts: [Double] { solver.solution }
    /// How many columns the last solution uses.
    var freeCount: Int { solver.freeColumns.count }

    /// Forgets the last solution.
    mutating func reset() { solver.reset() }

    /// Solves and gives the misfit ‖A x - b‖² (chi-square, where rows are weighted by their errors).
    mutating func solve(isExcluded: [Bool] = []) -> Double {
        solver.solve(gram: gram, rightSide: rightSide, isExcluded: isExcluded)
        return misfit(rightSide)
    }

    private func misfit(_ rightSide: [Double]) -> Double {
        // At the minimum xᵀ(Aᵀb - G x) = 0, so ‖A x - b‖² = bᵀb - xᵀAᵀb.
        var explained = 0.0
        for column in solver.freeColumns { explained += solver.solution[column] * rightSide[column] }
        return max(squaredNorm - explained, 0)
    }

    /// Each polymer's share of all polymers.
    func shares(_ amounts: [Double]) -> [Double] {
        let total = amounts[0..<polymers].reduce(0, +)
        return amounts[0..<polymers].map { total > 0 ? $0 / total : 0 }
    }

    /// By how much the misfit must rise without a polymer for the spectrum to call for it, of so many in the library.
    static func support(ofPolymers count: Int) -> Double { 2 * log(Double(max(1, count))) }

    /// Leaves out, one after another, the polymer whose absence raises the misfit least, while it rises by less than
    /// `support` each time; the last solution is then that of the polymers left, whose misfit comes back.
    ///
    /// - Parameter excluded: Polymers that are left out from the start.
    @discardableResult
    mutating func simplify(support: Double, excluding excluded: Set<Int> = []) -> Double {
        var isExcluded = (0..<columns).map(excluded.contains)
        var misfit = solve(isExcluded: isExcluded)
        while true {
            var least: (polymer: Int, misfit: Double)?
            let used = (0..<polymers).filter { amounts[$0] > 0 }
            for polymer in used where used.count > 1 {
                isExcluded[polymer] = true
                let without = solve(isExcluded: isExcluded)
                isExcluded[polymer] = false
                if without < least?.misfit ?? .infinity { least = (polymer, without) }
            }
            guard let least, least.misfit - misfit < support else { break }
            isExcluded[least.polymer] = true
            misfit = solve(isExcluded: isExcluded)
        }
        return solve(isExcluded: isExcluded)
    }

    /// The least misfit with the carriers left out.
    mutating func misfit(without carriers: [Bool]) -> Double {
        solve(isExcluded: carriers + [Bool](repeating: false, count: columns - polymers))
    }

    /// The least misfit when the carriers together make up exactly `share` of the polymers.
    ///
    /// The constraint Σ c x = 0 with c = 1 - share for carriers and -share for the rest enters as one more row of the
    /// matrix, heavy enough that what remains of it is nothing.
    mutating func misfit(carriers: [Bool], share: Double) -> Double {
        var heaviest = 0.0
        for column in 0..<polymers { heaviest = max(heaviest, gram[column * columns + column]) }
        let weight = heaviest * 1e5
        if constrainedGram.count != gram.count { constrainedGram = gram }
        for row in 0..<columns {
            let rowCoefficient = row < polymers ? (carriers[row] ? 1 - share : -share) : 0
            for column in 0..<columns {
                let coefficient = column < polymers ? (carriers[column] ? 1 - share : -share) : 0
                constrainedGram[row * columns + column] =
                    gram[row * columns + column] + weight * rowCoefficient * coefficient
            }
        }
        solver.solve(gram: constrainedGram, rightSide: rightSide)
        return misfit(rightSide)
    }
}
