/// What a calibration is fitted on: an answer reduced to what is corrected, with the truth.
struct CalibrationExample: Sendable {
    /// What the answer says of the shift.
    let shift: CalibrationSpread.Shift
    /// A probability for each group.
    let probabilities: [Float]
    /// Evidence, noise and class.
    let spectrum: Familiarity.Case
    /// Groups that are present.
    let labels: [Bool]
    /// The true shift in eV.
    let shiftEV: Float

    /// The error of the most probable shift, in eV.
    var shiftErrorEV: Float { shift.modes[0].shiftEV - shiftEV }

    /// How far the truth lies from the nearest of the shifts that would be stated, in units of that one's own sigma.
    var nearestModeRatio: Float {
        shift.modes.enumerated().filter { $0.offset == 0 || $0.element.weight >= Calibration.leastWeight }
            .map { abs($0.element.shiftEV - shiftEV) / max($0.element.sigmaEV, 1e-6) }.min() ?? 0
    }
}

extension CalibrationExample {
    /// An answer with its truth; noise and windows are those of the reading.
    init(_ answer: RegionAnswer, noise: [Float], recordedWindows: [Bool], labels: [Bool], shiftEV: Float) {
        shift = CalibrationSpread.Shift(answer)
        probabilities = answer.probabilities
        spectrum = Familiarity.Case(answer, noise: noise, recordedWindows: recordedWindows)
        self.labels = labels
        self.shiftEV = shiftEV
    }
}

extension Familiarity.Case {
    /// The case of an answer; noise and windows are those of the reading.
    init(_ answer: RegionAnswer, noise: [Float], recordedWindows: [Bool]) {
        self.init(
            evidence: FamiliarityEvidence(answer), noise: noise,
            index: CalibrationClass(noise: noise, recordedWindows: recordedWindows).index)
    }
}

extension CalibrationSpread.Shift {
    /// What an answer says.
    init(_ answer: RegionAnswer) {
        self.init(
            modes: answer.modes.map { ($0.weight, $0.shiftEV, $0.sigmaEV) },
            amounts: (answer.modes[0].spreadEV, answer.modes[0].contamination))
    }
}
