import Decomposition
import Spectroscopy
import Synthesis

extension Explanation.Fit {
    /// Constituents below this share are not named.
    private static let leastShare = 0.005

    /// Sums up a fit; `regions` are those of the spectrum, by the numbers its windows know them by.
    init(_ fit: ConstituentFit, library: PolymerLibrary, regions: [RegionSettings], filled: [Int]) {
        constituents = library.polymers.indices
            .filter { fit.shares[$0] >= Self.leastShare }
            .sorted { fit.shares[$0] > fit.shares[$1] }
            .map { polymer in
                Explanation.Constituent(
                    abbreviation: library.polymers[polymer].abbreviation, name: library.polymers[polymer].name,
                    share: fit.shares[polymer])
            }
        hydrocarbonShare = fit.hydrocarbonShare
        knowsNoise = fit.observation.knowsNoise
        self.regions = filled.enumerated().map { index, region in
            let worst = Self.worst(fit, region: index)
            return Explanation.Region(
                name: regions[region].name, reducedChiSquare: fit.reducedChiSquares[index],
                worstEV: worst.energyEV, worstSigma: worst.sigma)
        }
    }

    /// The 1 eV of a region that departs most from the fit, in standard deviations of its sum.
    private static func worst(_ fit: ConstituentFit, region: Int) -> (energyEV: Double, sigma: Double) {
        let observation = fit.observation
        let residual = fit.residual
        let width = max(1, Int((1 / observation.grid.stepEV).rounded()))
        var worst = (energyEV: 0.0, sigma: 0.0)
        for run in observation.runs where run.region == region {
            var (sum, variance) = (0.0, 0.0)
            for position in run.positions {
                let count = position - run.positions.lowerBound + 1
                sum += residual[position]
                variance += observation.sigmas[position] * observation.sigmas[position]
                if count > width {
                    sum -= residual[position - width]
                    variance -= observation.sigmas[position - width] * observation.sigmas[position - width]
                }
                guard count >= min(width, run.positions.count), variance > 0 else { continue }
                let sigma = sum / variance.squareRoot()
                if abs(sigma) > abs(worst.sigma) {
                    let middle = position - min(count, width) / 2
                    worst = (observation.energyEV(of: run, at: middle), sigma)
                }
            }
        }
        return worst
    }
}
