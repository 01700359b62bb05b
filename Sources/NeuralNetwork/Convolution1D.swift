/// y(o, i) = b(o) + Σ_c Σ_k W(o, c, k) x(c, i + k − padding), zeros outside; stride one.
///
/// x [batch, inputs, points], W [outputs, inputs, kernel], y [batch, outputs, points + 2·padding − kernel + 1].
public struct Convolution1D {
    /// Channels of x.
    public let inputs: Int
    /// Channels of y.
    public let outputs: Int
    /// Width of the kernel in points.
    public let kernel: Int
    /// Zeros assumed at each end of x.
    public let padding: Int
    /// Length of x.
    public let points: Int
    /// W [outputs, inputs, kernel].
    public let weight: Parameter
    /// b [outputs].
    public let bias: Parameter

    /// Length of y.
    public var outputPoints: Int { points + 2 * padding - kernel + 1 }

    /// Weights and biases uniform in ±1/√(inputs·kernel).
    public init(
        name: String, inputs: Int, outputs: Int, kernel: Int, padding: Int, points: Int,
        random: inout RandomGenerator
    ) {
        precondition(points + 2 * padding >= kernel, "the kernel is wider than the padded input")
        self.inputs = inputs
        self.outputs = outputs
        self.kernel = kernel
        self.padding = padding
        self.points = points
        let bound = 1 / Float(inputs * kernel).squareRoot()
        weight = Parameter(name: name + ".weight", shape: [outputs, inputs, kernel], bound: bound, random: &random)
        bias = Parameter(name: name + ".bias", shape: [outputs], bound: bound, random: &random)
    }

    /// y of x; where columns of y are named, only these: in all others y is the bias, and is left as it was.
    public func forward(_ x: Buffer, into y: Buffer, batch: Int, active: ActiveColumns? = nil) {
        check(x, y, batch)
        let length = outputPoints
        let ranges = active?.ranges ?? [0..<length]
        let (x, y) = (x.values, y.values)
        for row in 0..<batch {
            for o in 0..<outputs {
                let target = (row * outputs + o) * length
                for range in ranges {
                    y[target + range.lowerBound..<target + range.upperBound].update(repeating: bias.value[o])
                }
                for c in 0..<inputs {
                    for k in 0..<kernel {
                        let w = weight.value[(o * inputs + c) * kernel + k]
                        let (from, reach) = tap(row * inputs + c, k)
                        for range in ranges {
                            for i in reach.clamped(to: range) { y[target + i] += w * x[from + i] }
                        }
                    }
                }
            }
        }
    }

    /// Sets dW and db from the input of the forward pass and dy; where columns of y are named, dy is read there alone.
    public func backward(_ x: Buffer, dy: Buffer, batch: Int, active: ActiveColumns? = nil) {
        check(x, dy, batch)
        let ranges = active?.ranges ?? [0..<outputPoints]
        let length = outputPoints
        let (x, dy) = (x.values, dy.values)
        for o in 0..<outputs {
            var sum: Float = 0
            for row in 0..<batch {
                let from = (row * outputs + o) * length
                for range in ranges { sum += Sums.sum(dy, from + range.lowerBound, range.count) }
            }
            bias.gradient[o] = sum
            for c in 0..<inputs {
                for k in 0..<kernel {
                    var product: Float = 0
                    for row in 0..<batch {
                        let (from, reach) = tap(row * inputs + c, k)
                        let target = (row * outputs + o) * length
                        for range in ranges {
                            let part = reach.clamped(to: range)
                            product += Sums.dot(x, from + part.lowerBound, dy, target + part.lowerBound, part.count)
                        }
                    }
                    weight.gradient[(o * inputs + c) * kernel + k] = product
                }
            }
        }
    }

    /// dx of dy; apart from `backward` because a first layer has no use for it.
    public func inputGradient(dy: Buffer, into dx: Buffer, batch: Int) {
        check(dx, dy, batch)
        let length = outputPoints
        let (dx, dy) = (dx.values, dy.values)
        for i in 0..<batch * inputs * points { dx[i] = 0 }
        for row in 0..<batch {
            for o in 0..<outputs {
                let target = (row * outputs + o) * length
                for c in 0..<inputs {
                    for k in 0..<kernel {
                        let w = weight.value[(o * inputs + c) * kernel + k]
                        let (from, reach) = tap(row * inputs + c, k)
                        for i in reach { dx[from + i] += w * dy[target + i] }
                    }
                }
            }
        }
    }

    private func check(_ x: Buffer, _ y: Buffer, _ batch: Int) {
        precondition(
            x.count >= batch * inputs * points && y.count >= batch * outputs * outputPoints, "a buffer is too small")
    }

    /// Where tap k reads channel row `channel` of x: y's index i pairs with x[from + i] for i in `reach`.
    private func tap(_ channel: Int, _ k: Int) -> (from: Int, reach: Range<Int>) {
        let lower = min(max(0, padding - k), outputPoints)
        let upper = max(lower, min(outputPoints, points + padding - k))
        return (channel * points + k - padding, lower..<upper)
    }
}
