import Glibc
import Synthesis

/// Generalised least squares of a measurement: the library as tabulated, and the statistics of its errors.
///
/// An expectation Σ a b(t), linear in the amounts a and nearly so in the errors t, each of the standard normal
/// distribution: `ErrorElimination` gives the amounts, and with them the most probable errors, about which rows and
/// derivatives are taken anew (Gauss and Newton), since lines move by more than a straight line holds. What is found
/// is thus the most probable mixture and library together. Only what has an amount has errors.
///
/// Shift, background and instrument are told, or only their statistics: `InstrumentStatistics`.
///
/// Before the spectrum is seen each of N polymers is as likely as the others, so that one more of them counts as found
/// only if it lowers chi-square by more than 2 ln N: then the gain in likelihood outweighs the choice among N.
struct GeneralisedFit {
    /// Passes at most; four or five mostly bring the shares to a standstill.
    static let passes = 8
    /// Where no share has changed by more, the passes end.
    static let standstill = 1e-3
    /// An error is left out if it moves the spectrum by less than this, squared, in units of the noise.
    static let leastEffect = 0.01
    /// The most probable errors are held within ± this, in standard deviations.
    static let largestDeviation = 3.0

    /// The last pass's equations, errors eliminated.
    private(set) var problem: MixtureProblem
    /// Of the polymers, then of what contaminates.
    private(set) var amounts: [Double]
    /// Twice the negative logarithm of the probability, but for a constant: the last pass's misfit, the logarithms of its
    /// variances, and what each polymer found must be worth.
    private(set) var cost = 0.0
    /// What the last pass leaves of the spectrum, in the metric of the whole covariance: as many as there are points, if
    /// the library is all there is.
    private(set) var misfit = 0.0
    /// What the misfit exceeds the number of points by, in standard deviations of the chi-square of that many.
    var excess: Double { (misfit - Double(points)) / (2 * Double(points)).squareRoot() }
    /// How far the most probable shift is from the measurement's, in eV; 0 where the shift is told.
    private(set) var shiftErrorEV = 0.0
    /// Points of all regions.
    var points: Int { counts.count }

    private let measurement: Measurement
    private let generator: MeasurementGenerator
    private let polymers: Int
    private let substances: [Int]
    private let support: Double
    private let excluded: Set<Int>
    private let counts: [Double]
    private let background: [Double]
    /// Rows without errors.
    private let tabulated: [[Double]]
    private let areas: [Double]
    private var errors: [SubstanceErrors]
    private let instrument: InstrumentStatistics?

    /// One error's place, nil of the instrument's, and its row, divided by the noise.
    private struct Column {
        let place: (substance: Int, error: SubstanceErrors.Place)?
        var isShift = false
        let values: [Double]
    }

    /// Fits a measurement.
    ///
    /// - Parameters:
    ///   - isTold: Whether shift, background, contaminants and what belongs to the instrument are told.
    ///   - shiftEV: If they are not, the standard deviation of the shift about the measurement's.
    ///   - excluded: Polymers of the library that are not believed to exist.
    init(
        _ measurement: Measurement, from generator: MeasurementGenerator, isTold: Bool,
        shiftEV: Double = InstrumentStatistics.usualShiftEV, excluding excluded: Set<Int> = []
    ) {
        self.excluded = excluded
        let measurement = isTold ? measurement : generator.withoutRegionErrors(measurement)
        instrument = isTold ? nil : InstrumentStatistics(of: measurement, from: generator, shiftEV: shiftEV)
        self.measurement = measurement
        self.generator = generator
        polymers = generator.library.polymers.count
        let contaminants = isTold ? generator.contaminants(of: measurement) : generator.possibleContaminants
        substances = Array(0..<polymers) + contaminants
        errors = substances.map { SubstanceErrors(lines: generator.tabulatedLines(of: $0)) }
        let columns = OracleColumns(tabulatedFor: measurement, from: generator, contaminants: contaminants)
        counts = columns.counts.map(Double.init)
        background = columns.background.map(Double.init)
        tabulated = (columns.basis + columns.others).map { $0.map(Double.init) }
        areas = (0..<polymers).map { generator.recordedArea(of: $0, in: measurement) }
        support = MixtureProblem.support(ofPolymers: polymers)
        problem = MixtureProblem(columns: substances.count, polymers: polymers)
        amounts = Oracle(columns).amounts
        for polymer in excluded { amounts[polymer] = 0 }
        for _ in 0..<Self.passes {
            let last = problem.shares(amounts)
            refine()
            let change = zip(last, problem.shares(amounts)).reduce(0) { max($0, abs($1.0 - $1.1)) }
            if change < Self.standstill { break }
        }
    }

