/// Inverted dropout: in training each value is zero with probability `rate`, else scaled by 1/(1 − rate).
public struct Dropout {
    /// Probability of a zero, in [0, 1).
    public let rate: Float
    private let mask: Buffer

    /// A layer that remembers a mask of up to `maxCount` values.
    public init(rate: Float, maxCount: Int) {
        precondition(rate >= 0 && rate < 1, "a dropout rate lies in [0, 1)")
        self.rate = rate
        mask = Buffer(count: rate > 0 ? maxCount : 0)
    }

    /// Draws a mask and applies it in place.
    public func forward(_ x: Buffer, count: Int, random: inout RandomGenerator) {
        guard rate > 0 else { return }
        precondition(x.count >= count && mask.count >= count, "x or the mask is too small")
        let (x, mask) = (x.values, mask.values)
        let kept = 1 / (1 - rate)
        for i in 0..<count {
            mask[i] = random.uniform() < rate ? 0 : kept
            x[i] *= mask[i]
        }
    }

    /// Applies the last mask to the gradient in place.
    public func backward(_ dy: Buffer, count: Int) {
        guard rate > 0 else { return }
        precondition(dy.count >= count && mask.count >= count, "dy or the mask is too small")
        let (dy, mask) = (dy.values, mask.values)
        for i in 0..<count {
            dy[i] *= mask[i]
        }
    }
}
