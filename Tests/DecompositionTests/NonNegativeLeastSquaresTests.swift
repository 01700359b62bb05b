import Decomposition
import Synthesis
import Testing

@Suite("Non-negative least squares")
struct NonNegativeLeastSquaresTests {
    /// A problem and what its normal equations are.
    private struct Problem {
        var matrix: [[Double]]
        var data: [Double]

        var columns: Int { matrix.first?.count ?? 0 }

        var gram: [Double] {
            (0..<columns).flatMap { a in (0..<columns).map { b in matrix.reduce(0) { $0 + $1[a] * $1[b] } } }
        }

        var rightSide: [Double] {
            (0..<columns).map { a in zip(matrix, data).reduce(0) { $0 + $1.0[a] * $1.1 } }
        }

        func misfit(_ amounts: [Double]) -> Double {
            zip(matrix, data).reduce(0) { sum, row in
                let residual = zip(row.0, amounts).reduce(row.1) { $0 - $1.0 * $1.1 }
                return sum + residual * residual
            }
        }

        /// Aᵀ(b - A x).
        func gradient(_ amounts: [Double]) -> [Double] {
            let (gram, rightSide) = (gram, rightSide)
            return (0..<columns).map { row in
                (0..<columns).reduce(rightSide[row]) { $0 - gram[row * columns + $1] * amounts[$1] }
            }
        }

        static func random(rows: Int, columns: Int, seed: UInt64) -> Problem {
            var random = RandomSource(seed: seed)
            return Problem(
                matrix: (0..<rows).map { _ in (0..<columns).map { _ in random.uniform() - 0.2 } },
                data: (0..<rows).map { _ in random.normal() + 0.5 })
        }
    }

    private func expectOptimal(_ amounts: [Double], of problem: Problem, isExcluded: [Bool] = []) {
        let scale = problem.rightSide.reduce(0) { max($0, abs($1)) }
        for (column, slope) in problem.gradient(amounts).enumerated() {
            #expect(amounts[column] >= 0)
            if !isExcluded.isEmpty, isExcluded[column] {
                #expect(amounts[column] == 0)
            } else {
                #expect(slope <= 1e-7 * scale)
                if amounts[column] > 0 { #expect(abs(slope) <= 1e-7 * scale) }
            }
        }
    }

    @Test("meets the conditions of Karush, Kuhn and Tucker", arguments: 1...40)
    func optimal(seed: Int) {
        let columns = 3 + seed
        let problem = Problem.random(rows: columns + seed % 5, columns: columns, seed: UInt64(seed))
        var solver = NonNegativeLeastSquares(columns: columns)
        let isSettled = solver.solve(gram: problem.gram, rightSide: problem.rightSide)
        #expect(isSettled)
        expectOptimal(solver.solution, of: problem)
        #expect(Set(solver.freeColumns) == Set(solver.solution.indices.filter { solver.solution[$0] > 0 }))
    }

    /// Numbers of scipy.optimize.nnls on matrices of a linear congruential generator.
    ///
    /// `s ← 6364136223846793005 s + 1442695040888963407` modulo 2⁶⁴ from `s = seed`, `u = (s >> 11) / 2⁵³`; the matrix
    /// has entries `u - 0.3` row by row, then the data are `u`.
    private static let scipy: [(seed: UInt64, rows: Int, solution: [Double], misfit: Double)] = [
        (1, 8, [0.485923795165, 0.820341901474, 0.274202923385, 0, 0], 0.533268761743),
        (
            2, 12,
            [
                0, 0.579838579131, 0.31764234325, 0.200767893091, 0.197170822069, 0.0696365989906, 0.0438547515087,
                0.313834272549, 0,
            ], 1.18095853144
        ),
    ]

    @Test("agrees with SciPy", arguments: [0, 1])
    func scipy(place: Int) {
        let expected = Self.scipy[place]
        var state = expected.seed
        func uniform() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 11) / 0x1p53
        }
        let columns = expected.solution.count
        let matrix = (0..<expected.rows).map { _ in (0..<columns).map { _ in uniform() - 0.3 } }
        let problem = Problem(matrix: matrix, data: (0..<expected.rows).map { _ in uniform() })
        var solver = NonNegativeLeastSquares(columns: columns)
        solver.solve(gram: problem.gram, rightSide: problem.rightSide)
        for (amount, reference) in zip(solver.solution, expected.solution) { #expect(abs(amount - reference) < 1e-10) }
        #expect(abs(problem.misfit(solver.solution) - expected.misfit) < 1e-10)
    }

    @Test("a warm start finds the same minimum as a cold one, and columns left out stay at zero", arguments: 1...20)
    func warmStart(seed: Int) {
        let columns = 20
        let first = Problem.random(rows: 30, columns: columns, seed: UInt64(seed))
        var second = first
        var random = RandomSource(seed: UInt64(100 + seed))
        second.data = second.data.map { $0 + 0.3 * random.normal() }
        let isExcluded = (0..<columns).map { $0 % 3 == seed % 3 }

        var warm = NonNegativeLeastSquares(columns: columns)
        warm.solve(gram: first.gram, rightSide: first.rightSide)
        warm.solve(gram: second.gram, rightSide: second.rightSide, isExcluded: isExcluded)
        expectOptimal(warm.solution, of: second, isExcluded: isExcluded)
        var cold = NonNegativeLeastSquares(columns: columns)
        cold.solve(gram: second.gram, rightSide: second.rightSide, isExcluded: isExcluded)
        for (a, b) in zip(warm.solution, cold.solution) { #expect(abs(a - b) < 1e-8) }
        warm.reset()
        #expect(warm.solution.allSatisfy { $0 == 0 })
    }

    @Test("identical and nearly identical columns do no harm", arguments: [0, 1e-14, 1e-9, 1e-4])
    func twins(difference: Double) {
        var problem = Problem.random(rows: 25, columns: 6, seed: 9)
        var random = RandomSource(seed: 4)
        for row in problem.matrix.indices {
            problem.matrix[row] += problem.matrix[row].map { $0 + difference * random.normal() }
            problem.data[row] = 2 * problem.matrix[row][0] + problem.matrix[row][3]
        }
        var solver = NonNegativeLeastSquares(columns: 12)
        let isSettled = solver.solve(gram: problem.gram, rightSide: problem.rightSide)
        #expect(isSettled)
        #expect(problem.misfit(solver.solution) < 1e-9)
        #expect(abs(solver.solution[0] + solver.solution[6] - 2) < 1e-3)
        #expect(abs(solver.solution[3] + solver.solution[9] - 1) < 1e-3)
    }

    @Test("empty columns and data without a positive correlation give zero")
    func nothing() {
        var solver = NonNegativeLeastSquares(columns: 3)
        let isSettled = solver.solve(gram: [1, 0, 0, 0, 0, 0, 0, 0, 1], rightSide: [-1, 0, -2])
        #expect(isSettled)
        #expect(solver.solution == [0, 0, 0])
    }
}
