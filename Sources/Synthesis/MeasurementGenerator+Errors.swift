import Spectroscopy

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

    /// What may contaminate a sample of polymers: adventitious carbon, silicone.
    package var possibleContaminants: [Int] {
        [
            (effects.adventitiousCarbon, renderer.table.adventitiousCarbon),
            (effects.silicone, renderer.table.silicone),
        ].compactMap { effect, substance in effect.isOn ? substance : nil }
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

    /// A measurement as it is known to somebody who is not told what gain and energy error each region has of its own:
    /// all that is asked about it then counts without these.
    package func withoutRegionErrors(_ measurement: Measurement) -> Measurement {
        var known = measurement
        known.setup = measurement.setup.withoutRegionErrors()
        return known
    }

    /// Standard deviations of what each region of a measurement may have of its own: of the logarithm of its gain, and
    /// of the error of its energies in eV, against C 1s or the first.
    package func regionScatter(of measurement: Measurement) -> [(gain: Double, energyEV: Double)] {
        let regions = measurement.setup.regions
        let reference = regions.firstIndex { $0.name == SetupSource.reference } ?? 0
        let drift = effects.gain.range.lowerBound
        // Where no exposure is told, the share of setups with unequal ones adds its variance.
        let unevenness = effects.gain.share.squareRoot() * effects.gain.range.upperBound
        return regions.indices.map { region in
            let gain =
                regions[region].sweeps == nil ? (drift * drift + unevenness * unevenness).squareRoot() : drift
            return (
                gain: effects.gain.isOn ? gain : 0,
                energyEV: effects.energyError.isOn && region != reference ? effects.energyError.range.upperBound : 0
            )
        }
    }
}
