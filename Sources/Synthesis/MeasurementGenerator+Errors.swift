extension MeasurementGenerator {
    /// Standard deviation in eV of the energy error that all lines of a polymer share.
    package var commonScatterEV: Double { renderer.table.commonScatterEV }

    /// The largest standard deviation in eV of constituents' own shifts under differential charging.
    package var largestChargingEV: Double {
        effects.differentialCharging.isOn ? effects.differentialCharging.range.upperBound : 0
    }

    /// The substances that contaminate the sample: adventitious carbon, silicone, or the unfamiliar material.
    package func contaminants(of measurement: Measurement) -> [Int] {
        measurement.truth.portions.dropFirst(measurement.constituents.count).map(\.substance)
    }

    /// No error of a substance's lines.
    package func tabulatedLines(of substance: Int) -> LineErrors { renderer.tabulated(substance) }

    /// Expected counts at every point of all regions for one unit of a substance, recorded and broadened as in a
    /// measurement, if its lines had the given errors.
    ///
    /// - Parameter shiftEV: Where it is put beyond the measurement's shift.
    package func basis(
        for measurement: Measurement, substance: Int, errors: LineErrors, shiftEV: Double
    ) -> [Float] {
        var points = [Float](repeating: 0, count: measurement.setup.pointCount)
        renderer.add(
            substance, amount: measurement.truth.countsPerUnit, errors: errors,
            shiftEV: measurement.shiftEV + shiftEV, truth: measurement.truth, setup: measurement.setup, to: &points)
        return points
    }

    /// The same with its derivatives.
    package func derivatives(
        for measurement: Measurement, substance: Int, errors: LineErrors, shiftEV: Double
    ) -> LineDerivatives {
        renderer.derivatives(
            of: substance, amount: measurement.truth.countsPerUnit, errors: errors,
            shiftEV: measurement.shiftEV + shiftEV, truth: measurement.truth, setup: measurement.setup)
    }

    /// Area of a polymer's lines inside the recorded regions: what it weighs in the measurement's shift.
    package func recordedArea(of polymer: Int, in measurement: Measurement) -> Double {
        renderer.recordedArea(polymer, shiftEV: measurement.shiftEV, setup: measurement.setup)
    }
}
