import NeuralNetwork
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Losses against their formulas in double precision, gradients by finite differences.
@Suite struct LossTests {
    func softmax(_ z: [Double], bins: Int) -> [Double] {
        stride(from: 0, to: z.count, by: bins).flatMap { start in
            let e = z[start..<start + bins].map { exp($0 - (z[start..<start + bins].max() ?? 0)) }
            return e.map { $0 / e.reduce(0, +) }
        }
    }

    /// Mean of −log of the probability, linear between bins.
    func crossEntropy(_ z: [Double], positions: [Double], bins: Int) -> Double {
        let p = softmax(z, bins: bins)
        let terms = positions.enumerated().map { row, position in
            let low = min(Int(position), bins - 2)
            let fraction = position - Double(low)
            return -(1 - fraction) * log(p[row * bins + low]) - fraction * log(p[row * bins + low + 1])
        }
        return terms.reduce(0, +) / Double(positions.count)
    }

    @Test func softmaxCrossEntropy() {
        let (rows, bins, weight) = (5, 7, 0.3)
        let z = numbers(rows * bins, seed: 51).map { Double(Float($0 * 4)) }
        let positions = [0, 2.25, 6, 5.5, 3]
        let (p, gradient) = (Buffer(count: rows * bins), Buffer(count: rows * bins))
        SoftmaxCrossEntropy.probabilities(Buffer(z), into: p, rows: rows, bins: bins)
        expectEqual(p, softmax(z, bins: bins), tolerance: 1e-6, "p")
        let loss = SoftmaxCrossEntropy.loss(
            p, positions: positions.map { Float($0) }, gradient: gradient, rows: rows, bins: bins,
            weight: Float(weight))
        #expect(abs(Double(loss) - crossEntropy(z, positions: positions, bins: bins)) < 1e-5)
        expectEqual(
            gradient,
            Reference.gradient(at: z) { weight * crossEntropy($0, positions: positions, bins: bins) }, "dz")
    }

    /// Logits of any size, and positions beyond the bins, give numbers; the latter count as the outermost bin.
    @Test func softmaxBearsExtremes() {
        let (p, gradient) = (Buffer(count: 3), Buffer(count: 3))
        SoftmaxCrossEntropy.probabilities(Buffer([1e30, -1e30, 0] as [Float]), into: p, rows: 1, bins: 3)
        #expect(p.array == [1, 0, 0])
        func loss(_ position: Float) -> Float {
            SoftmaxCrossEntropy.loss(p, positions: [position], gradient: gradient, rows: 1, bins: 3, weight: 1)
        }
        #expect(loss(-9) == loss(0) && loss(0) == 0 && gradient.array == [0, 0, 0])
        #expect(loss(99) == loss(2) && loss(2).isFinite && gradient.array == [1, 0, -1])
    }

    @Test func squaredError() {
        let (rows, width, weight) = (4, 6, 0.7)
        let (y, targets) = (numbers(rows * width, seed: 52), numbers(rows * width, seed: 53))
        func reference(_ y: [Double]) -> Double {
            zip(y, targets).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } * weight / Double(rows)
        }
        let gradient = Buffer(count: rows * width)
        let loss = SquaredError.loss(
            Buffer(y), targets: Buffer(targets), gradient: gradient, rows: rows, width: width, weight: Float(weight))
        #expect(abs(Double(loss) - reference(y)) < 1e-5)
        expectEqual(gradient, Reference.gradient(at: y) { reference($0) }, "dy")
    }
}
