import Decomposition

/// A model beside an oracle on the same spectra.
struct OracleComparison: Sendable {
    /// The oracle's own figures, as of a model with probabilities of 0 or 1.
    let oracle: AnswerFigures
    /// Share of labels that the oracle can decide, of those where that was asked.
    let decidable: Share
    /// The model's spectra with every group right, where an undecided one is wrong unless the oracle cannot decide it.
    let strictSubset: Share
    /// The model's subset accuracy as a share of the oracle's, of all spectra and of those covered.
    let ratio: Ratio
    let ratioOfCovered: Ratio
    /// The same of its combinations, where it tells them: an oracle answers as a whole, too.
    let combinedRatio: Ratio
    let combinedRatioOfCovered: Ratio

    /// A share of the oracle's with its interval.
    struct Ratio: Sendable {
        let value: Double?
        let interval: ConfidenceInterval?
    }

    /// - Parameters:
    ///   - judged: The model's answers.
    ///   - answers: The oracle's, to the same spectra.
    ///   - threshold: How the oracle calls, chosen on other spectra.
    init(_ judged: [JudgedSpectrum], answers: [OracleJudge.Answer], threshold: GroupThreshold, seed: UInt64) {
        precondition(judged.count == answers.count, "one answer each")
        let own = zip(judged, answers).map { spectrum, answer in
            JudgedSpectrum(
                answer: JudgedSpectrum.Answer(
                    probabilities: answer.calls(by: threshold).map { $0 ? 1 : 0 }, modes: []),
                truth: spectrum.truth)
        }
        oracle = AnswerFigures(own, seed: seed)
        decidable = Share(of: answers.lazy.compactMap(\.canDecide).joined()) { $0 }
        strictSubset = Share(of: zip(judged, answers)) { Self.isRight($0, oracle: $1) }
        func ratio(coveredOnly: Bool, _ isRight: (JudgedSpectrum) -> Bool) -> Ratio {
            let rights = zip(judged, own).filter { !coveredOnly || $0.0.truth.coversPresentElements }
                .map { (model: isRight($0), oracle: $1.isRight) }
            func value(_ indices: [Int]) -> Double? {
                let oracle = indices.count { rights[$0].oracle }
                return oracle > 0 ? Double(indices.count { rights[$0].model }) / Double(oracle) : nil
            }
            return Ratio(
                value: value(Array(rights.indices)),
                interval: .bootstrap(count: rights.count, seed: seed, statistic: value))
        }
        self.ratio = ratio(coveredOnly: false, \.isRight)
        ratioOfCovered = ratio(coveredOnly: true, \.isRight)
        combinedRatio = ratio(coveredOnly: false, \.isRightAsAWhole)
        combinedRatioOfCovered = ratio(coveredOnly: true, \.isRightAsAWhole)
    }

    private static func isRight(_ spectrum: JudgedSpectrum, oracle: OracleJudge.Answer) -> Bool {
        guard let decisions = spectrum.answer.decisions else { return spectrum.isRight }
        return decisions.indices.allSatisfy { group in
            guard decisions[group] != .undecided else { return oracle.canDecide?[group] == false }
            return (decisions[group] == .present) == spectrum.truth.labels[group]
        }
    }
}
