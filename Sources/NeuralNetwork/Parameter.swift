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
    /// Where the gradient may be other than zero, of a matrix with idle columns; nil where it may be so everywhere.
    public private(set) var gradientColumns: ActiveColumns?
    /// Where any gradient so far may have been, and so an optimizer's memory is: elsewhere only weight decay acts.
    public private(set) var movedColumns: ActiveColumns?
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
        guard gradient.count != value.count else { return }
        gradient = Buffer(count: value.count)
        if let columns = shape.last, shape.count == 2 {
            gradientColumns = ActiveColumns(columns: columns)
            movedColumns = gradientColumns
        }
    }

    /// Counts columns as moved in which a memory of former gradients, as large as the weights, holds anything.
    public func restore(memory: Buffer) {
        movedColumns?.insert(memory, rows: value.count / (shape.last ?? 1))
    }

    /// Announces where the coming gradient is other than zero and clears what the last one left outside.
    func setGradientColumns(_ active: ActiveColumns?) {
        if let active, gradientColumns != active {
            let columns = active.columns
            for gap in active.gaps {
                for row in 0..<value.count / columns {
                    gradient.values[row * columns + gap.lowerBound..<row * columns + gap.upperBound].update(
                        repeating: 0)
                }
            }
        }
        gradientColumns = active
        if let active { movedColumns?.formUnion(active) } else { movedColumns = nil }
    }

    /// The sum of the squared gradient, for clipping by norm.
    public var squaredGradientNorm: Double {
        runs(of: gradientColumns).reduce(0) { $0 + MatrixProduct.squaredNorm(gradient, $1) }
    }

    /// The unbroken stretches of the weights that lie in the columns, or all of them.
    func runs(of columns: ActiveColumns?) -> [Range<Int>] {
        guard let columns, columns.count < columns.columns else { return [0..<value.count] }
        return runs(columns.ranges, width: columns.columns)
    }

    /// The unbroken stretches of the weights that lie outside the columns.
    func runs(outside columns: ActiveColumns?) -> [Range<Int>] {
        guard let columns else { return [] }
        return runs(columns.gaps, width: columns.columns)
    }

    private func runs(_ ranges: [Range<Int>], width: Int) -> [Range<Int>] {
        stride(from: 0, to: value.count, by: width).flatMap { row in
            ranges.map { row + $0.lowerBound..<row + $0.upperBound }
        }
    }
}
