#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The layers once more, as plain as their formulas and in double precision: what the fast ones are compared with.
enum Reference {
    /// y = x·Wᵀ + b, x [batch, inputs], W [outputs, inputs].
    static func linear(_ x: [Double], _ weight: [Double], _ bias: [Double]) -> [Double] {
        let outputs = bias.count
        let inputs = weight.count / outputs
        var y: [Double] = []
        for row in 0..<x.count / inputs {
            for o in 0..<outputs {
                y.append((0..<inputs).reduce(bias[o]) { $0 + x[row * inputs + $1] * weight[o * inputs + $1] })
            }
        }
        return y
    }

    /// x [batch, inputs, points], W [outputs, inputs, kernel], zeros outside.
    static func convolution(
        _ x: [Double], _ weight: [Double], _ bias: [Double], inputs: Int, points: Int, padding: Int
    ) -> [Double] {
        let outputs = bias.count
        let kernel = weight.count / outputs / inputs
        var y: [Double] = []
        for row in 0..<x.count / inputs / points {
            for o in 0..<outputs {
                for i in 0..<points + 2 * padding - kernel + 1 {
                    var sum = bias[o]
                    for c in 0..<inputs {
                        for k in 0..<kernel where (0..<points).contains(i + k - padding) {
                            sum +=
                                weight[(o * inputs + c) * kernel + k]
                                * x[(row * inputs + c) * points + i + k - padding]
                        }
                    }
                    y.append(sum)
                }
            }
        }
        return y
    }

    /// By the batch's own mean and biased variance.
    static func batchNorm(_ x: [Double], _ scale: [Double], _ offset: [Double], epsilon: Double) -> [Double] {
        let features = scale.count
        let batch = x.count / features
        var y = x
        for f in 0..<features {
            let column = (0..<batch).map { x[$0 * features + f] }
            let mean = column.reduce(0, +) / Double(batch)
            let variance = column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(batch)
            for row in 0..<batch {
                y[row * features + f] = (column[row] - mean) / (variance + epsilon).squareRoot() * scale[f] + offset[f]
            }
        }
        return y
    }

    static func leakyReLU(_ x: [Double], slope: Double) -> [Double] {
        x.map { $0 > 0 ? $0 : slope * $0 }
    }

    static func averagePool(_ x: [Double], points: Int, kernel: Int, stride: Int) -> [Double] {
        var y: [Double] = []
        for row in 0..<x.count / points {
            for start in Swift.stride(from: 0, through: points - kernel, by: stride) {
                y.append(x[row * points + start..<row * points + start + kernel].reduce(0, +) / Double(kernel))
            }
        }
        return y
    }

    /// y(i) = x(i + t·points/2) by linear interpolation, zeros outside.
    static func sample(_ x: [Double], _ translations: [Double], points: Int) -> [Double] {
        var y: [Double] = []
        for (row, t) in translations.enumerated() {
            for i in 0..<points {
                let position = Double(i) + t * Double(points) / 2
                let left = position.rounded(.down)
                func value(_ at: Double) -> Double {
                    at >= 0 && at < Double(points) ? x[row * points + Int(at)] : 0
                }
                y.append((1 - (position - left)) * value(left) + (position - left) * value(left + 1))
            }
        }
        return y
    }

    static func crossEntropy(_ logits: [Double], _ targets: [Double]) -> Double {
        var sum = 0.0
        for (z, y) in zip(logits, targets) {
            let p = 1 / (1 + exp(-z))
            sum -= y * log(p) + (1 - y) * log(1 - p)
        }
        return sum / Double(logits.count)
    }

    /// The gradient of `f` at `x` by central differences.
    static func gradient(at x: [Double], step: Double = 1e-6, _ f: ([Double]) -> Double) -> [Double] {
        x.indices.map { i in
            var (above, below) = (x, x)
            above[i] += step
            below[i] -= step
            return (f(above) - f(below)) / (2 * step)
        }
    }
}
