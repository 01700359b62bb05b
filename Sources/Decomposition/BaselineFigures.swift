/// How right answers about functional groups and shifts are over a set of spectra.
public struct BaselineFigures: Sendable, Hashable {
    /// Spectra they rest on.
    public let spectra: Int
    /// Share of spectra of which every label is right.
    public let subsetAccuracy: Double
    /// F1 of all labels counted together.
    public let microF1: Double
    /// The threshold on a group's share, chosen on other spectra.
    public let threshold: GroupThreshold
    /// Median of the shift's error without sign in eV; absent where the shift was known.
    public let shiftMedianEV: Double?
    /// 95 % of the shift's errors are at most this, in eV.
    public let shiftPercentile95EV: Double?
    /// Mean processor time for one spectrum; 0 where it was not measured.
    public let secondsPerSpectrum: Double

    /// Figures of answers to labelled spectra.
    ///
    /// - Parameters:
    ///   - answers: Per spectrum the share of each group, whether it is present, and the shift's error where one was
    ///     searched.
    ///   - threshold: Chosen on other spectra.
    ///   - secondsPerSpectrum: Mean processor time for one answer.
    public init(_ answers: [LabelledAnswer], threshold: GroupThreshold, secondsPerSpectrum: Double) {
        var right = 0
        var truePositives = 0
        var wrong = 0
        for answer in answers {
            let calls = threshold.calls(answer.groupShares)
            right += calls == answer.labels ? 1 : 0
            for (call, label) in zip(calls, answer.labels) {
                if call && label { truePositives += 1 } else if call != label { wrong += 1 }
            }
        }
        spectra = answers.count
        subsetAccuracy = answers.isEmpty ? 0 : Double(right) / Double(answers.count)
        let denominator = 2 * truePositives + wrong
        microF1 = denominator > 0 ? Double(2 * truePositives) / Double(denominator) : 0
        self.threshold = threshold
        let errors = answers.compactMap(\.shiftErrorEV).map { abs($0) }.sorted()
        shiftMedianEV = errors.isEmpty ? nil : Quantile.of(errors, 0.5)
        shiftPercentile95EV = errors.isEmpty ? nil : Quantile.of(errors, 0.95)
        self.secondsPerSpectrum = secondsPerSpectrum
    }
}

/// One answer beside the truth.
public struct LabelledAnswer: Sendable, Hashable {
    /// The share of each functional group's carriers.
    public let groupShares: [Double]
    /// Whether each group is present.
    public let labels: [Bool]
    /// Estimated less true shift in eV; nil where the shift was known.
    public let shiftErrorEV: Double?

    /// An answer beside the truth.
    public init(groupShares: [Double], labels: [Bool], shiftErrorEV: Double?) {
        self.groupShares = groupShares
        self.labels = labels
        self.shiftErrorEV = shiftErrorEV
    }
}
