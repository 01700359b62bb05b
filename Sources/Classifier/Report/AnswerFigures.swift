import Decomposition

/// The figures of a model's answers to spectra of one kind.
package struct AnswerFigures: Sendable {
    /// Errors of the shift in eV, with their sign and without any recentring.
    package struct Shift: Sendable {
        /// Mean and standard deviation of estimated less true shift.
        package let biasEV: Double
        package let spreadEV: Double
        /// Quantiles of the error without its sign.
        package let medianEV: Double
        package let percentile95EV: Double

        init?(_ errors: [Double]) {
            guard !errors.isEmpty else { return nil }
            let mean = errors.reduce(0, +) / Double(errors.count)
            biasEV = mean
            spreadEV = (errors.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(errors.count)).squareRoot()
            let sorted = errors.map { abs($0) }.sorted()
            medianEV = Quantile.of(sorted, 0.5)
            percentile95EV = Quantile.of(sorted, 0.95)
        }
    }

    /// A first mode with at least this weight is the only one.
    static let weightOfOneMode = 0.95
    /// An alternative is true that lies within this, or within two of its own sigmas.
    static let alternativeEV = 0.2
    /// The calibration error is taken over probabilities in this range, in bins of this width.
    static let calibratedProbabilities: ClosedRange<Float> = 0.05...0.95
    private static let binWidth: Float = 0.05

    /// Spectra with every group right, of all and of those whose elements' main lines were all recorded.
    package let subset: Share
    package let subsetOfCovered: Share
    /// Spectra whose combination of groups is right as a whole, of all and of those covered (of models that tell none
    /// the same as `subset`), and the probability that is stated for it, in the mean.
    package let combined: Share
    package let combinedOfCovered: Share
    package let statedCombination: Double?
    /// F1 of all labels together, and the mean over groups that occur.
    package let microF1: Double
    package let microF1Interval: ConfidenceInterval?
    package let macroF1: Double
    /// For each group, nil of those that do not occur.
    package let averagePrecisions: [Double?]
    /// Mean distance of share and probability, weighted by the bins' contents.
    package let calibrationError: Double?
    package let shift: Shift?
    /// Errors where the answer has but one mode, and how often it has.
    package let shiftOfOneMode: Shift?
    package let oneMode: Share
    /// Spectra whose true shift lies within one and two stated sigmas of the first mode.
    package let withinSigma: Share
    package let withinTwoSigma: Share
    /// Spectra whose true shift is among the alternatives.
    package let truthAmongModes: Share
    /// Labels that are decided.
    package let decided: Share
    /// Spectra whose whole label vector lies in the conformal set, and how many groups the set leaves open.
    package let conformal: Share
    /// The coverage that the sets state, in the mean.
    package let statedCoverage: Double?
    package let medianAmbiguous: Double?
    /// Spectra called unfamiliar.
    package let unfamiliar: Share

    /// Mean over groups that occur.
    var meanAveragePrecision: Double? {
        let known = averagePrecisions.compactMap(\.self)
        return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
    }

    /// The figures; `seed` is that of the resamples.
    package init(_ judged: [JudgedSpectrum], seed: UInt64) {
        let groups = judged.first?.truth.labels.count ?? 0
        subset = Share(of: judged) { $0.isRight }
        subsetOfCovered = Share(of: judged.lazy.filter(\.truth.coversPresentElements)) { $0.isRight }
        combined = Share(of: judged) { $0.isRightAsAWhole }
        combinedOfCovered = Share(of: judged.lazy.filter(\.truth.coversPresentElements)) { $0.isRightAsAWhole }
        let stated = judged.compactMap(\.answer.combination).map { Double($0.probability) }
        statedCombination = stated.isEmpty ? nil : stated.reduce(0, +) / Double(stated.count)
        let counts = judged.map { Self.counts($0) }
        microF1 = Self.microF1(counts, Array(counts.indices)) ?? 0
        microF1Interval = .bootstrap(count: counts.count, seed: seed) { Self.microF1(counts, $0) }
        macroF1 = Self.macroF1(judged, groups: groups)
        averagePrecisions = (0..<groups).map { group in
            AveragePrecision.of(judged.map { ($0.answer.probabilities[group], $0.truth.labels[group]) })
        }
        calibrationError = Self.calibrationError(judged)
        shift = Shift(judged.compactMap(\.shiftErrorEV))
        let single = judged.filter { ($0.answer.modes.first?.weight ?? 0) >= Self.weightOfOneMode }
        shiftOfOneMode = Shift(single.compactMap(\.shiftErrorEV))
        let estimated = judged.filter { !$0.answer.modes.isEmpty }
        oneMode = Share(of: estimated) { $0.answer.modes[0].weight >= Self.weightOfOneMode }
        let ratios = estimated.compactMap { spectrum in
            spectrum.answer.shiftSigmaEV.map { abs(spectrum.shiftErrorEV ?? .infinity) / max($0, 1e-9) }
        }
        withinSigma = Share(of: ratios) { $0 <= 1 }
        withinTwoSigma = Share(of: ratios) { $0 <= 2 }
        truthAmongModes = Share(of: estimated) { spectrum in
            spectrum.answer.modes.contains {
                abs($0.shiftEV - spectrum.truth.shiftEV) <= max(Self.alternativeEV, 2 * ($0.sigmaEV ?? 0))
            }
        }
        decided = Share(of: judged.lazy.compactMap(\.answer.decisions).joined()) { $0 != .undecided }
        conformal = Share(of: judged.lazy.filter { $0.answer.conformal != nil }) { Self.isInConformalSet($0) }
        let sets = judged.compactMap(\.answer.conformal)
        statedCoverage = sets.isEmpty ? nil : sets.reduce(0) { $0 + $1.coverage } / Double(sets.count)
        let sizes = sets.map { Double($0.ambiguous.count) }.sorted()
        medianAmbiguous = sizes.isEmpty ? nil : Quantile.of(sizes, 0.5)
        unfamiliar = Self.unfamiliar(judged)
    }

    /// Spectra called unfamiliar, of those whose model says.
    static func unfamiliar(_ judged: [JudgedSpectrum]) -> Share {
        Share(of: judged.lazy.compactMap(\.answer.familiarity)) { $0.isUnfamiliar }
    }

    /// True positives, and false answers of either kind.
    private static func counts(_ spectrum: JudgedSpectrum) -> (right: Int, wrong: Int) {
        var (right, wrong) = (0, 0)
        for (group, isPresent) in spectrum.truth.labels.enumerated() {
            let isCalled = spectrum.answer.isCalled(group)
            if isCalled && isPresent { right += 1 } else if isCalled != isPresent { wrong += 1 }
        }
        return (right, wrong)
    }

    private static func microF1(_ counts: [(right: Int, wrong: Int)], _ indices: [Int]) -> Double? {
        var (right, wrong) = (0, 0)
        for index in indices {
            right += counts[index].right
            wrong += counts[index].wrong
        }
        return 2 * right + wrong > 0 ? Double(2 * right) / Double(2 * right + wrong) : nil
    }

    private static func macroF1(_ judged: [JudgedSpectrum], groups: Int) -> Double {
        var sum = 0.0
        var occurring = 0
        for group in 0..<groups {
            var (right, wrong, present) = (0, 0, 0)
            for spectrum in judged {
                let (isCalled, isPresent) = (spectrum.answer.isCalled(group), spectrum.truth.labels[group])
                present += isPresent ? 1 : 0
                if isCalled && isPresent { right += 1 } else if isCalled != isPresent { wrong += 1 }
            }
            guard present > 0 else { continue }
            occurring += 1
            sum += Double(2 * right) / Double(2 * right + wrong)
        }
        return occurring > 0 ? sum / Double(occurring) : 0
    }

    private static func calibrationError(_ judged: [JudgedSpectrum]) -> Double? {
        var bins = [(count: Int, difference: Double)](
            repeating: (0, 0), count: Int((1 / binWidth).rounded()))
        for spectrum in judged {
            for (probability, isPresent) in zip(spectrum.answer.probabilities, spectrum.truth.labels)
            where calibratedProbabilities.contains(probability) {
                let bin = min(Int(probability / binWidth), bins.count - 1)
                bins[bin].count += 1
                bins[bin].difference += Double(probability) - (isPresent ? 1 : 0)
            }
        }
        let total = bins.reduce(0) { $0 + $1.count }
        return total > 0 ? bins.reduce(0) { $0 + abs($1.difference) } / Double(total) : nil
    }

    private static func isInConformalSet(_ spectrum: JudgedSpectrum) -> Bool {
        let open = Set(spectrum.answer.conformal?.ambiguous ?? [])
        return spectrum.truth.labels.indices.allSatisfy {
            open.contains($0) || spectrum.answer.isCalled($0) == spectrum.truth.labels[$0]
        }
    }
}
