/// A named block of trained weights with the gradient of the last backward pass; `shape` is row-major.
public final class Parameter {
    /// The name in a weight file, such as `head.linear1.weight`.
    public let name: String
    /// Sizes, slowest axis first.
    public let shape: [Int]
    /// The weights.
    public let value: Buffer
    /// dLoss/dvalue, empty until `prepareForTraining`; each backward pass overwrites it.
    public private(set) var gradient = Buffer(count: 0)
    /// Factor on the optimizer's rate, for a part of a network that must move slower than the rest.
    public var rateScale: Float = 1

    /// A block filled with `initial`.
    public init(name: String, shape: [Int], initial: Float = 0) {
        self.name = name
        self.shape = shape
        value = Buffer(count: shape.reduce(1, *))
        if initial != 0 { value.values.update(repeating: initial) }
    }

    /// A block drawn uniformly from ±`bound`.
    public convenience init(name: String, shape: [Int], bound: Float, random: inout RandomGenerator) {
        self.init(name: name, shape: shape)
        for i in 0..<value.count {
            value.values[i] = (random.uniform() * 2 - 1) * bound
        }
    }

    /// Makes room for the gradient, which inference does without.
    public func prepareForTraining() {
        if gradient.count != value.count { gradient = Buffer(count: value.count) }
    }

    /// The sum of the squared gradient, for clipping by norm.
    public var squaredGradientNorm: Double {
        let g = gradient.values
        var total = 0.0
        // Blocks bound the rounding error of single-precision sums.
        for start in stride(from: 0, to: g.count, by: 4096) {
            total += Double(Sums.dot(g, start, g, start, min(4096, g.count - start)))
        }
        return total
    }
}
