import Classifier
import Testing

@Suite("AnswerFigures")
struct AnswerFiguresTests {
    func spectrum(
        _ probabilities: [Float], _ labels: [Bool], shiftEV: Double = 0, estimatedEV: Double = 0,
        sigmaEV: Double = 0.1, ambiguous: [Int]? = nil
    ) -> JudgedSpectrum {
        JudgedSpectrum(
            answer: .init(
                probabilities: probabilities, modes: [.init(shiftEV: estimatedEV, sigmaEV: sigmaEV, weight: 1)],
                shiftSigmaEV: sigmaEV, conformal: ambiguous.map { (0.9, $0) }),
            truth: .init(
                labels: labels, shiftEV: shiftEV, fractions: labels.map { $0 ? 1 : 0 }, coversPresentElements: labels[0]
            ))
    }

    @Test("F1 over groups that occur, of labels together, and subset accuracy by hand")
    func accuracy() {
        let figures = AnswerFigures(
            [
                spectrum([0.9, 0.1, 0.2], [true, false, false]), spectrum([0.8, 0.6, 0.1], [true, false, false]),
                spectrum([0.3, 0.9, 0.1], [false, true, false]), spectrum([0.2, 0.4, 0.1], [false, true, false]),
            ], seed: 1)
        #expect(figures.subset.value == 0.5 && figures.subset.trials == 4)
        #expect(figures.subsetOfCovered.value == 0.5 && figures.subsetOfCovered.trials == 2)
        // Three right, one false alarm, one miss; the third group never occurs.
        #expect(abs(figures.microF1 - 0.75) < 1e-12)
        #expect(abs(figures.macroF1 - 0.75) < 1e-12)
        // Of the second group the miss (0.4) ranks below the false alarm (0.6).
        #expect(figures.averagePrecisions[2] == nil)
        let second = figures.averagePrecisions[1] ?? 0
        #expect(abs(second - 5.0 / 6) < 1e-12)
    }

    @Test("errors of the shift are not recentred, and sigma is held against them")
    func shift() throws {
        let errors = [0.05, 0.15, 0.25, 0.35]
        let figures = AnswerFigures(errors.map { spectrum([1], [true], shiftEV: 1, estimatedEV: 1 + $0) }, seed: 1)
        let shift = try #require(figures.shift)
        #expect(abs(shift.biasEV - 0.2) < 1e-9 && abs(shift.medianEV - 0.2) < 1e-9)
        #expect(abs(shift.spreadEV - 0.1118034) < 1e-6)
        #expect(figures.withinSigma.successes == 1 && figures.withinTwoSigma.successes == 2)
        #expect(figures.truthAmongModes.successes == 2 && figures.oneMode.value == 1)
    }

    @Test("a conformal set holds the truth where the wrong groups are among the open ones")
    func conformal() {
        let figures = AnswerFigures(
            [
                spectrum([0.9, 0.4], [true, true], ambiguous: [1]), spectrum([0.9, 0.4], [true, true], ambiguous: []),
                spectrum([0.9, 0.4], [true, false], ambiguous: [0, 1]),
            ], seed: 1)
        #expect(figures.conformal.successes == 2 && figures.conformal.trials == 3)
        #expect(figures.medianAmbiguous == 1)
    }

    @Test("the calibration error looks at probabilities from 0.05 to 0.95 alone")
    func calibration() throws {
        let sure = (0..<50).map { _ in spectrum([0.99], [false]) }
        let fair = (0..<50).map { spectrum([0.52], [$0 < 36]) }
        let error = try #require(AnswerFigures(sure + fair, seed: 1).calibrationError)
        #expect(abs(error - 0.2) < 1e-6)
    }
}
