import Decomposition

/// Accuracy of a model over labelled spectra, collected batch by batch.
///
/// A group counts as present from a probability of 0.5 on. Truth and answer are compared for every group of the label
/// vector, whether the library has examples of it or not.
public struct Evaluation: Sendable {
    /// The probability from which a group counts as present.
    public static let threshold: Float = 0.5
    /// Probabilities below this are left out of the calibration error: most labels are absent from most spectra, and
    /// the mass of near-zero probabilities would hide every fault of the rest.
    public static let leastCalibratedProbability: Float = 0.05

    private static let binWidth = 0.05

    /// Spectra seen so far.
    public private(set) var spectra = 0
    private let labelCount: Int
    private var correctVectors = 0
    private var correctLabels = 0
    private var truePositives: [Int]
    private var falsePositives: [Int]
    private var falseNegatives: [Int]
    private var bins = [Bin](repeating: Bin(), count: 20)
    private var shiftErrorsEV: [Double] = []
    private var combinations = 0
    private var correctCombinations = 0

    private struct Bin: Sendable {
        var count = 0
        var present = 0
        var probability = 0.0
    }

    /// Nothing seen yet, of so many labels a spectrum.
    public init(labelCount: Int) {
        self.labelCount = labelCount
        truePositives = [Int](repeating: 0, count: labelCount)
        falsePositives = [Int](repeating: 0, count: labelCount)
        falseNegatives = [Int](repeating: 0, count: labelCount)
    }

    /// Adds spectra.
    ///
    /// - Parameters:
    ///   - probabilities: `[count, labels]`, the model's answers.
    ///   - labels: `[count, labels]`, the truth, present above 0.5.
    ///   - count: How many spectra; the spans may be longer.
    public mutating func add(probabilities: Span<Float>, labels: Span<Float>, count: Int) {
        precondition(probabilities.count >= count * labelCount && labels.count >= count * labelCount, "one row each")
        for spectrum in 0..<count {
            var correct = 0
            for group in 0..<labelCount {
                let probability = probabilities[spectrum * labelCount + group]
                let isPresent = labels[spectrum * labelCount + group] > 0.5
                correct += tally(group: group, probability: probability, isPresent: isPresent) ? 1 : 0
            }
            correctLabels += correct
            correctVectors += correct == labelCount ? 1 : 0
        }
        spectra += count
    }

    /// Adds the combination of groups that a model tells of a spectrum, of models that tell one.
    public mutating func add(combination: [Bool], labels: Span<Float>) {
        combinations += 1
        correctCombinations += combination.indices.allSatisfy { combination[$0] == (labels[$0] > 0.5) } ? 1 : 0
    }

    /// Adds how well shifts were estimated, of models that estimate them.
    public mutating func add(estimatedShiftsEV: Span<Float>, appliedShiftsEV: Span<Float>, count: Int) {
        for index in 0..<count {
            shiftErrorsEV.append(Double(abs(estimatedShiftsEV[index] - appliedShiftsEV[index])))
        }
    }

    private mutating func tally(group: Int, probability: Float, isPresent: Bool) -> Bool {
        if probability >= Self.leastCalibratedProbability {
            let bin = min(Int(Double(probability) / Self.binWidth), bins.count - 1)
            bins[bin].count += 1
            bins[bin].present += isPresent ? 1 : 0
            bins[bin].probability += Double(probability)
        }
        switch (probability >= Self.threshold, isPresent) {
        case (true, true): truePositives[group] += 1
        case (true, false): falsePositives[group] += 1
        case (false, true): falseNegatives[group] += 1
        case (false, false): break
        }
        return (probability >= Self.threshold) == isPresent
    }
}

