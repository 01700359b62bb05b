import Glibc

/// The unknown relative scales of regions, one factor for each.
///
/// Dwell times and transmissions are not always recorded; a factor is then free within a log-normal of `spread`, and
/// their geometric mean is 1, since a common factor is one of the amounts.
struct RegionGains: Sendable {
    /// Standard deviation of a gain's logarithm; 0 for gains that are known to be 1.
    let spread: Double
    private(set) var factors: [Double]
    /// The last round's answer and its distance from what was put in.
    private var last: (answer: [Double], change: [Double])?

    init(regions: Int, spread: Double) {
        self.spread = spread
        factors = [Double](repeating: 1, count: regions)
    }

    /// Whether there is anything to fit.
    var areFree: Bool { spread > 0 && factors.count > 1 }

    mutating func reset() {
        last = nil
        for region in factors.indices { factors[region] = 1 }
    }

    /// The misfit that the gains' departure from 1 costs.
    var penalty: Double {
        guard areFree else { return 0 }
        return factors.reduce(0) { $0 + log($1) * log($1) } / (spread * spread)
    }

    /// Writes the regions' equations, lines scaled by the gains, as one problem.
    func assemble(_ equations: RegionEquations, into problem: inout MixtureProblem) {
        let constituents = equations.constituents
        let columns = problem.columns
        problem.squaredNorm = 0
        problem.gram.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
        problem.rightSide.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
        var offset = constituents
        for (region, gain) in factors.enumerated() {
            let order = equations.order(of: region)
            let data = order - 1
            let shift = offset - constituents
            equations.grams[region].withUnsafeBufferPointer { source in
                problem.gram.withUnsafeMutableBufferPointer { gram in
                    // Most constituents have no line in most regions.
                    for row in 0..<constituents where source[row * order + row] > 0 {
                        let from = row * order
                        let to = row * columns
                        for column in row..<constituents { gram[to + column] += gain * gain * source[from + column] }
                        for column in constituents..<max(data, constituents) {
                            gram[to + column + shift] = gain * source[from + column]
                        }
                    }
                    for row in constituents..<max(data, constituents) {
                        for column in row..<data {
                            gram[(row + shift) * columns + column + shift] = source[row * order + column]
                        }
                    }
                }
                for row in 0..<constituents { problem.rightSide[row] += gain * source[row * order + data] }
                for row in constituents..<max(data, constituents) {
                    problem.rightSide[row + shift] = source[row * order + data]
                }
                problem.squaredNorm += source[data * order + data]
            }
            offset += equations.backgrounds[region]
        }
        problem.mirror()
    }

    /// Moves the gains to where they fit best with these amounts; returns the largest change of a logarithm.
    ///
    /// Gains and amounts fitted in turn creep where one can stand in for the other; from the second round on the step
    /// is extrapolated (Anderson, Journal of the ACM 12, 1965, 547, with one round of memory).
    mutating func update(_ equations: RegionEquations, amounts: [Double]) -> Double {
        let constituents = equations.constituents
        let used = amounts.indices.filter { $0 < constituents && amounts[$0] > 0 }
        var offset = constituents
        var logs = factors.map { log($0) }
        for region in factors.indices {
            let order = equations.order(of: region)
            let gram = equations.grams[region]
            func entry(_ a: Int, _ b: Int) -> Double { gram[min(a, b) * order + max(a, b)] }
            var quadratic = 0.0
            var linear = 0.0
            for a in used {
                for b in used { quadratic += amounts[a] * amounts[b] * entry(a, b) }
                linear += amounts[a] * entry(a, order - 1)
                for shape in 0..<equations.backgrounds[region] {
                    linear -= amounts[a] * amounts[offset + shape] * entry(a, constituents + shape)
                }
            }
            logs[region] = best(quadratic: quadratic, linear: linear, start: logs[region])
            offset += equations.backgrounds[region]
        }
        let mean = logs.reduce(0, +) / Double(logs.count)
        let answer = logs.map { min(max($0 - mean, -3), 3) }
        let change = zip(answer, factors).map { $0 - log($1) }
        let moved = extrapolated(answer, change)
        for region in factors.indices { factors[region] = exp(moved[region]) }
        last = (answer, change)
        return change.reduce(0) { max($0, abs($1)) }
    }

    private func extrapolated(_ answer: [Double], _ change: [Double]) -> [Double] {
        guard let last else { return answer }
        let difference = zip(change, last.change).map { $0 - $1 }
        let squared = difference.reduce(0) { $0 + $1 * $1 }
        guard squared > 1e-12 else { return answer }
        let share = zip(change, difference).reduce(0) { $0 + $1.0 * $1.1 } / squared
        // A step beyond three rounds' worth is no longer an extrapolation.
        let bounded = min(max(share, -3), 0.5)
        return zip(answer, last.answer).map { $0 - bounded * ($0 - $1) }
    }

    /// Minimises q e²ᵘ - 2 l eᵘ + u²/spread² by Newton's method, in steps of at most 0.5.
    private func best(quadratic: Double, linear: Double, start: Double) -> Double {
        var u = start
        let prior = 1 / (spread * spread)
        for _ in 0..<20 {
            let gain = exp(u)
            let slope = 2 * (quadratic * gain * gain - linear * gain + prior * u)
            // The curvature without its part that may be negative: a descent direction always.
            let curvature = 2 * (quadratic * gain * gain + prior)
            let step = min(max(-slope / curvature, -0.5), 0.5)
            u += step
            if abs(step) < 1e-6 { break }
        }
        return u
    }
}

extension MixtureProblem {
    /// Copies the upper triangle to the lower.
    fileprivate mutating func mirror() {
        let columns = columns
        gram.withUnsafeMutableBufferPointer { gram in
            for row in 0..<columns {
                for column in 0..<row { gram[row * columns + column] = gram[column * columns + row] }
            }
        }
    }
}
