import Classifier
import Foundation
import NeuralNetwork
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

    /// The head sees where a spectrum departs from what is expected, in units of its noise, and only where it was recorded.
    @Test func whatIsLeftIsCompressedToTheNoise() throws {
        let pairs = CoreLevelWindow.layout.alignedCount / 2
        let carbon = try #require(CoreLevelWindow.all.firstIndex { $0.name == "C 1s" })
        let start = CoreLevelWindow.layout.alignedStarts[carbon] / 2
        func left(noise: Float) -> [Float] {
            var aligned = [Float](repeating: 0, count: pairs)
            for pair in start..<start + 60 { aligned[pair] = 1 }
            var reconstruction = [Float](repeating: 1, count: pairs)
            reconstruction[start + 7] = 0.5
            var levels = [Float](repeating: 0.5, count: CoreLevelWindow.all.count)
            levels[carbon] = noise
            return FamiliarityEvidence.left(aligned: aligned, reconstruction: reconstruction, noise: levels)
        }
        let (quiet, loud) = (left(noise: -3), left(noise: -1))
        #expect(quiet.count == pairs)
        for values in [quiet, loud] { #expect(values.indices.filter { values[$0] != 0 } == [start + 7]) }
        #expect(quiet[start + 7] > 2 * loud[start + 7] && loud[start + 7] > 0)
    }

    @Test func aHeadTellsKindsApartThatNoLineSeparates() {
        var random = RandomSource(seed: 7)
        /// Known rows lie in the middle, strange ones around them; a third column tells nothing.
        func rows(_ count: Int, radius: Double) -> [[Float]] {
            (0..<count).map { _ in
                let angle = 2 * Double.pi * random.uniform()
                let distance = radius + 0.3 * random.normal()
                return [Float(distance * cos(angle)), Float(distance * sin(angle)), Float(10 * random.normal())]
            }
        }
        let learnt = rows(2000, radius: 0) + rows(500, radius: 2)
        let head = FamiliarityHead(known: 2000, strange: 500, row: { learnt[$0] })
        let known = rows(400, radius: 0).map { head.score($0) }
        let strange = rows(400, radius: 2).map { head.score($0) }
        let bound = known.sorted()[379]
        #expect(strange.count { $0 > bound } > 380)
        #expect(FamiliarityHead(known: 1, strange: 1, row: { [Float($0), 1] }).score([.infinity, 0]).isFinite)
    }

    @Test(arguments: FamiliarityStrangers.Family.allCases)
    func strangersHavePlausibleLinesAndNoLabels(_ family: FamiliarityStrangers.Family) throws {
        let library = try PolymerLibrary.shipped
        let count = 200
        let strange = FamiliarityStrangers.library(from: library, families: [family], count: count, seed: 1)
        #expect(strange.polymers.count == count)
        #expect(strange.support.allSatisfy { $0 == 0 })
        for polymer in strange.polymers {
            #expect(polymer.components.contains { ["C 1s", "O 1s"].contains($0.coreLevel) })
            for line in polymer.components {
                #expect((0.2...16).contains(line.fwhmEV) && line.atoms > 0)
                #expect((40...720).contains(line.bindingEnergyEV))
            }
        }
        // No two are alike, and none is a polymer of the library.
        #expect(Set(strange.polymers.map { "\($0.components)" }).count == count)
        #expect(
            !strange.polymers.contains { stranger in
                library.polymers.contains { $0.components == stranger.components }
            })
        #expect(
            FamiliarityStrangers.library(from: library, families: [family], count: count, seed: 1).polymers
                == strange.polymers)
    }

    @Test func familiesAreDrawnApart() throws {
        let library = try PolymerLibrary.shipped
        let all = FamiliarityStrangers.library(from: library, count: 3, seed: 5).polymers
        let families = FamiliarityStrangers.Family.allCases
        #expect(all.count == 3 * families.count)
        let last = FamiliarityStrangers.library(from: library, families: families.suffix(1), count: 3, seed: 5).polymers
        #expect(Array(all.suffix(3)) == last)
    }
}
