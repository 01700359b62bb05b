import NeuralNetwork
import Testing

/// Random numbers in ±1, rounded to single precision so that both versions start from the same ones.
func numbers(_ count: Int, seed: UInt64) -> [Double] {
    var random = RandomGenerator(seed: seed)
    return (0..<count).map { _ in Double(random.uniform() * 2 - 1) }
}

extension Buffer {
    convenience init(_ numbers: [Double]) {
        self.init(numbers.map { Float($0) })
    }
}

/// Expects every number within `tolerance` of the reference, relative to the largest one of the reference.
func expectEqual(
    _ actual: Buffer, _ expected: [Double], tolerance: Double = 1e-4, _ what: Comment,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    let scale = expected.map { abs($0) }.max() ?? 0
    let distance = zip(actual.array, expected).map { abs(Double($0) - $1) }.max() ?? 0
    #expect(actual.count >= expected.count && distance <= tolerance * scale, what, sourceLocation: sourceLocation)
}

/// Σ yᵢ cᵢ: a scalar whose gradient with respect to y is c.
func projection(_ y: [Double], _ c: [Double]) -> Double {
    zip(y, c).reduce(0) { $0 + $1.0 * $1.1 }
}
