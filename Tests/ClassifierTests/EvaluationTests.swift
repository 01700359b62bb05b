import Classifier
import Foundation
import Testing

@Suite("Evaluation")
struct EvaluationTests {
    func evaluation(_ probabilities: [Float], _ labels: [Float], labelCount: Int) -> Evaluation {
        var evaluation = Evaluation(labelCount: labelCount)
        evaluation.add(
            probabilities: probabilities.span, labels: labels.span, count: probabilities.count / labelCount)
        return evaluation
    }

    @Test("figures of a case counted by hand")
    func byHand() {
        // Group:      a    b    c            a TP, b TN, c TN
        //             .9   .1   .01          a FN, b TP, c TN
        //             .4   .6   .02          a TN, b FP, c TN
        let metrics = evaluation(
            [0.9, 0.1, 0.01, 0.4, 0.6, 0.02, 0.3, 0.7, 0.03], [1, 0, 0, 1, 1, 0, 0, 0, 0], labelCount: 3
        ).metrics
        #expect(metrics.spectra == 3)
        #expect(abs(metrics.subsetAccuracy - 1.0 / 3) < 1e-12)
        #expect(abs(metrics.labelAccuracy - 7.0 / 9) < 1e-12)
        // a: 2·1 / (2 + 0 + 1), b: 2·1 / (2 + 1 + 0); c does not occur. Micro: 2·2 / (4 + 1 + 1).
        #expect(abs(metrics.macroF1 - 2.0 / 3) < 1e-12)
        #expect(abs(metrics.microF1 - 2.0 / 3) < 1e-12)
        // Six probabilities of at least 0.05, each in a bin of its own: .1 .1 .6 .4 .3 .7
        #expect(abs(metrics.expectedCalibrationError - (0.1 + 0.1 + 0.6 + 0.4 + 0.3 + 0.7) / 6) < 1e-6)
        #expect(metrics.shift == nil)
    }

    @Test("a perfectly calibrated answer has no calibration error, and near-zeros do not dilute it")
    func calibration() {
        var probabilities = [Float](repeating: 0.75, count: 400)
        var labels = (0..<400).map { $0 % 4 == 0 ? Float(0) : 1 }
        #expect(evaluation(probabilities, labels, labelCount: 1).metrics.expectedCalibrationError < 1e-9)
        probabilities = [Float](repeating: 0.95, count: 400)
        labels += [Float](repeating: 0, count: 10_000)
        let diluted = evaluation(
            probabilities + [Float](repeating: 0.01, count: 10_000), labels, labelCount: 1)
        #expect(abs(diluted.metrics.expectedCalibrationError - 0.2) < 1e-6)
    }

    @Test("a combination is right or wrong as a whole, and is counted only where one was told")
    func combinations() {
        var evaluation = evaluation([0.9, 0.1, 0.2, 0.3], [1, 0, 1, 0], labelCount: 2)
        #expect(evaluation.metrics.combinationAccuracy == nil)
        evaluation.add(combination: [true, false], labels: ([1, 0] as [Float]).span)
        evaluation.add(combination: [true, true], labels: ([1, 0] as [Float]).span)
        #expect(evaluation.metrics.combinationAccuracy == 0.5 && evaluation.metrics.subsetAccuracy == 0.5)
    }

    @Test("errors of the shift, without sign")
    func shifts() throws {
        var evaluation = evaluation([0, 0, 0, 0, 0], [0, 0, 0, 0, 0], labelCount: 1)
        evaluation.add(
            estimatedShiftsEV: ([1, 2, 3, 4, 5] as [Float]).span,
            appliedShiftsEV: ([1.5, 1, 3, 4.25, 3] as [Float]).span, count: 5)
        let shift = try #require(evaluation.metrics.shift)
        #expect(abs(shift.meanAbsoluteErrorEV - 3.75 / 5) < 1e-9)
        #expect(shift.medianEV == 0.5)
        #expect(abs(shift.percentile95EV - 1.8) < 1e-9)
    }

    @Test("JSON holds the promised keys, and shift keys only where a shift was estimated")
    func json() throws {
        let evaluation = evaluation([0.9, 0.2], [1, 0], labelCount: 2)
        let object = try JSONSerialization.jsonObject(with: Data(evaluation.metrics.json(maxShiftEV: 3)))
        let keys = try #require(object as? [String: Any]).keys
        #expect(
            Set(keys) == [
                "max_shift_eV", "spectra", "subset_accuracy", "label_accuracy", "macro_f1", "micro_f1", "ece",
            ])
    }
}
