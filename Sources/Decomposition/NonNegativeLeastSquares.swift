import Glibc

/// Least squares under x ≥ 0 from the normal equations: min ‖A x - b‖² given G = AᵀA and Aᵀb.
///
/// The active-set method of Lawson and Hanson (Solving Least Squares Problems, 1974, chapter 23) in the form of Bro and
/// de Jong (J. Chemometrics 11 (1997) 393), which never touches A; the Cholesky factor of the free columns grows and
/// shrinks with their set. All memory is planned at init.
///
/// A column that the free ones already span (within `dependence` of its length) is left out: of identical columns one
/// carries the amount of all.
public struct NonNegativeLeastSquares: Sendable {
    /// A column counts as spanned by others when less than this share of its squared length is left.
    public static let dependence = 1e-12
    /// A gradient counts as zero below this share of the largest correlation of b with a column.
    public static let tolerance = 1e-10

    /// Number of columns.
    public let columns: Int
    /// The amounts; zeros before the first solution.
    public private(set) var solution: [Double]
    /// The columns with a positive amount, in the order they came in.
    public var freeColumns: ArraySlice<Int> { free[0..<freeCount] }

    private var free: [Int]
    private var freeCount = 0
    private var isFree: [Bool]
    private var isRefused: [Bool]
    private var factor: [Double]
    private var trial: [Double]
    private var forward: [Double]

    /// Memory for problems of so many columns.
    public init(columns: Int) {
        self.columns = columns
        solution = [Double](repeating: 0, count: columns)
        free = [Int](repeating: 0, count: columns)
        isFree = [Bool](repeating: false, count: columns)
        isRefused = [Bool](repeating: false, count: columns)
        factor = [Double](repeating: 0, count: columns * columns)
        trial = [Double](repeating: 0, count: columns)
        forward = [Double](repeating: 0, count: columns)
    }

    /// Forgets the last solution, so that the next one starts from zero.
    public mutating func reset() {
        for index in 0..<freeCount { isFree[free[index]] = false }
        freeCount = 0
        for column in 0..<columns { solution[column] = 0 }
    }

    /// Solves, starting from the last solution.
    ///
    /// - Parameters:
    ///   - gram: `[columns, columns]`, G = AᵀA, symmetric.
    ///   - rightSide: `[columns]`, Aᵀb.
    ///   - isExcluded: Columns that stay at zero; empty for none.
    /// - Returns: Whether the conditions of Karush, Kuhn and Tucker hold within the tolerance; false only if the method
    ///   did not settle in three rounds per column, in which case the best feasible point so far stands.
    @discardableResult
    public mutating func solve(gram: [Double], rightSide: [Double], isExcluded: [Bool] = []) -> Bool {
        precondition(
            gram.count == columns * columns && rightSide.count == columns, "a square matrix and its right side")
        precondition(isExcluded.isEmpty || isExcluded.count == columns, "one mark per column")
        return gram.withUnsafeBufferPointer { gram in
            rightSide.withUnsafeBufferPointer { solve(gram, $0, isExcluded) }
        }
    }

    private mutating func solve(
        _ gram: UnsafeBufferPointer<Double>, _ rightSide: UnsafeBufferPointer<Double>, _ isExcluded: [Bool]
    ) -> Bool {
        startFromLast(gram, isExcluded)
        var largest = 0.0
        for column in 0..<columns where gram[column * columns + column] > 0 {
            largest = max(largest, abs(rightSide[column]) / gram[column * columns + column].squareRoot())
        }
        let threshold = largest * Self.tolerance
        for column in 0..<columns { isRefused[column] = false }
        if freeCount > 0 { moveToFeasibleMinimum(gram, rightSide) }
        for _ in 0..<3 * columns + 10 {
            guard let entering = steepest(gram, rightSide, isExcluded, threshold: threshold) else { return true }
            guard append(entering, gram) else {
                isRefused[entering] = true
                continue
            }
            solveFree(rightSide)
            guard trial[freeCount - 1] > 0 else {
                // Rounding: the column looked useful and is not. It stays out until the set has changed.
                removeFree(at: freeCount - 1, gram)
                isRefused[entering] = true
                continue
            }
            moveToFeasibleMinimum(gram, rightSide)
            for column in 0..<columns { isRefused[column] = false }
        }
        return false
    }

    /// Factors the columns that were free last time and are allowed now.
    private mutating func startFromLast(_ gram: UnsafeBufferPointer<Double>, _ isExcluded: [Bool]) {
        let count = freeCount
        freeCount = 0
        for index in 0..<count { isFree[free[index]] = false }
        for index in 0..<count {
            let column = free[index]
            let isAllowed = solution[column] > 0 && (isExcluded.isEmpty || !isExcluded[column])
            if !isAllowed || !append(column, gram) { solution[column] = 0 }
        }
    }

