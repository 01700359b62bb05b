import Foundation

/// Factors on the stated sigmas of shifts, by class, so that as many errors lie within one as they state.
package struct CalibrationShift: Sendable, Equatable {
    /// The share of the true shifts that shall lie within one sigma.
    package static let coverage = 0.69
    /// A mode beside which the others weigh less than this stands alone.
    static let leastDoubt: Float = 0.02

    /// On the sigma that `CalibrationSpread` states [classes].
    private(set) var factors: [Float]
    /// On a mode's own sigma, given that it is the true one [classes].
    private(set) var modeFactors: [Float]

    /// Factors read from a weight file.
    init(factors: [Float], modeFactors: [Float]) {
        self.factors = factors
        self.modeFactors = modeFactors
    }

    /// Fits the factors to ratios of error to sigma: that of each spectrum, and the first mode's own, nil where it does
    /// not stand alone.
    package init(ratios: [Float], modeRatios: [Float?], pools: CalibrationPools) {
        factors = pools.members.map { Self.quantile($0.map { ratios[$0] }) }
        modeFactors = pools.members.map { Self.quantile($0.compactMap { modeRatios[$0] }) }
    }

    /// The sigma of an answer, in eV.
    package func sigmaEV(_ sigmaEV: Float, in index: Int) -> Float { factors[index] * sigmaEV }

    /// The sigma of a mode given that it is the true one, in eV.
    package func sigmaEV(ofMode sigmaEV: Float, in index: Int) -> Float { modeFactors[index] * sigmaEV }

    private static func quantile(_ ratios: [Float]) -> Float {
        guard !ratios.isEmpty else { return 1 }
        let sorted = ratios.sorted()
        return max(sorted[min(sorted.count - 1, Int(coverage * Double(sorted.count)))], 1e-3)
    }
}
