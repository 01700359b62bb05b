extension LineRenderer {
    /// Least distance in eV over which a line is moved, and least change of its width as a share, to see what follows.
    private static let leastStepEV = 0.02
    private static let leastWidthStep = 0.02

    /// Standard deviation of the factor on shake-up, which is uniform in its range.
    private var shakeUpScatter: Double {
        guard effects.shakeUp.isOn else { return 0 }
        return (effects.shakeUp.range.upperBound - effects.shakeUp.range.lowerBound) / 12.0.squareRoot()
    }

    private func shakeUp(_ deviation: Double) -> Double {
        let range = effects.shakeUp.range
        let factor = (range.lowerBound + range.upperBound) / 2 + deviation * shakeUpScatter
        return min(max(factor, range.lowerBound), range.upperBound)
    }

    private func errors(_ errors: LineErrors, of number: Int, _ line: SubstanceTable.Line) -> OwnErrors {
        let deviations = errors.deviations
        let width = min(max(deviations[LineErrors.width(number)], -Self.widestScatter), Self.widestScatter)
        return OwnErrors(
            energyEV: deviations[LineErrors.energy(number)] * line.energyScatterEV,
            width: width * line.widthScatter,
            amount: deviations[LineErrors.amount(number)] * line.amountScatter)
    }

    /// No error of a substance's lines.
    func tabulated(_ substance: Int) -> LineErrors { LineErrors(lines: table.ranges[substance].count) }

    /// Adds what a substance contributes if its lines have the given errors rather than those drawn for it.
    func add(
        _ substance: Int, amount: Double, errors own: LineErrors, shiftEV: Double, truth: Measurement.Truth,
        setup: InstrumentSetup, to points: inout [Float]
    ) {
        let shakeUp = shakeUp(own.deviations[LineErrors.shakeUp])
        for (number, line) in table.lines[table.ranges[substance]].enumerated() {
            add(
                line, amount: amount, errors: errors(own, of: number, line), shakeUp: shakeUp, shiftEV: shiftEV,
                truth: truth, setup: setup, to: &points)
        }
    }

    /// What a substance contributes, and how that changes with its errors: central differences of half a standard
    /// deviation to each side.
    func derivatives(
        of substance: Int, amount: Double, errors own: LineErrors, shiftEV: Double, truth: Measurement.Truth,
        setup: InstrumentSetup
    ) -> LineDerivatives {
        let empty = [Float](repeating: 0, count: setup.pointCount)
        var result = LineDerivatives(values: empty, byShiftEV: empty, byWidth: empty)
        var satellites = empty
        let shakeUp = shakeUp(own.deviations[LineErrors.shakeUp])
        for (number, line) in table.lines[table.ranges[substance]].enumerated() {
            let errors = errors(own, of: number, line)
            func row(_ change: (inout OwnErrors) -> Void) -> [Float] {
                var errors = errors
                change(&errors)
                var points = empty
                add(
                    line, amount: amount, errors: errors, shakeUp: shakeUp, shiftEV: shiftEV, truth: truth,
                    setup: setup, to: &points)
                return points
            }
            let values = row { _ in }
            guard values.contains(where: { $0 > 0 }) else { continue }
            let stepEV = max(line.energyScatterEV / 2, Self.leastStepEV)
            let perEV = Self.slope(row { $0.energyEV += stepEV }, row { $0.energyEV -= stepEV }, over: 2 * stepEV)
            for point in empty.indices {
                result.values[point] += values[point]
                result.byShiftEV[point] += perEV[point]
                if line.kind == .satellite { satellites[point] += values[point] }
            }
            if line.energyScatterEV > 0 {
                result.byError.append((LineErrors.energy(number), Self.scaled(perEV, by: line.energyScatterEV)))
            }
            let step = max(line.widthScatter / 2, Self.leastWidthStep)
            let perWidth = Self.slope(row { $0.width += step }, row { $0.width -= step }, over: 2 * step)
            for point in empty.indices { result.byWidth[point] += perWidth[point] }
            if line.widthScatter > 0 {
                result.byError.append((LineErrors.width(number), Self.scaled(perWidth, by: line.widthScatter)))
            }
            if line.amountScatter > 0, 1 + errors.amount > 0 {
                result.byError.append(
                    (LineErrors.amount(number), Self.scaled(values, by: line.amountScatter / (1 + errors.amount))))
            }
        }
        if effects.shakeUp.isOn, satellites.contains(where: { $0 > 0 }) {
            result.byError.append((LineErrors.shakeUp, Self.scaled(satellites, by: shakeUpScatter / shakeUp)))
        }
        return result
    }

    private static func slope(_ above: [Float], _ below: [Float], over distance: Double) -> [Float] {
        let factor = Float(1 / distance)
        return zip(above, below).map { ($0 - $1) * factor }
    }

    private static func scaled(_ row: [Float], by factor: Double) -> [Float] {
        let factor = Float(factor)
        return row.map { $0 * factor }
    }
}
