/// What a calibration is fitted on: an answer reduced to what is corrected, with the truth.
struct CalibrationExample: Sendable {
    /// What the answer says of the shift.
    let shift: CalibrationSpread.Shift
    /// A probability for each group.
    let probabilities: [Float]
    /// The most probable combination's probability, and whether it is right.
    let combination: (probability: Float, isRight: Bool)?
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
    /// An answer with its truth.
    init(_ answer: RegionAnswer, labels: [Bool], shiftEV: Float) {
        shift = CalibrationSpread.Shift(answer)
        probabilities = answer.probabilities
        combination = answer.combination.map { ($0.probability, $0.groups == labels) }
        spectrum = Familiarity.Case(answer)
        self.labels = labels
        self.shiftEV = shiftEV
    }
}

extension Familiarity.Case {
    /// The case of an answer, what was recorded as its most probable shift has it.
    init(_ answer: RegionAnswer) {
        let first = answer.modes[0]
        self.init(
            evidence: FamiliarityEvidence(answer), noise: first.noise,
            index: CalibrationClass(noise: first.noise, recordedEV: first.recordedEV).index)
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
