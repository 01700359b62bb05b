/// What a calibration is fitted on: an answer reduced to what is corrected, with the truth.
struct CalibrationExample: Sendable {
    /// The shifts that fit, the most probable first.
    let modes: [(weight: Float, shiftEV: Float, sigmaEV: Float)]
    /// A probability for each group.
    let probabilities: [Float]
    /// Evidence, noise and class.
    let spectrum: Familiarity.Case
    /// Groups that are present.
    let labels: [Bool]
    /// Spread of the constituents' shifts in eV and contamination's share, as the network says.
    let amounts: (spreadEV: Float, contamination: Float)
    /// The true shift in eV.
    let shiftEV: Float

    /// What the expected error of the shift is told from, given the inputs of familiarity.
    func spreadRow(_ inputs: [Float]) -> [Float] {
        CalibrationSpread.row(
            familiarity: inputs, sigmaEV: modes[0].sigmaEV, spreadEV: amounts.spreadEV,
            contamination: amounts.contamination, leastNoise: spectrum.leastNoise)
    }

    /// The error of the most probable shift, in eV.
    var shiftErrorEV: Float { modes[0].shiftEV - shiftEV }
}

extension CalibrationExample {
    /// An answer with its truth; noise and windows are those of the reading.
    init(_ answer: RegionAnswer, noise: [Float], recordedWindows: [Bool], labels: [Bool], shiftEV: Float) {
        modes = answer.modes.map { ($0.weight, $0.shiftEV, $0.sigmaEV) }
        probabilities = answer.probabilities
        spectrum = Familiarity.Case(answer, noise: noise, recordedWindows: recordedWindows)
        amounts = (answer.modes[0].spreadEV, answer.modes[0].contamination)
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
