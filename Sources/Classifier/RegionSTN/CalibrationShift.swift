import Foundation

/// Factors on the stated sigmas of shifts, so that they hold what they state: 68 % within one, 95 % within two.
///
/// One for each class and each degree of doubt, since where several shifts fit the error has the tails that their
/// distances give it and no normal distribution.
package struct CalibrationShift: Sendable, Equatable {
    /// Where one degree of doubt ends and the next begins: the probability outside the first mode.
    static let doubtBounds: [Float] = [0.02, 0.1, 0.32]
    /// Degrees of doubt.
    static let degrees = doubtBounds.count + 1
    /// Shares of the true shifts that shall lie within one and two sigmas.
    package static let coverages: (one: Double, two: Double) = (0.68, 0.95)
    /// A degree of doubt with fewer examples in a class takes the class's factor.
    private static let leastExamples = 40

    /// [classes, degrees].
    private(set) var factors: [Float]

    /// Leaves sigmas as they are.
    static let none = CalibrationShift(
        factors: [Float](repeating: 1, count: CalibrationClass.count * degrees))

    /// What a sigma is before its factor: the first mode's own, or of all modes about the first where others weigh.
    package struct Raw: Sendable {
        let degree: Int
        package let sigmaEV: Float

        /// The sigma of some modes, times what `CalibrationSpread` makes of it.
        package init(_ modes: [(weight: Float, shiftEV: Float, sigmaEV: Float)], factor: Float = 1) {
            let first = modes[0]
            let doubt = 1 - first.weight
            degree = CalibrationShift.doubtBounds.count { doubt >= $0 }
            guard degree > 0 else {
                sigmaEV = factor * first.sigmaEV
                return
            }
            let variance = modes.reduce(Float(0)) { sum, mode in
                let distance = mode.shiftEV - first.shiftEV
                return sum + mode.weight * (mode.sigmaEV * mode.sigmaEV + distance * distance)
            }
            sigmaEV = factor * variance.squareRoot()
        }
    }

    /// The sigma of the first mode, in eV.
    package func sigmaEV(_ raw: Raw, in index: Int) -> Float {
        factors[index * Self.degrees + raw.degree] * raw.sigmaEV
    }

    /// The sigma of a mode given that it is the true one, in eV.
    func sigmaEV(ofMode sigmaEV: Float, in index: Int) -> Float {
        factors[index * Self.degrees] * sigmaEV
    }

    /// Fits the factors to errors of known size.
    package init(raw: [Raw], errorsEV: [Float], pools: CalibrationPools) {
        factors = Self.none.factors
        for (index, members) in pools.members.enumerated() where !members.isEmpty {
            var ratios = [[Float]](repeating: [], count: Self.degrees)
            for example in members {
                ratios[raw[example].degree].append(abs(errorsEV[example]) / max(raw[example].sigmaEV, 1e-6))
            }
            let fitted = Self.factors(ratios.map { $0.sorted() })
            for degree in 0..<Self.degrees { factors[index * Self.degrees + degree] = fitted[degree] }
        }
    }

    /// Factors read from a weight file.
    init(factors: [Float]) { self.factors = factors }

    /// Factors for sorted ratios of error to sigma, by coordinate descent from the quantile at 68 %.
    ///
    /// The class as a whole must meet both shares; each degree for itself shall come near them.
    private static func factors(_ ratios: [[Float]]) -> [Float] {
        let all = ratios.flatMap(\.self).sorted()
        let common = quantile(all, coverages.one)
        var factors = ratios.map { $0.count < leastExamples ? common : quantile($0, coverages.one) }
        var covered = zip(ratios, factors).map { counts($0, factor: $1) }
        let steps = stride(from: Float(-1.4), through: 1.4, by: 0.05).map { exp($0) }
        for _ in 0..<4 {
            for degree in ratios.indices where ratios[degree].count >= leastExamples {
                let start = quantile(ratios[degree], coverages.one)
                var best = (factor: factors[degree], covered: covered[degree], loss: loss(ratios, covered))
                for step in steps {
                    covered[degree] = counts(ratios[degree], factor: start * step)
                    let found = loss(ratios, covered)
                    if found < best.loss { best = (start * step, covered[degree], found) }
                }
                (factors[degree], covered[degree]) = (best.factor, best.covered)
            }
        }
        return factors
    }

    private static func counts(_ ratios: [Float], factor: Float) -> (one: Int, two: Int) {
        (count(of: ratios, within: factor), count(of: ratios, within: 2 * factor))
    }

    /// How many of the sorted ratios are at most the bound.
    private static func count(of sorted: [Float], within bound: Float) -> Int {
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] <= bound { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private static func loss(_ ratios: [[Float]], _ covered: [(one: Int, two: Int)]) -> Double {
        func miss(_ covered: (one: Int, two: Int), _ count: Int) -> Double {
            let one = Double(covered.one) / Double(max(count, 1)) - coverages.one
            let two = Double(covered.two) / Double(max(count, 1)) - coverages.two
            return one * one + two * two
        }
        let count = ratios.reduce(0) { $0 + $1.count }
        var loss = 4 * miss(covered.reduce((0, 0)) { ($0.0 + $1.one, $0.1 + $1.two) }, count)
        for (ratios, covered) in zip(ratios, covered) {
            loss += 0.25 * miss(covered, ratios.count) * Double(ratios.count) / Double(max(count, 1))
        }
        return loss
    }

    private static func quantile(_ sorted: [Float], _ share: Double) -> Float {
        guard !sorted.isEmpty else { return 1 }
        return max(sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))], 1e-3)
    }
}
