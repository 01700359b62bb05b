import Foundation
import NeuralNetwork
import Testing

/// The compression of strips against its formula in double precision.
@Suite struct StripCompressionTests {
    static let compression = StripCompression(lengths: [5, 3], gain: 0.25)
    static let (batch, source, target, stride) = (2, 1, 10, 20)
    static let scales = [0.01, 2, 0.3, 1e-3]

    /// Large and small numbers of both signs, and zeros.
    static let rows: [Double] = numbers(batch * stride, seed: 61).enumerated().map { index, value in
        index % 7 == 0 ? 0 : Double(Float(value * pow(10, Double(index % 5) - 2)))
    }

    func columns(_ rows: Buffer, _ first: Int) -> Columns { Columns(of: rows, from: first, stride: Self.stride) }

    func y(_ x: [Double], row: Int) -> [Double] {
        let compression = Self.compression
        var (values, index) = ([Double](), Self.source)
        for (strip, length) in compression.lengths.enumerated() {
            for _ in 0..<length {
                values.append(0.25 * asinh(x[row * Self.stride + index] / Self.scales[row * 2 + strip]))
                index += 1
            }
        }
        return values
    }

    @Test func compressesByTheFormula() {
        let rows = Buffer(Self.rows)
        Self.compression.forward(
            columns(rows, Self.source), into: columns(rows, Self.target), scales: Buffer(Self.scales),
            batch: Self.batch)
        for row in 0..<Self.batch {
            let first = row * Self.stride + Self.target
            expectEqual(
                Buffer(Array(rows.array[first..<first + Self.compression.count])), y(Self.rows, row: row),
                tolerance: 1e-6, "row \(row)")
        }
        // Everything else stays as it was.
        for (index, value) in rows.array.enumerated() where !(10..<18).contains(index % Self.stride) {
            #expect(value == Float(Self.rows[index]))
        }
    }

    @Test func gradient() {
        let rows = Buffer(Self.rows)
        let scales = Buffer(Self.scales)
        let weights = numbers(Self.batch * Self.stride, seed: 62)
        let gradient = Buffer(weights)
        Self.compression.backward(
            columns(rows, Self.source), dy: columns(gradient, Self.target), into: columns(gradient, Self.source),
            scales: scales, batch: Self.batch)
        // What was there already is kept, and the slope of the compressed columns is added to it.
        for row in 0..<Self.batch {
            var index = row * Self.stride + Self.source
            for (strip, length) in Self.compression.lengths.enumerated() {
                let scale = Self.scales[row * 2 + strip]
                for _ in 0..<length {
                    let slope = 0.25 / (Self.rows[index] * Self.rows[index] + scale * scale).squareRoot()
                    let expected = weights[index] + weights[index - Self.source + Self.target] * slope
                    #expect(abs(Double(gradient[index]) - expected) <= 1e-5 * max(1, abs(expected)))
                    index += 1
                }
            }
        }
    }
}
