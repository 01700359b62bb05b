import Decomposition
import Testing

@Suite("Group threshold")
struct GroupThresholdTests {
    @Test("lies where most label vectors are right")
    func choice() {
        let shares = [[0.9, 0.04, 0.0], [0.5, 0.3, 0.1], [0.2, 0.02, 0.8], [0.6, 0.03, 0.02]]
        let labels = [[true, false, false], [true, true, true], [true, false, true], [true, true, false]]
        let threshold = GroupThreshold(choosingFrom: shares, labels: labels)
        // Three are right from 0.02 to 0.03 and from 0.04 to 0.1; the wider interval is chosen.
        #expect(threshold.share > 0.04 && threshold.share <= 0.1)
        #expect(threshold.calls([0.5, 0.1, 0.01]) == [true, true, false])
    }

    @Test("no group of zero share is present, whatever the threshold")
    func zero() {
        #expect(GroupThreshold(share: 0).calls([0, 0.1]) == [false, true])
    }

    @Test("shares of a group's carriers add up, and figures count what is right")
    func figures() {
        #expect(
            GroupThreshold.groupShares([0.5, 0.3, 0.2], carriers: [[true, false, true], [false, false, false]])
                == [0.7, 0])
        let answers = [
            LabelledAnswer(groupShares: [0.5, 0.0], labels: [true, false], shiftErrorEV: 0.1),
            LabelledAnswer(groupShares: [0.5, 0.3], labels: [true, false], shiftErrorEV: -0.3),
        ]
        let figures = BaselineFigures(answers, threshold: GroupThreshold(share: 0.1), secondsPerSpectrum: 1)
        #expect(figures.subsetAccuracy == 0.5)
        #expect(abs(figures.microF1 - 0.8) < 1e-12)
        #expect(abs((figures.shiftMedianEV ?? 0) - 0.2) < 1e-12)
    }
}
