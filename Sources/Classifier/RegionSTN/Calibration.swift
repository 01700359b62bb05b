/// What a region model's raw answers must be corrected by before they may be believed: measured on spectra of the
/// selection split and stored with the weights.
///
/// Corrections are made by class: what was recorded, and how noisy it is.
public struct Calibration: Sendable, Equatable {
    /// No correction, as of a model that was never calibrated.
    public static let none = Calibration(parts: nil)

    /// What is corrected; nil corrects nothing.
    let parts: Parts?

    /// The corrections, in the order in which they were fitted.
    struct Parts: Sendable, Equatable {
        var spread: CalibrationSpread
        var shift: CalibrationShift
        var logits: CalibrationLogits
        var thresholds: CalibrationThresholds
        var conformal: ConformalQuantiles
        var familiarity: Familiarity

        /// Familiarity and the shift's sigma.
        func judge(_ answer: RegionAnswer, _ spectrum: Familiarity.Case) -> (familiarity: Float, sigmaEV: Float) {
            let (row, index) = (familiarity.row(spectrum), spectrum.index)
            let sigmaEV = spread.sigmaEV(
                CalibrationSpread.row(
                    familiarity: row, CalibrationSpread.Shift(answer), leastNoise: spectrum.leastNoise, index: index))
            return (
                familiarity.familiarity(score: familiarity.score(spectrum, row: row), in: index),
                shift.sigmaEV(sigmaEV, in: index)
            )
        }
    }

    /// Modes with less weight are no alternatives.
    static let leastWeight: Float = 0.05

    /// Corrects an answer of the network that this was fitted to.
    public func apply(_ answer: RegionAnswer) -> CalibratedAnswer {
        guard let parts else { return Self.uncorrected(answer) }
        let spectrum = Familiarity.Case(answer)
        let index = spectrum.index
        let first = answer.modes[0]
        func probabilities(_ raw: [Float]) -> [Float] {
            raw.indices.map { parts.logits.probability(raw[$0], group: $0, in: index) }
        }
        let calibrated = probabilities(answer.probabilities)
        let seen = parts.judge(answer, spectrum)
        return CalibratedAnswer(
            shiftEV: first.shiftEV, sigmaEV: seen.sigmaEV,
            alternatives: answer.modes.filter { $0.weight >= Self.leastWeight }.map { mode in
                CalibratedAnswer.Alternative(
                    shiftEV: mode.shiftEV, sigmaEV: parts.shift.sigmaEV(ofMode: mode.sigmaEV, in: index),
                    weight: mode.weight, probabilities: probabilities(mode.probabilities),
                    combination: parts.logits.calibrated(mode.combinations.first, in: index))
            },
            probabilities: calibrated,
            decisions: calibrated.indices.map { parts.thresholds.decision(calibrated[$0], group: $0, in: index) },
            combination: parts.logits.calibrated(answer.combination, in: index),
            conformal: parts.conformal.set(calibrated, in: index),
            familiarity: seen.familiarity, spreadEV: first.spreadEV, contamination: first.contamination)
    }

    private static func uncorrected(_ answer: RegionAnswer) -> CalibratedAnswer {
        let first = answer.modes[0]
        return CalibratedAnswer(
            shiftEV: first.shiftEV, sigmaEV: first.sigmaEV,
            alternatives: answer.modes.filter { $0.weight >= leastWeight }.map { mode in
                CalibratedAnswer.Alternative(
                    shiftEV: mode.shiftEV, sigmaEV: mode.sigmaEV, weight: mode.weight,
                    probabilities: mode.probabilities, combination: mode.combinations.first)
            },
            probabilities: answer.probabilities,
            decisions: answer.probabilities.map { $0 >= 0.5 ? .present : .absent }, combination: answer.combination,
            conformal: nil, familiarity: nil, spreadEV: first.spreadEV, contamination: first.contamination)
    }
}
