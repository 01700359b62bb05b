import Classifier
import Synthesis
import Testing

struct ConformalQuantilesTests {
    /// Probabilities of eight groups and labels drawn from them, the surer the lower the class.
    private static func spectrum(_ random: inout RandomSource, in index: Int) -> (
        probabilities: [Float], labels: [Bool]
    ) {
        var (probabilities, labels): ([Float], [Bool]) = ([], [])
        for _ in 0..<8 {
            let doubt = random.uniform() * (index == 0 ? 0.1 : 0.4)
            let p = random.uniform() < 0.5 ? doubt : 1 - doubt
            probabilities.append(Float(p))
            labels.append(random.uniform() < p)
        }
        return (probabilities, labels)
    }

    @Test(arguments: [0, 6]) func setsCoverTheWholeVectorAsStated(index: Int) {
        var random = RandomSource(seed: 21)
        let classes = (0..<6000).map { $0 % 2 * 6 }
        let scores = classes.map { index in
            let drawn = Self.spectrum(&random, in: index)
            return ConformalQuantiles.nonconformity(probabilities: drawn.probabilities, labels: drawn.labels)
        }
        let fitted = ConformalQuantiles.fit(scores, pools: CalibrationPools(classes: classes))
        var covered = 0
        var stated: Float = 0
        for _ in 0..<6000 {
            let drawn = Self.spectrum(&random, in: index)
            let (coverage, ambiguous) = fitted.set(drawn.probabilities, in: index)
            stated = coverage
            let isIn = drawn.labels.indices.allSatisfy {
                ambiguous.contains($0) || (drawn.probabilities[$0] >= 0.5) == drawn.labels[$0]
            }
            covered += isIn ? 1 : 0
        }
        #expect(stated >= Float(ConformalQuantiles.coverage))
        #expect(abs(Double(covered) / 6000 - Double(stated)) < 0.02)
    }

    @Test func singleAnswersSufficeWhereTheyAreRightOftenEnough() {
        let scores = (0..<1000).map { Float($0 < 960 ? 0.1 : 0.9) }
        let fitted = ConformalQuantiles.fit(scores, pools: CalibrationPools(classes: [Int](repeating: 0, count: 1000)))
        let (coverage, ambiguous) = fitted.set([0.45, 0.9, 0.02], in: 0)
        #expect(abs(coverage - 0.96) < 0.002)
        #expect(ambiguous.isEmpty)
    }

    @Test func tooFewExamplesLeaveEverythingOpen() {
        let fitted = ConformalQuantiles.fit([0.9, 0.7], pools: CalibrationPools(classes: [0, 0]))
        #expect(fitted.set([0.001, 0.5], in: 0).ambiguous == [0, 1])
    }
}
