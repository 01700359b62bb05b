import Spectroscopy
public import Synthesis

/// What of a synthetic measurement's shift can be known at all: lines and background are those that made it, the amounts
/// and the shift are not.
///
/// Where its posterior has one mode, a model can be expected to find the shift; where it has more, to name them.
public struct OracleShiftSearch: Sendable {
    /// Distance of the coarse profile's shifts in eV, about a third of a narrow line's width.
    public static let coarseStepEV = 0.25
    /// Shifts are refined to this, in eV.
    public static let finestStepEV = 0.01
    /// Minima that are refined.
    public static let refinedMinima = 4

    private let generator: MeasurementGenerator
    private let reach: Int

    /// A search of shifts within ± the generator's own limit.
    public init(generator: MeasurementGenerator) {
        self.generator = generator
        reach = Int((generator.maxShiftEV / Self.finestStepEV).rounded())
    }

    /// The profile over shifts and its minima.
    public func posterior(of measurement: Measurement) -> ShiftPosterior {
        var trial = Trial(measurement, generator: generator)
        let coarse = Int(Self.coarseStepEV / Self.finestStepEV)
        let places = Array(stride(from: -(reach / coarse) * coarse, through: reach, by: coarse))
        let profile = places.map { trial.misfit(steps: $0) }
        let starts = profile.indices
            .filter { index in
                (index == 0 || profile[index] <= profile[index - 1])
                    && (index == profile.count - 1 || profile[index] < profile[index + 1])
            }
            .sorted { profile[$0] < profile[$1] }
        var found: Set<Int> = []
        var minima: [(shiftEV: Double, curvature: Double, chiSquare: Double)] = []
        for start in starts.prefix(Self.refinedMinima) {
            let place = trial.refine(from: places[start], step: coarse / 2, reach: reach)
            if found.insert(place).inserted { minima.append(trial.parabola(at: place)) }
        }
        return ShiftPosterior(
            shiftsEV: places.map { Double($0) * Self.finestStepEV }, chiSquares: profile, scale: 1, minima: minima)
    }

    /// Fits of one measurement at one shift after another, in steps of `finestStepEV`.
    private struct Trial {
        private let measurement: Measurement
        private let generator: MeasurementGenerator
        private let signal: [Double]
        private let variances: [Double]
        /// What lies on the sample, where it truly lies.
        private let contamination: [[Float]]
        private var problem: MixtureProblem
        private var known: [Int: Double] = [:]
        private var rows: [[Float]] = []

        init(_ measurement: Measurement, generator: MeasurementGenerator) {
            self.measurement = measurement
            self.generator = generator
            let background = measurement.background.flatMap { $0 }
            signal = zip(measurement.intensities.joined(), background).map { Double($0) - Double($1) }
            // The true expectation at every shift, so that all are measured with one yardstick.
            variances = zip(measurement.signal.joined(), background).map { Double($0) + Double($1) }
            let contamination = generator.contaminationSignal(of: measurement)
            self.contamination = contamination.joined().contains { $0 > 0 } ? contamination : []
            let polymers = generator.library.polymers.count
            problem = MixtureProblem(columns: polymers + (self.contamination.isEmpty ? 0 : 1), polymers: polymers)
        }

        mutating func misfit(steps: Int) -> Double {
            if let misfit = known[steps] { return misfit }
            let shiftEV = Double(steps) * OracleShiftSearch.finestStepEV
            var matrix: [[Double]] = []
            for polymer in generator.library.polymers.indices {
                let own = measurement.constituents.first { $0.polymer == polymer }
                let offsetEV = own.map { $0.shiftEV - measurement.shiftEV } ?? 0
                generator.basis(for: measurement, polymer: polymer, shiftEV: shiftEV + offsetEV, into: &rows)
                matrix.append(rows.flatMap { $0.map(Double.init) })
            }
            if !contamination.isEmpty { matrix.append(movedContamination(byEV: shiftEV - measurement.shiftEV)) }
            Oracle.weigh(matrix, signal: signal, variances: variances, into: &problem)
            let misfit = problem.solve()
            known[steps] = misfit
            return misfit
        }

        /// The contamination's lines moved along each region's axis, linear between points.
        private func movedContamination(byEV shiftEV: Double) -> [Double] {
            zip(contamination, measurement.setup.regions).flatMap { row, settings -> [Double] in
                let first = settings.bindingEnergyEV(at: 0)
                let stepEV = row.count > 1 ? settings.bindingEnergyEV(at: 1) - first : 1
                return row.indices.map { index in
                    let position = min(max(Double(index) - shiftEV / stepEV, 0), Double(row.count - 1))
                    let low = Int(position)
                    let high = min(low + 1, row.count - 1)
                    let share = position - Double(low)
                    return Double(row[low]) * (1 - share) + Double(row[high]) * share
                }
            }
        }

        mutating func refine(from start: Int, step: Int, reach: Int) -> Int {
            var best = start
            var step = step
            while step > 0 {
                let next = [best - step, best + step].filter { abs($0) <= reach }
                    .min { misfit(steps: $0) < misfit(steps: $1) }
                if let next, misfit(steps: next) < misfit(steps: best) { best = next } else { step /= 2 }
            }
            return best
        }

        mutating func parabola(at place: Int) -> (shiftEV: Double, curvature: Double, chiSquare: Double) {
            let distance = 2
            let least = misfit(steps: place)
            let left = misfit(steps: place - distance) - least
            let right = misfit(steps: place + distance) - least
            let distanceEV = Double(distance) * OracleShiftSearch.finestStepEV
            let curvature = max(0, (left + right) / (2 * distanceEV * distanceEV))
            let offsetEV = curvature > 0 ? (left - right) / (4 * curvature * distanceEV) : 0
            let shiftEV = Double(place) * OracleShiftSearch.finestStepEV + min(max(offsetEV, -distanceEV), distanceEV)
            return (shiftEV, curvature, least)
        }
    }
}
