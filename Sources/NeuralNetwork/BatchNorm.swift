/// y = γ (x − μ)/√(σ² + ε) + β per feature, x and y [batch, features] (Ioffe and Szegedy, arXiv 1502.03167).
///
/// In training μ and σ² are the batch's own (σ² biased), and the running ones follow them; otherwise the running ones.
public struct BatchNorm {
    /// Width of x and y.
    public let features: Int
    /// γ, one at the start.
    public let scale: Parameter
    /// β, zero at the start.
    public let offset: Parameter
    /// Running μ.
    public let mean: Buffer
    /// Running σ², unbiased.
    public let variance: Buffer
    /// ε, in the units of x².
    public let epsilon: Float = 1e-5
    /// Share of a new batch in the running statistics.
    public let momentum: Float = 0.1

    private let batchMean: Buffer
    private let inverseDeviation: Buffer
    /// x̂ of the last training pass.
    private let normalized: Buffer
    private let sum: Buffer
    private let product: Buffer

    /// A fresh layer that remembers up to `maxBatch` rows for its backward pass; zero where it is not trained.
    public init(name: String, features: Int, maxBatch: Int) {
        self.features = features
        scale = Parameter(name: name + ".weight", shape: [features], initial: 1)
        offset = Parameter(name: name + ".bias", shape: [features])
        mean = Buffer(count: features)
        variance = Buffer([Float](repeating: 1, count: features))
        batchMean = Buffer(count: features)
        inverseDeviation = Buffer(count: features)
        sum = Buffer(count: features)
        product = Buffer(count: features)
        normalized = Buffer(count: features * maxBatch)
    }

    /// Normalizes x by the batch's statistics in place and moves the running ones; needs two rows at least.
    public func forwardTraining(_ x: Buffer, batch: Int) {
        precondition(batch > 1, "batch statistics need two rows at least")
        precondition(min(normalized.count, x.count) >= batch * features, "more rows than the layer was made for")
        let (x, normal, sum, product) = (x.values, normalized.values, sum.values, product.values)
        let (batchMean, inverse) = (batchMean.values, inverseDeviation.values)
        let (gamma, beta) = (scale.value.values, offset.value.values)
        let (mean, variance) = (mean.values, variance.values)
        let count = Float(batch)
        sum.update(repeating: 0)
        product.update(repeating: 0)
        for row in 0..<batch {
            let x = Self.row(x, row, features)
            for f in 0..<features { sum[f] += x[f] }
        }
        for f in 0..<features { batchMean[f] = sum[f] / count }
        for row in 0..<batch {
            let x = Self.row(x, row, features)
            for f in 0..<features {
                let distance = x[f] - batchMean[f]
                product[f] += distance * distance
            }
        }
        for f in 0..<features {
            let biased = product[f] / count
            inverse[f] = 1 / (biased + epsilon).squareRoot()
            mean[f] += momentum * (batchMean[f] - mean[f])
            variance[f] += momentum * (biased * count / (count - 1) - variance[f])
        }
        for row in 0..<batch {
            let (x, normal) = (Self.row(x, row, features), Self.row(normal, row, features))
            for f in 0..<features {
                let value = (x[f] - batchMean[f]) * inverse[f]
                normal[f] = value
                x[f] = value * gamma[f] + beta[f]
            }
        }
    }

    /// Normalizes x by the running statistics in place.
    public func forward(_ x: Buffer, batch: Int) {
        precondition(x.count >= batch * features, "x is too small")
        let (x, gain, shift) = (x.values, sum.values, product.values)
        for f in 0..<features {
            gain[f] = scale.value.values[f] / (variance.values[f] + epsilon).squareRoot()
            shift[f] = offset.value.values[f] - mean.values[f] * gain[f]
        }
        for row in 0..<batch {
            let x = Self.row(x, row, features)
            for f in 0..<features { x[f] = x[f] * gain[f] + shift[f] }
        }
    }

    /// Turns dy into dx in place and sets the gradients of γ and β, for the last training pass:
    /// dx = γ/√(σ² + ε) (dy − mean(dy) − x̂ mean(dy x̂)).
    public func backward(_ dy: Buffer, batch: Int) {
        precondition(min(normalized.count, dy.count) >= batch * features, "more rows than the layer was made for")
        let (dy, normal, sum, product) = (dy.values, normalized.values, sum.values, product.values)
        let (inverse, gamma) = (inverseDeviation.values, scale.value.values)
        sum.update(repeating: 0)
        product.update(repeating: 0)
        for row in 0..<batch {
            let (dy, normal) = (Self.row(dy, row, features), Self.row(normal, row, features))
            for f in 0..<features {
                sum[f] += dy[f]
                product[f] += dy[f] * normal[f]
            }
        }
        let count = Float(batch)
        for f in 0..<features {
            scale.gradient.values[f] = product[f]
            offset.gradient.values[f] = sum[f]
            sum[f] /= count
            product[f] /= count
        }
        for row in 0..<batch {
            let (dy, normal) = (Self.row(dy, row, features), Self.row(normal, row, features))
            for f in 0..<features { dy[f] = (dy[f] - sum[f] - normal[f] * product[f]) * inverse[f] * gamma[f] }
        }
    }

    /// A row of a matrix: plain indices within it, whose arithmetic cannot overflow, let the loops become vectors.
    private static func row(
        _ matrix: UnsafeMutableBufferPointer<Float>, _ row: Int, _ width: Int
    ) -> UnsafeMutableBufferPointer<Float> {
        UnsafeMutableBufferPointer(rebasing: matrix[row * width..<(row + 1) * width])
    }
}
