/// The ridge pseudo-inverse of a few long rows.
public enum PseudoInverse {
    /// (A Aᵀ + λ m I)⁻¹ A of rows A [count, width], m the mean of A Aᵀ's diagonal; Cholesky in double precision.
    ///
    /// Applied to y = xᵀA it gives back x, up to what the ridge damps.
    public static func ridge(rows: [Float], count: Int, width: Int, ridge: Double) -> [Float] {
        precondition(rows.count == count * width && ridge > 0, "rows of one width and a positive ridge")
        var gram = [Double](repeating: 0, count: count * count)
        for i in 0..<count {
            for j in 0...i {
                var sum = 0.0
                for k in 0..<width { sum += Double(rows[i * width + k]) * Double(rows[j * width + k]) }
                gram[i * count + j] = sum
                gram[j * count + i] = sum
            }
        }
        let mean = (0..<count).reduce(0.0) { $0 + gram[$1 * count + $1] } / Double(count)
        for i in 0..<count { gram[i * count + i] += ridge * mean }
        factor(&gram, count: count)
        var result = [Float](repeating: 0, count: count * width)
        var column = [Double](repeating: 0, count: count)
        for k in 0..<width {
            for i in 0..<count { column[i] = Double(rows[i * width + k]) }
            solve(gram, &column, count: count)
            for i in 0..<count { result[i * width + k] = Float(column[i]) }
        }
        return result
    }

    /// The lower Cholesky factor in place.
    private static func factor(_ a: inout [Double], count: Int) {
        for j in 0..<count {
            for k in 0..<j { a[j * count + j] -= a[j * count + k] * a[j * count + k] }
            a[j * count + j] = max(a[j * count + j], 1e-300).squareRoot()
            for i in j + 1..<max(count, j + 1) {
                for k in 0..<j { a[i * count + j] -= a[i * count + k] * a[j * count + k] }
                a[i * count + j] /= a[j * count + j]
            }
        }
    }

    private static func solve(_ l: [Double], _ x: inout [Double], count: Int) {
        for i in 0..<count {
            for k in 0..<i { x[i] -= l[i * count + k] * x[k] }
            x[i] /= l[i * count + i]
        }
        for i in stride(from: count - 1, through: 0, by: -1) {
            for k in i + 1..<max(count, i + 1) { x[i] -= l[k * count + i] * x[k] }
            x[i] /= l[i * count + i]
        }
    }
}
