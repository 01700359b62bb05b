#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The sigmoid's binary cross-entropy on logits, averaged over all values.
///
/// loss(z, y) = max(z, 0) − z·y + log(1 + e^−|z|), which neither overflows nor loses digits.
public enum BinaryCrossEntropy {
    /// The mean loss over `count` logits, and dLoss/dz = (σ(z) − y)/count into `gradient`.
    public static func loss(
        _ logits: Buffer, targets: Buffer, gradient: Buffer, count: Int
    ) -> Float {
        precondition(
            logits.count >= count && targets.count >= count && gradient.count >= count, "a buffer is too small")
        let (logits, targets, gradient) = (logits.values, targets.values, gradient.values)
        var sum = 0.0
        let weight = 1 / Float(count)
        for i in 0..<count {
            let z = logits[i]
            let y = targets[i]
            let decay = expf(-abs(z))
            sum += Double(max(z, 0) - z * y + log1pf(decay))
            gradient[i] = ((z >= 0 ? 1 : decay) / (1 + decay) - y) * weight
        }
        return Float(sum / Double(count))
    }

    /// σ(z) of the first `count` logits.
    public static func probabilities(_ logits: Buffer, into y: Buffer, count: Int) {
        precondition(logits.count >= count && y.count >= count, "a buffer is too small")
        let (logits, y) = (logits.values, y.values)
        for i in 0..<count { y[i] = probability(logits[i]) }
    }

    /// Adds dLoss/dz = σ (1 − σ) dLoss/dσ, of probabilities σ and their gradient.
    public static func addLogitGradient(of probabilities: Buffer, dy: Buffer, into dz: Buffer, count: Int) {
        precondition(min(probabilities.count, dy.count, dz.count) >= count, "a buffer is too small")
        let (p, dy, dz) = (probabilities.values, dy.values, dz.values)
        for i in 0..<count { dz[i] += p[i] * (1 - p[i]) * dy[i] }
    }

    /// σ(z) = 1/(1 + e^−z).
    public static func probability(_ logit: Float) -> Float {
        let decay = expf(-abs(logit))
        return (logit >= 0 ? 1 : decay) / (1 + decay)
    }
}
