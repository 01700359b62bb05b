import Classifier
import Foundation
import Synthesis
import Testing

struct FamiliarityTests {
    @Test func aTrendStandardisesWhatTheNoiseExplains() {
        var random = RandomSource(seed: 5)
        let noise = (0..<8000).map { _ in Float(-4 + 4 * random.uniform()) }
        // The spread grows with the noise as the mean does.
        let values = noise.map { 2 * $0 + Float((0.5 + 0.1 * Double($0)) * random.normal()) }
        let trend = FamiliarityTrend(values, noise: noise)
        for range in [-3.2 ... -2.6, -2.3 ... -1.7, -1.4 ... -0.8] as [ClosedRange<Float>] {
            let found = zip(values, noise).filter { range.contains($1) }.map { trend.standardise($0, noise: $1) }
            let mean = found.reduce(0, +) / Float(found.count)
            let variance = found.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(found.count)
            #expect(abs(mean) < 0.15)
            #expect(abs(variance.squareRoot() - 1) < 0.15)
        }
    }

    @Test func aTrendGoesOnFromItsLastKnotThatHasExamples() {
        let noise = (0..<200).map { _ in Float(-3) }
        let trend = FamiliarityTrend((0..<200).map { $0 % 2 == 0 ? 1 : 3 }, noise: noise)
        #expect(trend.standardise(2, noise: 0) == 0)
        #expect(abs(trend.standardise(3, noise: -4) - 1) < 1e-3)
    }

    @Test func distancesAreCountedInTheSpreadOfTheClass() {
        var random = RandomSource(seed: 6)
        // Three directions, the first ten times as wide; the second class lies elsewhere.
        let classes = (0..<3000).map { $0 % 2 }
        let features = classes.map { index in
            [Float(10 * random.normal()) + Float(100 * index), Float(random.normal()), Float(random.normal())]
        }
        let distance = FamiliarityDistance(
            features: features, classes: classes, pools: CalibrationPools(classes: classes))
        let along = distance.logSquare([30, 0, 0], in: 0)
        let across = distance.logSquare([0, 30, 0], in: 0)
        #expect(across > along + 0.5)
        #expect(distance.logSquare([100, 0, 0], in: 1) < distance.logSquare([100, 0, 0], in: 0) - 1)
    }

    @Test func regressionTellsTwoKindsApart() {
        var random = RandomSource(seed: 7)
        func rows(_ centre: Double, _ count: Int) -> [[Float]] {
            (0..<count).map { _ in [Float(centre + random.normal()), Float(random.normal())] }
        }
        let weights = FamiliarityRegression.weights(positives: rows(2, 400), negatives: rows(0, 4000), width: 2)
        // Two normal distributions of unit variance: the logit is linear with a slope of their distance.
        #expect(abs(weights[0] - 2) < 0.3)
        #expect(abs(weights[1]) < 0.2)
        #expect(abs(weights[2] + 2) < 0.4)
    }

    @Test func strangersHaveTheSameElementsOnOtherEnergiesAndNoLabels() throws {
        let library = try PolymerLibrary.shipped
        let strange = try FamiliarityStrangers.library(from: library, seed: 1)
        #expect(strange.polymers.count == library.polymers.count)
        #expect(strange.elements == library.elements)
        #expect(strange.support.allSatisfy { $0 == 0 })
        var moved = 0
        for (polymer, known) in zip(strange.polymers, library.polymers) {
            #expect(polymer.components.map(\.coreLevel) == known.components.map(\.coreLevel))
            for (line, other) in zip(polymer.components, known.components)
            where abs(line.bindingEnergyEV - other.bindingEnergyEV) > 0.3 {
                moved += 1
            }
        }
        #expect(moved > strange.polymers.reduce(0) { $0 + $1.components.count } / 2)
        let again = try FamiliarityStrangers.library(from: library, seed: 1)
        #expect(again.polymers == strange.polymers)
    }
}
