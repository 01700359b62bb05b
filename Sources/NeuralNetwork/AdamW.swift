/// Adam with decoupled weight decay (Loshchilov and Hutter, arXiv 1711.05101), bias-corrected.
///
/// θ ← θ(1 − ηλ) − η m̂/(√v̂ + ε), m̂ and v̂ the running means of g and g².
public struct AdamW: Sendable {
    /// Share kept of the running mean of g.
    public var beta1: Float = 0.9
    /// Share kept of the running mean of g².
    public var beta2: Float = 0.999
    /// ε.
    public var epsilon: Float = 1e-8
    /// λ.
    public var weightDecay: Float = 0.01
    /// Steps taken.
    public private(set) var step = 0
    private var correction1: Float = 1
    private var correction2: Float = 1

    /// The usual constants; `step` where a training goes on.
    public init(step: Int = 0) {
        self.step = step
    }

    /// Begins a step, which then updates each parameter once.
    public mutating func begin() {
        step += 1
        correction1 = 1 - power(beta1, step)
        correction2 = 1 - power(beta2, step)
    }

    /// Moves one parameter by its gradient times `gradientScale` (the clipping factor), in a single pass.
    public func update(
        _ parameter: Parameter, _ moments: Moments, learningRate: Float, gradientScale: Float
    ) {
        let count = parameter.value.count
        precondition(moments.mean.count == count, "moments belong to another parameter")
        precondition(parameter.gradient.count == count, "the parameter was not prepared for training")
        let learningRate = learningRate * parameter.rateScale
        let (gradient, value) = (parameter.gradient.values, parameter.value.values)
        let (mean, square) = (moments.mean.values, moments.square.values)
        let keep = 1 - learningRate * weightDecay
        let stride = learningRate / correction1
        let inverse = 1 / correction2.squareRoot()
        let (new1, new2) = (1 - beta1, 1 - beta2)
        for run in parameter.runs(of: parameter.movedColumns) {
            for i in run {
                let g = gradient[i] * gradientScale
                let m = beta1 * mean[i] + new1 * g
                let v = beta2 * square[i] + new2 * g * g
                mean[i] = m
                square[i] = v
                value[i] = value[i] * keep - stride * m / (v.squareRoot() * inverse + epsilon)
            }
        }
        // Where no gradient ever was m is zero, and this is all that is left of the formula.
        for run in parameter.runs(outside: parameter.movedColumns) {
            for i in run { value[i] *= keep }
        }
    }

    /// The running means of one parameter's gradient and of its square.
    public struct Moments {
        /// Running mean of g.
        public let mean: Buffer
        /// Running mean of g².
        public let square: Buffer

        /// Zeros, as at the start of a training.
        public init(count: Int) {
            mean = Buffer(count: count)
            square = Buffer(count: count)
        }
    }

    private func power(_ base: Float, _ exponent: Int) -> Float {
        var (result, factor, rest) = (1.0, Double(base), exponent)
        while rest > 0 {
            if rest & 1 == 1 { result *= factor }
            factor *= factor
            rest >>= 1
        }
        return Float(result)
    }
}
