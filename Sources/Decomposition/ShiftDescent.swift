/// Fits of one spectrum at one shift and width after another, and the way down to a minimum.
struct ShiftDescent: Sendable {
    /// A minimum found, on the steps of the shift and the widths of the family.
    struct Minimum: Sendable {
        var shiftSteps: Int
        var width: Int
        var misfit: Double
    }

    private struct Key: Hashable {
        let shiftSteps: Int
        let width: Int
    }

    /// Rounds in which gains and amounts are fitted in turn.
    private static let gainRounds = 3
    /// The same for the fit that is kept.
    private static let lastGainRounds = 10
    /// Rounds end when no gain's logarithm moves by more than this.
    private static let leastGainChange = 5e-3

    private(set) var basis: LibraryBasis
    private let family: [LibraryLines]
    private let leastSupport: Double
    private var equations: RegionEquations
    private var problem: MixtureProblem
    private var gains: RegionGains
    private var known: [Key: Double] = [:]

    init(basis: LibraryBasis, family: [LibraryLines], gainSpread: Double, leastSupport: Double) {
        self.leastSupport = leastSupport
        self.basis = basis
        self.family = family
        equations = basis.makeEquations()
        problem = MixtureProblem(
            columns: basis.lines.constituents + equations.backgrounds.reduce(0, +), polymers: basis.lines.polymers)
        gains = RegionGains(regions: basis.observation.regionCount, spread: gainSpread)
    }

    /// The least misfit at a shift and a width of the family.
    mutating func misfit(shiftSteps: Int, width: Int) -> Double {
        let key = Key(shiftSteps: shiftSteps, width: width)
        if let misfit = known[key] { return misfit }
        basis.lines = family[width]
        let misfit = solve(shiftSteps: shiftSteps)
        known[key] = misfit
        return misfit
    }

    private mutating func solve(shiftSteps: Int, gainRounds: Int = gainRounds) -> Double {
        basis.accumulate(shiftSteps: shiftSteps, into: &equations)
        gains.reset()
        gains.assemble(equations, into: &problem)
        var misfit = problem.solve()
        guard gains.areFree else { return misfit }
        for _ in 0..<gainRounds {
            let change = gains.update(equations, amounts: problem.amounts)
            gains.assemble(equations, into: &problem)
            misfit = problem.solve()
            if change < Self.leastGainChange { break }
        }
        return misfit + gains.penalty
    }

    /// Walks down in shift and width from a start; the shift's steps are halved down to one.
    mutating func refine(shiftSteps: Int, width: Int, step: Int, reach: Int) -> Minimum {
        var best = Minimum(
            shiftSteps: shiftSteps, width: width, misfit: misfit(shiftSteps: shiftSteps, width: width))
        var step = step
        while true {
            var hasMoved = false
            var moves = [(0, 1), (0, -1)]
            if step > 0 { moves += [(step, 0), (-step, 0)] }
            for (shift, widen) in moves {
                let next = (shiftSteps: best.shiftSteps + shift, width: best.width + widen)
                guard family.indices.contains(next.width), step == 0 || abs(next.shiftSteps) <= reach else { continue }
                let misfit = misfit(shiftSteps: next.shiftSteps, width: next.width)
                if misfit < best.misfit {
                    best = Minimum(shiftSteps: next.shiftSteps, width: next.width, misfit: misfit)
                    hasMoved = true
                }
            }
            if !hasMoved {
                guard step > 1 else { return best }
                step /= 2
            }
        }
    }

    /// Where a parabola through a minimum and its neighbours is least, and its curvature c in χ² = χ²₀ + c (s - s₀)².
    mutating func parabola(at minimum: Minimum) -> (shiftEV: Double, curvature: Double) {
        let reach = 2
        let left = misfit(shiftSteps: minimum.shiftSteps - reach, width: minimum.width) - minimum.misfit
        let right = misfit(shiftSteps: minimum.shiftSteps + reach, width: minimum.width) - minimum.misfit
        let distanceEV = Double(reach) * basis.shiftStepEV
        let curvature = (left + right) / (2 * distanceEV * distanceEV)
        let centreEV = Double(minimum.shiftSteps) * basis.shiftStepEV
        guard curvature > 0 else { return (centreEV, 0) }
        let offsetEV = (left - right) / (4 * curvature * distanceEV)
        return (centreEV + min(max(offsetEV, -distanceEV), distanceEV), curvature)
    }

    /// The fit at a minimum, the width moved to where a parabola through its neighbours is least.
    mutating func fit(at minimum: Minimum) -> ConstituentFit {
        var lines = [family[minimum.width]]
        if let blend = blend(at: minimum) { lines.append(blend) }
        var best: (lines: LibraryLines, misfit: Double)?
        for lines in lines {
            basis.lines = lines
            let misfit = solve(shiftSteps: minimum.shiftSteps)
            if misfit < best?.misfit ?? .infinity { best = (lines, misfit) }
        }
        if let best { basis.lines = best.lines }
        _ = solve(shiftSteps: minimum.shiftSteps, gainRounds: Self.lastGainRounds)
        return ConstituentFit(
            basis: basis, shiftSteps: minimum.shiftSteps, gains: gains, problem: problem, leastSupport: leastSupport)
    }

    /// Lines of the width between those of the family that a parabola in the variance points to.
    private mutating func blend(at minimum: Minimum) -> LibraryLines? {
        let places = [minimum.width - 1, minimum.width, minimum.width + 1].filter { family.indices.contains($0) }
        guard places.count > 1 else { return nil }
        let points = places.map {
            (family[$0].addedVarianceEV2, misfit(shiftSteps: minimum.shiftSteps, width: $0))
        }
        // Two points (at the rim of the family) give no parabola; half-way is then as good a guess as any.
        let target =
            points.count == 3 ? Self.vertex(points[0], points[1], points[2]) : (points[0].0 + points[1].0) / 2
        guard let target else { return nil }
        for (low, high) in zip(places, places.dropFirst()) {
            let range = family[low].addedVarianceEV2...family[high].addedVarianceEV2
            guard range.contains(target), range.upperBound > range.lowerBound else { continue }
            let share = (target - range.lowerBound) / (range.upperBound - range.lowerBound)
            return family[low].blended(with: family[high], share: share)
        }
        return nil
    }

    /// The place of the minimum of the parabola through three points, if it opens upwards.
    private static func vertex(
        _ a: (x: Double, y: Double), _ b: (x: Double, y: Double), _ c: (x: Double, y: Double)
    ) -> Double? {
        let left = (b.y - a.y) / (b.x - a.x)
        let right = (c.y - b.y) / (c.x - b.x)
        let curvature = (right - left) / (c.x - a.x)
        guard curvature > 0 else { return nil }
        return (a.x + b.x) / 2 - left / (2 * curvature)
    }
}
