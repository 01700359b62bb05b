#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Softmax over bins of an axis, and its cross-entropy with a position between two of them.
///
/// p = softmax(z); a position x = j + f is the target (1 − f) in bin j and f in bin j + 1; loss = −Σ target · log p.
public enum SoftmaxCrossEntropy {
    /// p [rows, bins] of logits [rows, bins].
    public static func probabilities(_ logits: Buffer, into p: Buffer, rows: Int, bins: Int) {
        precondition(logits.count >= rows * bins && p.count >= rows * bins, "a buffer is too small")
        let (z, p) = (logits.values, p.values)
        for row in 0..<rows {
            let start = row * bins
            var top = -Float.infinity
            for i in 0..<bins { top = max(top, z[start + i]) }
            var sum: Float = 0
            for i in 0..<bins {
                let e = expf(z[start + i] - top)
                p[start + i] = e
                sum += e
            }
            let scale = 1 / sum
            for i in 0..<bins { p[start + i] *= scale }
        }
    }

    /// The mean loss over rows, and weight · (p − target)/rows into `gradient`; positions are held inside the bins.
    public static func loss(
        _ p: Buffer, positions: [Float], gradient: Buffer, rows: Int, bins: Int, weight: Float
    ) -> Float {
        precondition(p.count >= rows * bins && gradient.count >= rows * bins && positions.count >= rows, "too small")
        let (p, gradient) = (p.values, gradient.values)
        let scale = weight / Float(rows)
        var sum = 0.0
        for row in 0..<rows {
            let start = row * bins
            for i in 0..<bins { gradient[start + i] = p[start + i] * scale }
            let position = min(max(positions[row], 0), Float(bins - 1))
            let low = min(Int(position), bins - 2)
            let fraction = position - Float(low)
            gradient[start + low] -= (1 - fraction) * scale
            gradient[start + low + 1] -= fraction * scale
            sum -= Double((1 - fraction) * logf(max(p[start + low], 1e-30)))
            sum -= Double(fraction * logf(max(p[start + low + 1], 1e-30)))
        }
        return Float(sum / Double(rows))
    }
}
