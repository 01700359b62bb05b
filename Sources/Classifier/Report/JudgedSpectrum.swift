import Synthesis

/// What a model answered to a spectrum whose truth is known: the calibrated answer where the model has a calibration.
package struct JudgedSpectrum: Sendable {
    /// What a model answered.
    package struct Answer: Sendable {
        /// A shift that fits.
        package struct Mode: Sendable {
            package var shiftEV: Double
            /// Nil of models that state none.
            package var sigmaEV: Double?
            package var weight: Double

            /// A shift with its sigma and its share of the probability.
            package init(shiftEV: Double, sigmaEV: Double?, weight: Double) {
                self.shiftEV = shiftEV
                self.sigmaEV = sigmaEV
                self.weight = weight
            }
        }

        /// A probability for each group.
        package var probabilities: [Float]
        /// The shifts that fit, the most probable first, each with its own sigma; empty of models that estimate none.
        package var modes: [Mode]
        /// What is stated of the first as the shift's sigma, wherever the truth lies; nil of models that state none.
        package var shiftSigmaEV: Double?
        /// A call for each group; nil of models that leave nothing undecided.
        package var decisions: [Decision]?
        /// The groups that go together, as a whole; nil of models that tell none.
        package var combination: GroupCombination?
        /// The rate that the conformal set holds and the groups that it leaves open; nil without a calibration.
        package var conformal: (coverage: Double, ambiguous: [Int])?
        /// Share of known spectra that look stranger, and whether it is below the model's bound; nil likewise.
        package var familiarity: (value: Double, isUnfamiliar: Bool)?

        /// An answer; what is left out the model does not say.
        package init(
            probabilities: [Float], modes: [Mode], shiftSigmaEV: Double? = nil, decisions: [Decision]? = nil,
            combination: GroupCombination? = nil, conformal: (coverage: Double, ambiguous: [Int])? = nil,
            familiarity: (value: Double, isUnfamiliar: Bool)? = nil
        ) {
            self.probabilities = probabilities
            self.modes = modes
            self.shiftSigmaEV = shiftSigmaEV
            self.decisions = decisions
            self.combination = combination
            self.conformal = conformal
            self.familiarity = familiarity
        }

        /// Whether a group is called present from a probability of one half on.
        func isCalled(_ group: Int) -> Bool { probabilities[group] >= Evaluation.threshold }
    }

    /// What was drawn.
    package struct Truth: Sendable {
        package var labels: [Bool]
        package var shiftEV: Double
        /// For each group the share of the visible atoms that it rests on.
        package var fractions: [Double]
        /// Whether the main line of every element of the sample was recorded.
        package var coversPresentElements: Bool

        /// What was drawn, in full.
        package init(labels: [Bool], shiftEV: Double, fractions: [Double], coversPresentElements: Bool) {
            self.labels = labels
            self.shiftEV = shiftEV
            self.fractions = fractions
            self.coversPresentElements = coversPresentElements
        }

        /// The smallest share that a group which is present rests on; 1 where none is.
        var smallestFraction: Double {
            labels.indices.reduce(1) { labels[$1] && fractions[$1] > 0 ? min($0, fractions[$1]) : $0 }
        }
    }

    /// What the model said.
    package var answer: Answer
    /// What was drawn.
    package var truth: Truth

    /// An answer beside the truth.
    package init(answer: Answer, truth: Truth) {
        self.answer = answer
        self.truth = truth
    }

    /// Whether every group is right at a threshold of one half.
    package var isRight: Bool { truth.labels.indices.allSatisfy { answer.isCalled($0) == truth.labels[$0] } }

    /// Whether the groups that are said to go together are those that are there; of models that tell none, `isRight`.
    package var isRightAsAWhole: Bool { answer.combination.map { $0.groups == truth.labels } ?? isRight }

    /// Estimated less true shift, nil of models that estimate none.
    package var shiftErrorEV: Double? { answer.modes.first.map { $0.shiftEV - truth.shiftEV } }
}

extension JudgedSpectrum.Truth {
    /// The truth of a measurement.
    init(_ measurement: Measurement, library: PolymerLibrary) {
        labels = measurement.labels.map { $0 > 0.5 }
        shiftEV = measurement.shiftEV
        coversPresentElements = measurement.coversPresentElements
        fractions = Self.fractions(
            portions: measurement.constituents.map { ($0.polymer, $0.fraction) }, library: library)
    }

    /// For each group the sum of shares of the polymers that carry it.
    static func fractions(portions: [(polymer: Int, share: Double)], library: PolymerLibrary) -> [Double] {
        library.functionalGroups.indices.map { group in
            portions.reduce(0) { $0 + (library.polymers[$1.polymer].labels[group] ? $1.share : 0) }
        }
    }
}