    /// One pass: amounts, and the most probable errors with them.
    private mutating func refine() {
        let charging = ChargingStatistics(of: measurement, from: generator, amounts: amounts, areas: areas)
        let found = amounts.indices.filter { amounts[$0] > 0 }
        let deviations = errors.map(\.charging)
        var rows = tabulated
        var derivatives: [(substance: Int, rows: LineDerivatives)] = []
        var expected = background
        for index in found {
            let isPolymer = index < polymers
            let own = charging.shiftEV(of: index, isPolymer: isPolymer, deviations: deviations)
            let common = isPolymer ? errors[index].common * generator.commonScatterEV : 0
            let new = generator.derivatives(
                for: measurement, substance: substances[index], errors: errors[index].lines, shiftEV: own + common)
            rows[index] = new.values.map(Double.init)
            for point in expected.indices { expected[point] += amounts[index] * rows[index][point] }
            derivatives.append((index, new))
        }
        let weights = expected.map { 1 / max($0, Oracle.leastVariance).squareRoot() }
        let columns = columns(derivatives, charging: charging, weights: weights)
        // The derivatives count from the errors that the rows have.
        var signal = zip(counts, background).map { $0 - $1 }
        for column in columns {
            guard let place = column.place else { continue }
            let deviation = errors[place.substance][place.error]
            guard deviation != 0 else { continue }
            for point in signal.indices { signal[point] += deviation * column.values[point] / weights[point] }
        }
        let elimination = ErrorElimination(
            errors: columns.map(\.values), rows: rows, signal: signal, weights: weights, into: &problem)
        problem.reset()
        misfit = problem.simplify(support: support, excluding: excluded)
        amounts = problem.amounts
        let logVariances = -2 * weights.reduce(0) { $0 + log($1) }
        cost = misfit + logVariances + support * Double(amounts[0..<polymers].count { $0 > 0 })
        errors = substances.map { SubstanceErrors(lines: generator.tabulatedLines(of: $0)) }
        let bounds = -Self.largestDeviation...Self.largestDeviation
        for (column, deviation) in zip(columns, elimination.best(amounts: amounts)) {
            if column.isShift, let instrument { shiftErrorEV = deviation * instrument.shiftEV }
            guard let place = column.place, amounts[place.substance] > 0 else { continue }
            errors[place.substance][place.error] = min(max(deviation, bounds.lowerBound), bounds.upperBound)
        }
    }

    /// How the expected spectrum changes with each error, of those that show.
    private func columns(
        _ derivatives: [(substance: Int, rows: LineDerivatives)], charging: ChargingStatistics, weights: [Double]
    ) -> [Column] {
        var columns: [Column] = []
        func append(_ substance: Int, _ place: SubstanceErrors.Place, _ values: [Double]) {
            guard values.reduce(0, { $0 + $1 * $1 }) > Self.leastEffect else { return }
            columns.append(Column(place: (substance, place), values: values))
        }
        func weighed(_ row: [Float], by factor: Double) -> [Double] {
            zip(row, weights).map { Double($0) * $1 * factor }
        }
        // All polymers together, which move against the one that moves, since their mean stays.
        var together = [Double](repeating: 0, count: charging.scatterEV > 0 ? weights.count : 0)
        for (substance, rows) in derivatives where substance < polymers && !together.isEmpty {
            let moved = weighed(rows.byShiftEV, by: amounts[substance] * charging.scatterEV)
            for point in together.indices { together[point] += moved[point] }
        }
        for (substance, rows) in derivatives {
            let amount = amounts[substance]
            if substance < polymers, generator.commonScatterEV > 0 {
                append(substance, .common, weighed(rows.byShiftEV, by: amount * generator.commonScatterEV))
            }
            if charging.scatterEV > 0 {
                let moved = weighed(rows.byShiftEV, by: amount * charging.scatterEV)
                let share = charging.weights[substance]
                append(substance, .charging, zip(moved, together).map { $0 - share * $1 })
            }
            for (place, values) in rows.byError { append(substance, .lines(place), weighed(values, by: amount)) }
        }
        if let instrument {
            // What all substances give together.
            var sum = InstrumentStatistics.Sum(points: weights.count)
            for (substance, rows) in derivatives { sum.add(rows, times: amounts[substance]) }
            for (index, row) in instrument.rows(sum).enumerated() {
                columns.append(Column(place: nil, isShift: index == 0, values: zip(row, weights).map { $0 * $1 }))
            }
        }
        return columns
    }
}
