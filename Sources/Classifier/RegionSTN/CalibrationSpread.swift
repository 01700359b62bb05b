import Foundation

/// How much further than the network says a shift may be off: stranger and less sure spectra have larger errors than
/// their sigmas tell.
///
/// A linear regression of ln(|error|/sigma), one for each set of regions, on what familiarity weighs and on the answer.
struct CalibrationSpread: Sendable, Equatable {
    /// What it is told beyond the inputs of familiarity: sigma and its square, spread, contamination, noise.
    private static let further = 5
    /// Columns of a row.
    static let inputs = Familiarity.inputs + further
    /// The penalty on the coefficients.
    private static let penalty = 1e-3
    /// Errors below this share of a sigma are not told apart.
    private static let leastRatio: Float = 0.1
    /// The logarithm of the factor stays within ± this.
    private static let largestLog: Float = 1.5

    /// Coefficients, the constant last [regions, inputs + 1].
    private(set) var coefficients: [Float]

    /// Takes every sigma as it is.
    static let none = CalibrationSpread(
        coefficients: [Float](repeating: 0, count: CalibrationClass.Regions.allCases.count * (inputs + 1)))

    /// Coefficients read from a weight file.
    init(coefficients: [Float]) { self.coefficients = coefficients }

    /// A row of inputs: those of familiarity, then the answer's own.
    static func row(
        familiarity: [Float], sigmaEV: Float, spreadEV: Float, contamination: Float, leastNoise: Float
    ) -> [Float] {
        let logSigma = log10(max(sigmaEV, 1e-3)) + 1
        return familiarity + [logSigma, logSigma * logSigma, min(spreadEV, 1), contamination, leastNoise]
    }

    /// The factor on a sigma.
    func factor(_ row: [Float], in index: Int) -> Float {
        let start = index / CalibrationClass.levels * (Self.inputs + 1)
        var sum = coefficients[start + Self.inputs]
        for (input, value) in row.enumerated() { sum += coefficients[start + input] * value }
        return exp(min(max(sum, -Self.largestLog), Self.largestLog))
    }

    /// Fits the coefficients to rows of inputs and ratios of error to sigma.
    init(rows: [[Float]], ratios: [Float], classes: [Int]) {
        coefficients = []
        for regions in CalibrationClass.Regions.allCases {
            let own = classes.indices.filter { classes[$0] / CalibrationClass.levels == regions.rawValue }
            let members = own.count >= CalibrationPools.leastExamples ? own : Array(classes.indices)
            let regression = RidgeRegression(
                x: members.flatMap { rows[$0] }, y: members.map { log(ratios[$0] + Self.leastRatio) },
                count: members.count)
            let slopes = regression.coefficients(penalty: Self.penalty)
            let origin = [Float](repeating: 0, count: Self.inputs)
            let constant = regression.predict(origin[...], coefficients: slopes)[0]
            coefficients += (slopes + [constant]).map(Float.init)
        }
    }
}
