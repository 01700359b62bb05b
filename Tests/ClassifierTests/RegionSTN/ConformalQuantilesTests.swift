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
        let classes = (0..<12_000).map { $0 % 2 * 6 }
        let known = classes.map { Self.spectrum(&random, in: $0) }
        let fitted = ConformalQuantiles.fit(
            probabilities: known.map(\.probabilities), labels: known.map(\.labels),
            pools: CalibrationPools(classes: classes))
        let fresh = (0..<12_000).map { _ in Self.spectrum(&random, in: index) }
            .sorted { ConformalQuantiles.doubt($0.probabilities) < ConformalQuantiles.doubt($1.probabilities) }
        // As stated of all, and of the surer and the less sure half alike.
        for part in [fresh[...], fresh[..<6000], fresh[6000...]] {
            var (covered, stated) = (0, 0.0)
            for drawn in part {
                let (coverage, ambiguous) = fitted.set(drawn.probabilities, in: index)
                stated += Double(coverage) / Double(part.count)
                let isIn = drawn.labels.indices.allSatisfy {
                    ambiguous.contains($0) || (drawn.probabilities[$0] >= 0.5) == drawn.labels[$0]
                }
                covered += isIn ? 1 : 0
            }
            #expect(stated >= ConformalQuantiles.coverage - 1e-6)
            #expect(abs(Double(covered) / Double(part.count) - stated) < 0.02)
        }
    }

    @Test func singleAnswersSufficeWhereTheyAreRightOftenEnough() {
        let fitted = ConformalQuantiles.fit(
            probabilities: [[Float]](repeating: [0.1], count: 1000), labels: (0..<1000).map { [$0 % 25 == 0] },
            pools: CalibrationPools(classes: [Int](repeating: 0, count: 1000)))
        let (coverage, ambiguous) = fitted.set([0.45, 0.9, 0.02], in: 0)
        #expect(abs(coverage - 0.96) < 0.005)
        #expect(ambiguous.isEmpty)
    }

    @Test func tooFewExamplesLeaveEverythingOpen() {
        let fitted = ConformalQuantiles.fit(
            probabilities: [[0.9], [0.3]], labels: [[false], [true]], pools: CalibrationPools(classes: [0, 0]))
        #expect(fitted.set([0.001, 0.5], in: 0).ambiguous == [0, 1])
    }
}
