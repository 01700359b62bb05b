import Foundation

/// Factors on the stated sigmas of shifts, by class, so that as many errors lie within one and two as they state.
///
/// Errors have longer tails than a normal distribution, so that no factor gives both shares; the one that is chosen
/// misses the worse of them, in units of what it may miss, by least. The sigmas of the single shifts that fit are such
/// that the truth lies within two of one of them in 95 %.
package struct CalibrationShift: Sendable, Equatable {
    /// The shares of the true shifts that shall lie within one and two sigmas, and how far each may be off.
    package static let coverages = (one: (share: 0.68, tolerance: 0.03), two: (share: 0.95, tolerance: 0.02))
    /// The share of true shifts that shall lie within two own sigmas of one of the shifts that fit: half a point more
    /// than is stated, which a class's own sampling may cost.
    private static let modeShare = 0.955
    /// On the sigma that `CalibrationSpread` states [classes].
    private(set) var factors: [Float]
    /// On the own sigmas of the shifts that fit [classes].
    private(set) var modeFactors: [Float]

    /// Factors read from a weight file.
    init(factors: [Float], modeFactors: [Float]) {
        self.factors = factors
        self.modeFactors = modeFactors
    }

    /// Fits the factors to ratios of error to sigma: that of each spectrum, and that of the nearest shift that fits.
    package init(ratios: [Float], modeRatios: [Float], pools: CalibrationPools) {
        factors = pools.members.map { Self.factor($0.map { ratios[$0] }) }
        modeFactors = pools.members.map { members in
            let sorted = members.map { modeRatios[$0] }.sorted()
            guard !sorted.isEmpty else { return 1 }
            return max(sorted[min(Int(Self.modeShare * Double(sorted.count)), sorted.count - 1)] / 2, 1e-3)
        }
    }

    /// The sigma of an answer, in eV.
    package func sigmaEV(_ sigmaEV: Float, in index: Int) -> Float { factors[index] * sigmaEV }

    /// The sigma of one of the shifts that fit, in eV.
    package func sigmaEV(ofMode sigmaEV: Float, in index: Int) -> Float { modeFactors[index] * sigmaEV }

    private static func factor(_ ratios: [Float]) -> Float {
        guard !ratios.isEmpty else { return 1 }
        let sorted = ratios.sorted()
        let (one, two) = coverages
        func miss(_ factor: Float) -> Double {
            func off(_ factor: Float, _ wanted: (share: Double, tolerance: Double)) -> Double {
                let within = count(of: sorted, within: factor)
                return abs(Double(within) / Double(sorted.count) - wanted.share) / wanted.tolerance
            }
            return max(off(factor, one), off(2 * factor, two))
        }
        // Every tenth of a percent between the shares that may just be had.
        let candidates = stride(from: one.share - one.tolerance, through: one.share + one.tolerance, by: 0.001).map {
            sorted[min(sorted.count - 1, Int($0 * Double(sorted.count)))]
        }
        return max(candidates.min { miss($0) < miss($1) } ?? 1, 1e-3)
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
}
