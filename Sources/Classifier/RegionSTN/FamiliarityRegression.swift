import Foundation

/// Logistic regression of two kinds of rows that count equally in all, by Newton's method with a ridge.
package enum FamiliarityRegression {
    /// The ridge, as a share of the number of rows.
    private static let ridge = 1e-3

    /// Weights of the columns, the constant last; the sum is positive where a row looks like the positives.
    package static func weights(positives: [[Float]], negatives: [[Float]], width: Int) -> [Float] {
        guard !positives.isEmpty, !negatives.isEmpty else { return [Float](repeating: 0, count: width + 1) }
        let rows =
            positives.map { (row: $0, target: 1.0, weight: 0.5 / Double(positives.count)) }
            + negatives.map { (row: $0, target: 0.0, weight: 0.5 / Double(negatives.count)) }
        let size = width + 1
        var beta = [Double](repeating: 0, count: size)
        for _ in 0..<15 {
            var gradient = (0..<size).map { $0 < width ? ridge * beta[$0] : 0 }
            var hessian = [Double](repeating: 0, count: size * size)
            for index in 0..<size { hessian[index * size + index] = index < width ? ridge : 1e-9 }
            for (row, target, weight) in rows {
                var z = beta[width]
                for column in 0..<width { z += beta[column] * Double(row[column]) }
                let p = 1 / (1 + exp(-z))
                let error = weight * (p - target)
                let curvature = weight * max(p * (1 - p), 1e-6)
                for first in 0..<size {
                    let x = first < width ? Double(row[first]) : 1
                    gradient[first] += error * x
                    for second in 0...first {
                        hessian[first * size + second] += curvature * x * (second < width ? Double(row[second]) : 1)
                    }
                }
            }
            let step = solve(hessian, gradient, size: size)
            let longest = step.map(abs).max() ?? 0
            // A step beyond this would leave the region where the second derivative tells anything.
            let scale = min(1, 2 / max(longest, 1e-12))
            for index in 0..<size { beta[index] -= scale * step[index] }
            if longest < 1e-5 { break }
        }
        return beta.map(Float.init)
    }

    /// Solves a positive definite system given by its lower triangle.
    private static func solve(_ matrix: [Double], _ right: [Double], size: Int) -> [Double] {
        var (factor, x) = (matrix, right)
        for row in 0..<size {
            for column in 0...row {
                var sum = factor[row * size + column]
                for k in 0..<column { sum -= factor[row * size + k] * factor[column * size + k] }
                factor[row * size + column] =
                    row == column ? max(sum, 1e-15).squareRoot() : sum / factor[column * size + column]
            }
        }
        for row in 0..<size {
            for k in 0..<row { x[row] -= factor[row * size + k] * x[k] }
            x[row] /= factor[row * size + row]
        }
        for row in (0..<size).reversed() {
            for k in row + 1..<max(size, row + 1) { x[row] -= factor[k * size + row] * x[k] }
            x[row] /= factor[row * size + row]
        }
        return x
    }
}
