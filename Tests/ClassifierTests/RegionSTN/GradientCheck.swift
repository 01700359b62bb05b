import NeuralNetwork
import Testing

/// A loss must change along a gradient as steeply as the gradient is long, and across a direction of one's own by
/// their product: wrong in size, wrong in direction or wrong in one weight, one of the two differs.
enum GradientCheck {
    /// Moves `values` to both sides along the gradient and along a mixed direction; `loss` runs the forward pass.
    static func expect(
        _ gradient: [Float], at values: Buffer, step: Double, tolerance: Double = 0.02, _ what: Comment,
        sourceLocation: SourceLocation = #_sourceLocation, loss: () -> Double
    ) {
        // Of large matrices every so many weights, which is as good and faster.
        let places = Array(stride(from: 0, to: gradient.count, by: max(1, gradient.count / 3000)))
        let start = places.map { values[$0] }
        func place(_ numbers: [Float]) {
            for (index, place) in places.enumerated() { values[place] = numbers[index] }
        }
        defer { place(start) }
        let slope = places.map { Double(gradient[$0]) }
        let length = norm(slope)
        #expect(length > 0, what, sourceLocation: sourceLocation)
        // The gradient with every second stretch of it turned round and another scale for each number.
        let mixed = slope.enumerated().map { $1 * (($0 / 3) % 2 == 0 ? 1 : -0.5) * (1 + Double($0 % 5)) }
        for direction in [slope, mixed] {
            let size = norm(direction)
            let unit = direction.map { $0 / size }
            func moved(_ distance: Double) -> Double {
                place(zip(start, unit).map { Float(Double($0) + distance * $1) })
                return loss()
            }
            let found = (moved(step) - moved(-step)) / (2 * step)
            let expected = zip(slope, unit).reduce(0) { $0 + $1.0 * $1.1 }
            #expect(
                abs(found - expected) <= tolerance * length, "\(what): slope \(found), gradient \(expected)",
                sourceLocation: sourceLocation)
        }
    }

    private static func norm(_ values: [Double]) -> Double {
        values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }
}

/// Random numbers in ±1.
func signedNumbers(_ count: Int, seed: UInt64) -> [Float] {
    var random = RandomGenerator(seed: seed)
    return (0..<count).map { _ in random.uniform() * 2 - 1 }
}