extension Evaluation {
    /// The figures of merit.
    public struct Metrics: Sendable, Hashable {
        /// Spectra they rest on.
        public let spectra: Int
        /// Share of spectra of which every label is right.
        public let subsetAccuracy: Double
        /// Share of spectra of which the combination of groups is right; absent for models that tell none.
        public let combinationAccuracy: Double?
        /// Share of right labels.
        public let labelAccuracy: Double
        /// Mean F1 = 2 TP / (2 TP + FP + FN) of the groups that occur.
        public let macroF1: Double
        /// F1 of all labels counted together.
        public let microF1: Double
        /// Expected calibration error: |share present - mean probability|, averaged over 19 bins of width 0.05 from
        /// 0.05 to 1, weighted by how many probabilities fall into each.
        public let expectedCalibrationError: Double
        /// Errors of the shift; absent for models that estimate none.
        public let shift: Shift?
    }

    /// Errors of an estimated shift, without sign, in eV.
    public struct Shift: Sendable, Hashable {
        /// Their mean.
        public let meanAbsoluteErrorEV: Double
        /// Their median.
        public let medianEV: Double
        /// 95 % of them are at most this.
        public let percentile95EV: Double
    }

    /// The figures for everything added so far.
    ///
    /// - Precondition: At least one spectrum was added.
    public var metrics: Metrics {
        precondition(spectra > 0, "figures need at least one spectrum")
        let occurring = truePositives.indices.filter { truePositives[$0] + falseNegatives[$0] > 0 }
        let perGroup = occurring.map { f1(truePositives[$0], falsePositives[$0], falseNegatives[$0]) }
        return Metrics(
            spectra: spectra,
            subsetAccuracy: Double(correctVectors) / Double(spectra),
            combinationAccuracy: combinations > 0 ? Double(correctCombinations) / Double(combinations) : nil,
            labelAccuracy: Double(correctLabels) / Double(spectra * labelCount),
            macroF1: perGroup.isEmpty ? 0 : perGroup.reduce(0, +) / Double(perGroup.count),
            microF1: f1(truePositives.reduce(0, +), falsePositives.reduce(0, +), falseNegatives.reduce(0, +)),
            expectedCalibrationError: calibrationError,
            shift: shift)
    }

    private var calibrationError: Double {
        let total = bins.reduce(0) { $0 + $1.count }
        guard total > 0 else { return 0 }
        return bins.reduce(0) { $0 + abs($1.probability - Double($1.present)) } / Double(total)
    }

    private var shift: Shift? {
        guard !shiftErrorsEV.isEmpty else { return nil }
        let sorted = shiftErrorsEV.sorted()
        return Shift(
            meanAbsoluteErrorEV: sorted.reduce(0, +) / Double(sorted.count),
            medianEV: Quantile.of(sorted, 0.5), percentile95EV: Quantile.of(sorted, 0.95))
    }

    private func f1(_ truePositive: Int, _ falsePositive: Int, _ falseNegative: Int) -> Double {
        let denominator = 2 * truePositive + falsePositive + falseNegative
        return denominator == 0 ? 0 : Double(2 * truePositive) / Double(denominator)
    }
}

extension Evaluation.Metrics {
    /// The figures as one line of JSON, without a newline; `maxShiftEV` is the largest shift the spectra had, if known.
    public func json(maxShiftEV: Double?) -> [UInt8] {
        var text = JSONText(reserving: 512)
        text.openObject()
        if let maxShiftEV {
            text.key("max_shift_eV")
            text.number(maxShiftEV, decimals: 3)
        }
        text.key("spectra")
        text.integer(spectra)
        text.key("subset_accuracy")
        text.number(subsetAccuracy, decimals: 6)
        if let combinationAccuracy {
            text.key("combination_accuracy")
            text.number(combinationAccuracy, decimals: 6)
        }
        text.key("label_accuracy")
        text.number(labelAccuracy, decimals: 6)
        text.key("macro_f1")
        text.number(macroF1, decimals: 6)
        text.key("micro_f1")
        text.number(microF1, decimals: 6)
        text.key("ece")
        text.number(expectedCalibrationError, decimals: 6)
        if let shift {
            text.key("shift_mae_eV")
            text.number(shift.meanAbsoluteErrorEV, decimals: 5)
            text.key("shift_median_eV")
            text.number(shift.medianEV, decimals: 5)
            text.key("shift_p95_eV")
            text.number(shift.percentile95EV, decimals: 5)
        }
        text.closeObject()
        return text.bytes
    }
}
