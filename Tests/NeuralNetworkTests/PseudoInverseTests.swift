import NeuralNetwork
import Testing

@Suite struct PseudoInverseTests {
    let count = 5
    let width = 40

    /// P solves (A Aᵀ + λ m I) P = A.
    @Test(arguments: [1e-5, 0.1]) func solvesTheNormalEquations(ridge: Double) {
        let a = numbers(count * width, seed: 61)
        let p = PseudoInverse.ridge(rows: a.map { Float($0) }, count: count, width: width, ridge: ridge)
        var gram = (0..<count * count).map { index in
            (0..<width).reduce(0) { $0 + a[index / count * width + $1] * a[index % count * width + $1] }
        }
        let mean = (0..<count).reduce(0) { $0 + gram[$1 * count + $1] } / Double(count)
        for i in 0..<count { gram[i * count + i] += ridge * mean }
        let product = (0..<count * width).map { index in
            (0..<count).reduce(0) { $0 + gram[index / width * count + $1] * Double(p[$1 * width + index % width]) }
        }
        expectEqual(Buffer(product.map { Float($0) }), a, tolerance: 1e-5, "(A Aᵀ + λ m I) P")
    }

    @Test func findsTheAmountsOfAMixture() {
        let a = numbers(count * width, seed: 62)
        let amounts = numbers(count, seed: 63)
        let mixture = (0..<width).map { k in (0..<count).reduce(0) { $0 + amounts[$1] * a[$1 * width + k] } }
        let p = PseudoInverse.ridge(rows: a.map { Float($0) }, count: count, width: width, ridge: 1e-9)
        let found = (0..<count).map { i in
            (0..<width).reduce(Float(0)) { $0 + p[i * width + $1] * Float(mixture[$1]) }
        }
        expectEqual(Buffer(found), amounts, "amounts")
    }

    /// Two equal rows share what they cannot tell apart, and no row of zeros makes a number that is none.
    @Test func equalRowsShare() {
        let row = numbers(width, seed: 64).map { Float($0) }
        let rows = row + row + [Float](repeating: 0, count: width)
        let p = PseudoInverse.ridge(rows: rows, count: 3, width: width, ridge: 1e-6)
        let found = (0..<3).map { i in (0..<width).reduce(Float(0)) { $0 + p[i * width + $1] * row[$1] } }
        #expect(abs(found[0] - 0.5) < 1e-3 && abs(found[1] - 0.5) < 1e-3 && found[2] == 0)
    }
}