    /// The column outside the free set along whose unit vector the misfit falls fastest.
    private func steepest(
        _ gram: UnsafeBufferPointer<Double>, _ rightSide: UnsafeBufferPointer<Double>, _ isExcluded: [Bool],
        threshold: Double
    ) -> Int? {
        var best: Int?
        var bestSlope = threshold
        for column in 0..<columns where !isFree[column] && !isRefused[column] {
            if !isExcluded.isEmpty && isExcluded[column] { continue }
            let squared = gram[column * columns + column]
            guard squared > 0 else { continue }
            var gradient = rightSide[column]
            for index in 0..<freeCount { gradient -= gram[column * columns + free[index]] * solution[free[index]] }
            let slope = gradient / squared.squareRoot()
            if slope > bestSlope {
                bestSlope = slope
                best = column
            }
        }
        return best
    }

    /// Walks towards the minimum over the free columns, dropping those that reach zero on the way.
    private mutating func moveToFeasibleMinimum(
        _ gram: UnsafeBufferPointer<Double>, _ rightSide: UnsafeBufferPointer<Double>
    ) {
        while freeCount > 0 {
            solveFree(rightSide)
            var step = 1.0
            for index in 0..<freeCount where trial[index] <= 0 {
                let amount = solution[free[index]]
                step = min(step, amount / (amount - trial[index]))
            }
            guard step < 1 else {
                for index in 0..<freeCount { solution[free[index]] = trial[index] }
                return
            }
            for index in 0..<freeCount { solution[free[index]] += step * (trial[index] - solution[free[index]]) }
            var first = freeCount
            var kept = 0
            for index in 0..<freeCount {
                let column = free[index]
                // The column that set the step is at zero but for rounding; others may have met it there.
                if trial[index] <= 0 && solution[column] <= 1e-15 * abs(trial[index]) {
                    solution[column] = 0
                    isFree[column] = false
                    first = min(first, index)
                } else {
                    free[kept] = column
                    kept += 1
                }
            }
            guard kept < freeCount else {
                dropLeast(gram)
                continue
            }
            freeCount = kept
            refactor(from: first, gram)
        }
    }

    /// Drops the free column with the smallest amount: the way out where rounding let none reach zero.
    private mutating func dropLeast(_ gram: UnsafeBufferPointer<Double>) {
        var least = 0
        for index in 0..<freeCount where solution[free[index]] < solution[free[least]] { least = index }
        solution[free[least]] = 0
        removeFree(at: least, gram)
    }

    private mutating func removeFree(at index: Int, _ gram: UnsafeBufferPointer<Double>) {
        isFree[free[index]] = false
        for position in index..<freeCount - 1 { free[position] = free[position + 1] }
        freeCount -= 1
        refactor(from: index, gram)
    }

    /// Factors the free columns again from a position on.
    private mutating func refactor(from first: Int, _ gram: UnsafeBufferPointer<Double>) {
        let count = freeCount
        freeCount = first
        for index in first..<max(count, first) {
            let column = free[index]
            isFree[column] = false
            if !append(column, gram) { solution[column] = 0 }
        }
    }

    /// Adds a column to the free set and a row to the factor L of G = L Lᵀ; false if the set already spans it.
    private mutating func append(_ column: Int, _ gram: UnsafeBufferPointer<Double>) -> Bool {
        let count = freeCount
        let squared = gram[column * columns + column]
        let rest = factor.withUnsafeMutableBufferPointer { factor in
            var rest = squared
            let row = count * columns
            for i in 0..<count {
                var value = gram[column * columns + free[i]]
                for j in 0..<i { value -= factor[i * columns + j] * factor[row + j] }
                value /= factor[i * columns + i]
                factor[row + i] = value
                rest -= value * value
            }
            if rest > squared * Self.dependence { factor[row + count] = rest.squareRoot() }
            return rest
        }
        guard rest > squared * Self.dependence else { return false }
        free[count] = column
        isFree[column] = true
        freeCount = count + 1
        return true
    }

    /// The unconstrained minimum over the free columns, into `trial`: L Lᵀ x = Aᵀb.
    private mutating func solveFree(_ rightSide: UnsafeBufferPointer<Double>) {
        let count = freeCount
        factor.withUnsafeBufferPointer { factor in
            for i in 0..<count {
                var value = rightSide[free[i]]
                for j in 0..<i { value -= factor[i * columns + j] * forward[j] }
                forward[i] = value / factor[i * columns + i]
            }
            for i in stride(from: count - 1, through: 0, by: -1) {
                var value = forward[i]
                for j in i + 1..<max(count, i + 1) { value -= factor[j * columns + i] * trial[j] }
                trial[i] = value / factor[i * columns + i]
            }
        }
    }
}
