import Spectroscopy
import Synthesis

/// A spectrum explained as a sum of the library's constituents over a background, at one shift.
public struct ConstituentFit: Sendable {
    /// The shift of the lines, positive when measured binding energies are higher.
    public let shiftEV: Double
    /// Share of each polymer in the visible atoms of all polymers found; identical polymers share one entry.
    public let shares: [Double]
    /// Share of all visible atoms in adventitious hydrocarbon.
    public let hydrocarbonShare: Double
    /// Factor by which each region's lines are stronger than expected relative to the others.
    public let gains: [Double]
    /// The measured values' positions are those of this observation.
    public let observation: Observation
    /// Lines and background together, at every position.
    public let fitted: [Double]
    /// The background alone.
    public let background: [Double]
    /// Chi-square of each region over its independent measurements.
    public let reducedChiSquares: [Double]
    /// Chi-square of all regions over the degrees of freedom.
    public let reducedChiSquare: Double
    /// Chi-square as the weights say, not scaled.
    public let chiSquare: Double

    /// Takes apart the solution that `problem` holds.
    init(
        basis: LibraryBasis, shiftSteps: Int, gains: RegionGains, problem: MixtureProblem, leastSupport: Double
    ) {
        let observation = basis.observation
        let independent = observation.independentCounts.reduce(0, +)
        var problem = problem
        let least = Self.misfit(problem, problem.amounts)
        let scale = least / max(independent - Double(problem.freeCount) - 1, 1)
        problem.misfitScale = observation.knowsNoise ? max(1, scale) : max(scale, .leastNormalMagnitude)
        if leastSupport > 0 { problem.simplify(support: leastSupport * problem.misfitScale) }
        let amounts = problem.amounts
        let lines = Self.lines(basis, shiftSteps: shiftSteps, gains: gains, amounts: amounts)
        let background = Self.background(basis, amounts: amounts)
        let fitted = zip(lines, background).map { $0 + $1 }
        var perRegion = [Double](repeating: 0, count: observation.regionCount)
        for run in observation.runs {
            for position in run.positions {
                let residual = (observation.values[position] - fitted[position]) / observation.sigmas[position]
                perRegion[run.region] += residual * residual
            }
        }
        chiSquare = perRegion.reduce(0, +)
        reducedChiSquares = zip(perRegion, observation.independentCounts).map { $0 / max($1, 1) }
        reducedChiSquare = chiSquare / max(independent - Double(problem.freeCount) - 1, 1)
        shiftEV = Double(shiftSteps) * basis.shiftStepEV
        shares = problem.shares(amounts)
        let polymers = amounts[0..<basis.lines.polymers].reduce(0, +)
        let rest = amounts[basis.lines.polymers..<basis.lines.constituents].reduce(0, +)
        hydrocarbonShare = rest > 0 ? rest / (polymers + rest) : 0
        self.gains = gains.factors
        self.observation = observation
        self.fitted = fitted
        self.background = background
    }

    /// What was measured less what is fitted.
    public var residual: [Double] { zip(observation.values, fitted).map { $0 - $1 } }

    private static func misfit(_ problem: MixtureProblem, _ amounts: [Double]) -> Double {
        max(0, zip(amounts, problem.rightSide).reduce(problem.squaredNorm) { $0 - $1.0 * $1.1 })
    }

    private static func lines(
        _ basis: LibraryBasis, shiftSteps: Int, gains: RegionGains, amounts: [Double]
    ) -> [Double] {
        var lines = [Double](repeating: 0, count: basis.observation.values.count)
        for constituent in 0..<basis.lines.constituents where amounts[constituent] > 0 {
            let column = basis.column(of: constituent, shiftSteps: shiftSteps)
            for position in column.indices { lines[position] += amounts[constituent] * column[position] }
        }
        for run in basis.observation.runs {
            for position in run.positions { lines[position] *= gains.factors[run.region] }
        }
        return lines
    }

    private static func background(_ basis: LibraryBasis, amounts: [Double]) -> [Double] {
        var background = [Double](repeating: 0, count: basis.observation.values.count)
        var offset = basis.lines.constituents
        for (region, shapes) in basis.backgrounds.shapes.enumerated() {
            let first = basis.backgrounds.positions[region].lowerBound
            for shape in shapes {
                for (index, value) in shape.enumerated() { background[first + index] += amounts[offset] * value }
                offset += 1
            }
        }
        return background
    }
}
