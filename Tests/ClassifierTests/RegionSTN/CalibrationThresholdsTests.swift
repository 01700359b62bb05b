import Classifier
import Synthesis
import Testing

struct CalibrationThresholdsTests {
    /// Calibrated probabilities of one group, in class 0, and labels drawn from them.
    private static func rows(_ count: Int, seed: UInt64) -> (probabilities: [[Float]], labels: [[Bool]]) {
        var random = RandomSource(seed: seed)
        var rows: (probabilities: [[Float]], labels: [[Bool]]) = ([], [])
        for _ in 0..<count {
            let p = random.uniform()
            rows.probabilities.append([Float(p)])
            rows.labels.append([random.uniform() < p])
        }
        return rows
    }

    /// Of the surest calls, all of one probability, too many are wrong: none is made.
    @Test(arguments: [(Float(0.99), 5), (0.01, 5)]) func noCallIsMadeWhereNotEvenTheSurestHold(
        probability: Float, oneInWrong: Int
    ) {
        let labels = (0..<1000).map { [($0 % oneInWrong == 0) != (probability > 0.5)] }
        let classes = [Int](repeating: 0, count: 1000)
        let thresholds = CalibrationThresholds.fit(
            probabilities: labels.map { _ in [probability] }, labels: labels, classes: classes,
            pools: CalibrationPools(classes: classes))
        #expect(thresholds.decision(probability, group: 0, in: 0) == .undecided)
    }

    @Test func errorRatesHoldOnFreshSpectra() {
        let seen = Self.rows(8000, seed: 1)
        let classes = [Int](repeating: 0, count: 8000)
        let thresholds = CalibrationThresholds.fit(
            probabilities: seen.probabilities, labels: seen.labels, classes: classes,
            pools: CalibrationPools(classes: classes))
        let fresh = Self.rows(20_000, seed: 2)
        var (present, absent, undecided) = ((calls: 0, wrong: 0), (calls: 0, wrong: 0), 0)
        for (row, labels) in zip(fresh.probabilities, fresh.labels) {
            switch thresholds.decision(row[0], group: 0, in: 0) {
            case .present: present = (present.calls + 1, present.wrong + (labels[0] ? 0 : 1))
            case .absent: absent = (absent.calls + 1, absent.wrong + (labels[0] ? 1 : 0))
            case .undecided: undecided += 1
            }
        }
        #expect(Double(present.wrong) / Double(present.calls) < 0.06)
        #expect(Double(absent.wrong) / Double(absent.calls) < 0.03)
        // Uniform probabilities: 5 % of the calls above 0.9 are wrong, 2 % of those below 0.04.
        #expect(present.calls > 1400)
        #expect(absent.calls > 400)
        #expect(undecided > 0)
    }

    @Test func sureAnswersLeaveNothingUndecided() {
        let probabilities = (0..<400).map { [Float($0 % 2 == 0 ? 0.99 : 0.01)] }
        let labels = (0..<400).map { [$0 % 2 == 0] }
        let classes = [Int](repeating: 5, count: 400)
        let thresholds = CalibrationThresholds.fit(
            probabilities: probabilities, labels: labels, classes: classes, pools: CalibrationPools(classes: classes))
        #expect(thresholds.decision(0.99, group: 0, in: 5) == .present)
        #expect(thresholds.decision(0.51, group: 0, in: 5) == .present)
        #expect(thresholds.decision(0.01, group: 0, in: 5) == .absent)
    }
}
