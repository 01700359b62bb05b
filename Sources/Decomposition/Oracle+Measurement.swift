public import Synthesis

extension Oracle {
    /// The oracle's answer to a synthetic measurement, from the truth that the generator keeps.
    ///
    /// - Parameter knowsOwnShifts: Whether the polymers of the sample are put at their own shifts, under differential
    ///   charging, rather than at the mean that a model is asked for. The former tells a little of who is in the sample.
    public init(_ measurement: Measurement, from generator: MeasurementGenerator, knowsOwnShifts: Bool = true) {
        self.init(OracleColumns(drawnFor: measurement, from: generator, knowsOwnShifts: knowsOwnShifts))
    }
}
