import Synthesis

/// What is known of the substances' own shifts under differential charging before the spectrum is looked at.
///
/// Each is normal; those of the polymers count from their mean, weighted by the recorded intensity, since that mean is
/// the shift that is told: polymer p lies at s (t_p - Σ w_q t_q) with t of the standard normal distribution. Of s the
/// spread of the constituents is told, which is about s √(1 - Σ w²).
struct ChargingStatistics {
    /// s in eV; 0 without differential charging.
    let scatterEV: Double
    /// The weight of each substance in the mean; 0 for what contaminates.
    let weights: [Double]

    /// - Parameters:
    ///   - amounts: Of each substance, the polymers first.
    ///   - areas: Recorded area of each polymer's lines.
    init(of measurement: Measurement, from generator: MeasurementGenerator, amounts: [Double], areas: [Double]) {
        var weights = [Double](repeating: 0, count: amounts.count)
        for polymer in areas.indices { weights[polymer] = amounts[polymer] * areas[polymer] }
        let total = weights.reduce(0, +)
        if total > 0 { for polymer in areas.indices { weights[polymer] /= total } }
        self.weights = weights
        let squares = weights.reduce(0) { $0 + $1 * $1 }
        scatterEV = min(
            generator.largestChargingEV, measurement.spreadEV / max(1 - squares, Self.leastRest).squareRoot())
    }

    /// Where almost all is one polymer the spread says little of s.
    private static let leastRest = 0.05

    /// The own shift of a substance in eV.
    func shiftEV(of substance: Int, isPolymer: Bool, deviations: [Double]) -> Double {
        guard scatterEV > 0 else { return 0 }
        let mean = isPolymer ? zip(weights, deviations).reduce(0) { $0 + $1.0 * $1.1 } : 0
        return scatterEV * (deviations[substance] - mean)
    }
}
