extension MeasurementGenerator {
    /// What a pure polymer would have given in a measurement, counted as in that measurement: at its shift, with its
    /// drawn errors of energies, widths and gains, and its resolution.
    ///
    /// `signal` is the sum of the constituents' bases, each at its own shift, times `fraction` times the sample's share
    /// of the visible atoms, and of ``contaminationSignal(of:)``.
    ///
    /// - Parameters:
    ///   - polymer: Any of the library's, in the sample or not.
    ///   - shiftEV: Where it is put; the constituent's own shift, or the measurement's, if nil.
    /// - Returns: Expected counts in each region, without background.
    public func basis(for measurement: Measurement, polymer: Int, shiftEV: Double? = nil) -> [[Float]] {
        var rows: [[Float]] = []
        basis(for: measurement, polymer: polymer, shiftEV: shiftEV, into: &rows)
        return rows
    }

    /// The same into storage that is used again.
    public func basis(
        for measurement: Measurement, polymer: Int, shiftEV: Double? = nil, into rows: inout [[Float]]
    ) {
        precondition(library.polymers.indices.contains(polymer), "no polymer has the number \(polymer)")
        let ownEV = measurement.constituents.first { $0.polymer == polymer }?.shiftEV
        let portion = Measurement.Portion(
            substance: polymer, share: 1, shiftEV: shiftEV ?? ownEV ?? measurement.shiftEV)
        render([portion], of: measurement, into: &rows)
    }

    /// What a pure polymer would have given in a measurement if its lines were those of the library: at the
    /// measurement's shift, recorded and broadened as there, but with none of the drawn errors of energies, widths,
    /// atoms and shake-up, and without a shift of its own under differential charging.
    ///
    /// - Parameter rows: Expected counts in each region, without background; storage that is used again.
    public func nominalBasis(for measurement: Measurement, polymer: Int, into rows: inout [[Float]]) {
        precondition(library.polymers.indices.contains(polymer), "no polymer has the number \(polymer)")
        renderNominal(polymer, of: measurement, into: &rows)
    }

    /// What everything but the constituents gives in a measurement: adventitious carbon, silicone, or the unfamiliar
    /// material; expected counts in each region, without background.
    public func contaminationSignal(of measurement: Measurement) -> [[Float]] {
        var rows: [[Float]] = []
        render(
            Array(measurement.truth.portions.dropFirst(measurement.constituents.count)), of: measurement, into: &rows)
        return rows
    }

    /// The constituents' share of all visible atoms: 1 without contamination.
    public func sampleShare(of measurement: Measurement) -> Double {
        measurement.truth.portions.prefix(measurement.constituents.count).reduce(0) { $0 + $1.share }
    }

    private func render(_ portions: [Measurement.Portion], of measurement: Measurement, into rows: inout [[Float]]) {
        let setup = measurement.setup
        var points = [Float](repeating: 0, count: setup.pointCount)
        for portion in portions {
            renderer.add(
                portion.substance, amount: portion.share * measurement.truth.countsPerUnit, shiftEV: portion.shiftEV,
                truth: measurement.truth, setup: setup, to: &points)
        }
        divide(points, setup, into: &rows)
    }

    private func renderNominal(_ substance: Int, of measurement: Measurement, into rows: inout [[Float]]) {
        let points = basis(
            for: measurement, substance: substance, errors: tabulatedLines(of: substance), shiftEV: 0)
        divide(points, measurement.setup, into: &rows)
    }

    private func divide(_ points: [Float], _ setup: InstrumentSetup, into rows: inout [[Float]]) {
        if rows.count != setup.recordings.count { rows = [[Float]](repeating: [], count: setup.recordings.count) }
        for (region, recording) in setup.recordings.enumerated() {
            rows[region].removeAll(keepingCapacity: true)
            rows[region].append(contentsOf: points[recording.offset..<recording.offset + recording.count])
        }
    }
}
