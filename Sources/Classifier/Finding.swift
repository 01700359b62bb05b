/// What a network found in one spectrum, before it is judged by what was recorded.
struct Finding {
    /// A probability for each group.
    var probabilities: [Double]
    /// What may be said of each group.
    var decisions: [Decision]
    /// The shift on the standard scale; nil where the network estimates none.
    var shiftEV: Double?
    /// Its standard deviation.
    var shiftSigmaEV: Double?
    /// Spread of the constituents' own shifts.
    var spreadEV: Double?
    /// The shifts that fit.
    var alternatives: [CalibratedAnswer.Alternative] = []
    /// The groups that most probably go together.
    var combination: GroupCombination?
    /// The set of label vectors that holds the true one at a stated rate.
    var conformal: (coverage: Float, ambiguous: [Int])?
    /// The share of known spectra that look stranger.
    var familiarity: Double?
    /// Share of the visible atoms in adventitious carbon.
    var contamination: Double?
    /// Whether the network may judge groups with oxygen by what they do to carbon.
    var seesOxygenByCarbon: Bool

    /// What one of the paper's networks says: present from one half on.
    init(probabilities: [Double], shiftEV: Double?) {
        self.probabilities = probabilities
        self.shiftEV = shiftEV
        decisions = probabilities.map { $0 >= Double(Evaluation.threshold) ? .present : .absent }
        seesOxygenByCarbon = false
    }

    /// What a network on regions says.
    init(_ answer: CalibratedAnswer) {
        probabilities = answer.probabilities.map(Double.init)
        decisions = answer.decisions
        shiftEV = Double(answer.shiftEV)
        shiftSigmaEV = Double(answer.sigmaEV)
        spreadEV = Double(answer.spreadEV)
        alternatives = answer.alternatives
        combination = answer.combination
        conformal = answer.conformal
        familiarity = answer.familiarity.map(Double.init)
        contamination = Double(answer.contamination)
        seesOxygenByCarbon = true
    }

    /// Whether every number is one.
    var isFinite: Bool {
        (probabilities + [shiftEV ?? 0, shiftSigmaEV ?? 0]).allSatisfy(\.isFinite)
    }
}
