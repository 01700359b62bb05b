import Decomposition

/// A model beside an oracle on the same spectra.
struct OracleComparison: Sendable {
    /// The oracle's own figures, as of a model with probabilities of 0 or 1.
    let oracle: AnswerFigures
    /// Share of labels that the oracle can decide, of those where that was asked.
    let decidable: Share
    /// The model's spectra with every group right, where an undecided one is wrong unless the oracle cannot decide it.
    let strictSubset: Share
    /// Both on these spectra, where the main lines of all elements were recorded.
    let modelOfCovered: Share
    /// The model's subset accuracy as a share of the oracle's, of all spectra and of those covered.
    let ratio: Double?
    let ratioInterval: ConfidenceInterval?
    let ratioOfCovered: Double?
    let ratioOfCoveredInterval: ConfidenceInterval?

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
        modelOfCovered = Share(of: judged.filter(\.truth.coversPresentElements)) { $0.isRight }
        let rights = zip(judged, own).map {
            (model: $0.isRight, oracle: $1.isRight, isCovered: $0.truth.coversPresentElements)
        }
        func ratio(_ indices: [Int], coveredOnly: Bool) -> Double? {
            var (model, oracle) = (0, 0)
            for index in indices where !coveredOnly || rights[index].isCovered {
                model += rights[index].model ? 1 : 0
                oracle += rights[index].oracle ? 1 : 0
            }
            return oracle > 0 ? Double(model) / Double(oracle) : nil
        }
        let all = Array(rights.indices)
        self.ratio = ratio(all, coveredOnly: false)
        ratioOfCovered = ratio(all, coveredOnly: true)
        ratioInterval = .bootstrap(count: all.count, seed: seed) { ratio($0, coveredOnly: false) }
        ratioOfCoveredInterval = .bootstrap(count: all.count, seed: seed) { ratio($0, coveredOnly: true) }
    }

    private static func isRight(_ spectrum: JudgedSpectrum, oracle: OracleJudge.Answer) -> Bool {
        guard let decisions = spectrum.answer.decisions else { return spectrum.isRight }
        return decisions.indices.allSatisfy { group in
            guard decisions[group] != .undecided else { return oracle.canDecide?[group] == false }
            return (decisions[group] == .present) == spectrum.truth.labels[group]
        }
    }
}
