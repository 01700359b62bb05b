import COpenBLAS
import NeuralNetwork

/// The normal equations of a spectrum whose rows have errors of known statistics, with these errors eliminated.
///
/// The spectrum is z = B a + J t + noise with all points divided by the noise's standard deviation and errors t of the
/// standard normal distribution. The best t for given amounts a leaves a misfit in the metric of the whole covariance
/// (generalised least squares), (I + J Jᵀ)⁻¹ = I - J (I + JᵀJ)⁻¹ Jᵀ after Woodbury, so that only a matrix of the order of
/// the errors is factored: I + JᵀJ = L Lᵀ.
struct ErrorElimination {
    private let errors: Int
    private let rows: Int
    /// L, lower, `[errors, errors]`.
    private let factor: [Double]
    /// L⁻¹ Jᵀ[B z], `[errors, rows + 1]`.
    private let solved: [Double]

    /// Puts the equations of the amounts into a problem of as many columns as there are rows.
    ///
    /// - Parameters:
    ///   - errors: Rows of J, divided by the noise already: the change with one standard deviation of each error.
    ///   - rows: Rows of B, not divided.
    ///   - signal: z, not divided.
    ///   - weights: One over the noise's standard deviation at every point.
    init(
        errors: [[Double]], rows: [[Double]], signal: [Double], weights: [Double], into problem: inout MixtureProblem
    ) {
        _ = ProcessorKernels.current
        let points = signal.count
        let order = errors.count + rows.count + 1
        var matrix: [Double] = []
        matrix.reserveCapacity(order * points)
        for row in errors { matrix.append(contentsOf: row) }
        for row in rows {
            for point in 0..<points { matrix.append(row[point] * weights[point]) }
        }
        // The data as the last row: Gram matrix, right side and squared norm in one product.
        for point in 0..<points { matrix.append(signal[point] * weights[point]) }
        var product = [Double](repeating: 0, count: order * order)
        cblas_dsyrk(
            CblasRowMajor, CblasUpper, CblasNoTrans, Int32(order), Int32(points), 1, matrix, Int32(points), 0, &product,
            Int32(order))
        let count = errors.count
        let width = rows.count + 1
        self.errors = count
        self.rows = rows.count
        factor = Self.factor(product, count: count, order: order)
        var solved: [Double] = []
        solved.reserveCapacity(count * width)
        for row in 0..<count { solved.append(contentsOf: product[row * order + count..<(row + 1) * order]) }
        var reduced: [Double] = []
        reduced.reserveCapacity(width * width)
        for row in count..<order { reduced.append(contentsOf: product[row * order + count..<(row + 1) * order]) }
        if count > 0 {
            cblas_dtrsm(
                CblasRowMajor, CblasLeft, CblasLower, CblasNoTrans, CblasNonUnit, Int32(count), Int32(width), 1, factor,
                Int32(count), &solved, Int32(width))
            cblas_dsyrk(
                CblasRowMajor, CblasUpper, CblasTrans, Int32(width), Int32(count), -1, solved, Int32(width), 1,
                &reduced,
                Int32(width))
        }
        self.solved = solved
        Self.put(reduced, columns: rows.count, into: &problem)
    }

    /// The errors that explain best what these amounts leave over: t = (I + JᵀJ)⁻¹ Jᵀ(z - B a).
    func best(amounts: [Double]) -> [Double] {
        guard errors > 0 else { return [] }
        let width = rows + 1
        var best = (0..<errors).map { error in
            amounts.indices.reduce(solved[error * width + rows]) { $0 - solved[error * width + $1] * amounts[$1] }
        }
        cblas_dtrsv(
            CblasRowMajor, CblasLower, CblasTrans, CblasNonUnit, Int32(errors), factor, Int32(errors), &best, 1)
        return best
    }

    /// The factor L of I + JᵀJ, row by row, from the upper triangle of the first rows.
    private static func factor(_ product: [Double], count: Int, order: Int) -> [Double] {
        var factor = [Double](repeating: 0, count: count * count)
        for row in 0..<count {
            for column in 0...row { factor[row * count + column] = product[column * order + row] }
            factor[row * count + row] += 1
        }
        factor.withUnsafeMutableBufferPointer { factor in
            guard let first = factor.baseAddress else { return }
            for row in 0..<count {
                let values = first + row * count
                if row > 0 {
                    cblas_dtrsv(
                        CblasRowMajor, CblasLower, CblasNoTrans, CblasNonUnit, Int32(row), first, Int32(count), values,
                        1)
                }
                // At least the 1 that was added, but for rounding.
                values[row] = max(1, values[row] - cblas_ddot(Int32(row), values, 1, values, 1)).squareRoot()
            }
        }
        return factor
    }

    private static func put(_ reduced: [Double], columns: Int, into problem: inout MixtureProblem) {
        let width = columns + 1
        for row in 0..<columns {
            for column in row..<columns {
                problem.gram[row * columns + column] = reduced[row * width + column]
                problem.gram[column * columns + row] = reduced[row * width + column]
            }
            problem.rightSide[row] = reduced[row * width + columns]
        }
        problem.squaredNorm = reduced[width * width - 1]
    }
}
