/// Linear least squares with a penalty on the coefficients, several targets at once.
///
/// Minimises Σ |y - W x|² + λ n |W|² over columns brought to mean 0, so that the constant is not penalised.
package struct RidgeRegression: Sendable {
    private let features: Int
    private let targets: Int
    private let count: Int
    private let featureMeans: [Double]
    private let targetMeans: [Double]
    /// Covariances of the features [features, features], lower triangle.
    private let covariance: [Double]
    /// Covariances of features and targets [features, targets].
    private let cross: [Double]

    /// Gathers what is needed for any penalty.
    ///
    /// - Parameters:
    ///   - x: Rows [count, features].
    ///   - y: Rows [count, targets].
    package init(x: [Float], y: [Float], count: Int) {
        precondition(count > 0 && x.count % count == 0 && y.count % count == 0, "rows of one width")
        self.count = count
        features = x.count / count
        targets = y.count / count
        featureMeans = Self.means(x, width: x.count / count)
        targetMeans = Self.means(y, width: y.count / count)
        let columns = Self.centredColumns(x, means: featureMeans)
        let answers = Self.centredColumns(y, means: targetMeans)
        var covariance = [Double](repeating: 0, count: features * features)
        var cross = [Double](repeating: 0, count: features * targets)
        for row in 0..<features {
            for column in 0...row {
                covariance[row * features + column] = Self.product(columns[row], columns[column]) / Double(count)
            }
            for target in 0..<targets {
                cross[row * targets + target] = Self.product(columns[row], answers[target]) / Double(count)
            }
        }
        self.covariance = covariance
        self.cross = cross
    }

    /// The prediction [targets] of a row, for coefficients [features, targets].
    package func predict(_ x: ArraySlice<Float>, coefficients: [Double]) -> [Double] {
        var answer = targetMeans
        for (feature, value) in x.enumerated() {
            let distance = Double(value) - featureMeans[feature]
            guard distance != 0 else { continue }
            for target in 0..<targets { answer[target] += distance * coefficients[feature * targets + target] }
        }
        return answer
    }

    /// Coefficients [features, targets] for a penalty relative to the features' mean variance.
    package func coefficients(penalty: Double) -> [Double] {
        let scale = (0..<features).reduce(0.0) { $0 + covariance[$1 * features + $1] } / Double(max(features, 1))
        // Where no feature varies, nothing can be learned from any.
        guard scale > 0 else { return [Double](repeating: 0, count: cross.count) }
        var factor = covariance
        for row in 0..<features { factor[row * features + row] += penalty * scale }
        Self.factorise(&factor, count: features)
        return solve(factor)
    }

    private static func means(_ rows: [Float], width: Int) -> [Double] {
        var sums = [Double](repeating: 0, count: width)
        for (index, value) in rows.enumerated() { sums[index % width] += Double(value) }
        return sums.map { $0 * Double(width) / Double(rows.count) }
    }

    private static func centredColumns(_ rows: [Float], means: [Double]) -> [[Float]] {
        let width = means.count
        return means.indices.map { column in
            stride(from: column, to: rows.count, by: width).map { Float(Double(rows[$0]) - means[column]) }
        }
    }

    /// In double precision, since the matrix of products must stay positive definite under a small penalty.
    private static func product(_ a: [Float], _ b: [Float]) -> Double {
        a.withUnsafeBytes { a in
            b.withUnsafeBytes { b in
                let size = MemoryLayout<Float>.size
                let count = a.count / size
                var lanes = SIMD8<Double>(repeating: 0)
                var index = 0
                while index + 8 <= count {
                    let left = a.loadUnaligned(fromByteOffset: index * size, as: SIMD8<Float>.self)
                    let right = b.loadUnaligned(fromByteOffset: index * size, as: SIMD8<Float>.self)
                    lanes += SIMD8<Double>(left) * SIMD8<Double>(right)
                    index += 8
                }
                var total = lanes.sum()
                while index < count {
                    total +=
                        Double(a.load(fromByteOffset: index * size, as: Float.self))
                        * Double(b.load(fromByteOffset: index * size, as: Float.self))
                    index += 1
                }
                return total
            }
        }
    }

    /// The lower Cholesky factor in place.
    private static func factorise(_ a: inout [Double], count: Int) {
        a.withUnsafeMutableBufferPointer { a in
            for row in 0..<count {
                for column in 0...row {
                    var sum = a[row * count + column]
                    for k in 0..<column { sum -= a[row * count + k] * a[column * count + k] }
                    a[row * count + column] =
                        row == column ? max(sum, 1e-300).squareRoot() : sum / a[column * count + column]
                }
            }
        }
    }

    /// Forward and backward substitution for all targets.
    private func solve(_ factor: [Double]) -> [Double] {
        var x = cross
        for row in 0..<features {
            for k in 0..<row {
                let f = factor[row * features + k]
                guard f != 0 else { continue }
                for target in 0..<targets { x[row * targets + target] -= f * x[k * targets + target] }
            }
            for target in 0..<targets { x[row * targets + target] /= factor[row * features + row] }
        }
        for row in stride(from: features - 1, through: 0, by: -1) {
            for target in 0..<targets { x[row * targets + target] /= factor[row * features + row] }
            for k in 0..<row {
                let f = factor[row * features + k]
                guard f != 0 else { continue }
                for target in 0..<targets { x[k * targets + target] -= f * x[row * targets + target] }
            }
        }
        return x
    }
}
