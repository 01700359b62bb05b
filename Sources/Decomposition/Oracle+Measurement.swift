public import Synthesis

extension Oracle {
    /// The oracle's answer to a synthetic measurement, from the truth that the generator keeps.
    ///
    /// - Parameter knowsOwnShifts: Whether the polymers of the sample are put at their own shifts, under differential
    ///   charging, rather than at the mean that a model is asked for. The former tells a little of who is in the sample.
    public init(_ measurement: Measurement, from generator: MeasurementGenerator, knowsOwnShifts: Bool = true) {
        var basis: [[Float]] = []
        var rows: [[Float]] = []
        for polymer in generator.library.polymers.indices {
            generator.basis(
                for: measurement, polymer: polymer, shiftEV: knowsOwnShifts ? nil : measurement.shiftEV, into: &rows)
            basis.append(rows.flatMap { $0 })
        }
        let contamination = generator.contaminationSignal(of: measurement).flatMap { $0 }
        self.init(
            basis: basis, others: contamination.contains { $0 > 0 } ? [contamination] : [],
            background: measurement.background.flatMap { $0 }, counts: measurement.intensities.flatMap { $0 })
    }
}
