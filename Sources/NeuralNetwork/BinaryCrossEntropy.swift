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

    /// σ(z) = 1/(1 + e^−z).
    public static func probability(_ logit: Float) -> Float {
        let decay = expf(-abs(logit))
        return (logit >= 0 ? 1 : decay) / (1 + decay)
    }
}
