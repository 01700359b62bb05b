import Spectroscopy
import Synthesis
import Testing

/// A virtual beamline's runs: what happens in them, and that it always happens alike.
struct ScenarioGeneratorTests {
    @Test(arguments: BeamlineScenario.Kind.allCases)
    func aRunIsDeterminedByItsSeed(kind: BeamlineScenario.Kind) throws {
        let library = try PolymerLibrary.shipped
        func counts(seed: UInt64) throws -> [[Float]] {
            let scenario = BeamlineScenario(kind, count: 16, seed: seed)
            let generator = try ScenarioGenerator(scenario, library: library, peakCounts: 1_000, seed: seed)
            #expect(Set(generator.regions.map(\.name)) == scenario.regions)
            return generator.counts(of: 3) + generator.counts(of: 12)
        }
        #expect(try counts(seed: 1) == counts(seed: 1))
        #expect(try counts(seed: 1) != counts(seed: 2))
        #expect(try counts(seed: 1).joined().allSatisfy { $0 >= 0 && $0.rounded() == $0 })
    }

    @Test(arguments: BeamlineScenario.Kind.allCases, [1, 2, 7, 100])
    func fractionsAreSharesOfTheSample(kind: BeamlineScenario.Kind, count: Int) {
        let scenario = BeamlineScenario(kind, count: count, seed: 5)
        for index in 0..<count {
            let frame = scenario.frame(index)
            let sum = frame.constituents.reduce(0) { $0 + $1.fraction }
            #expect(abs(sum - 1) < 1e-3 && frame.constituents.allSatisfy { (0...1).contains($0.fraction) })
            #expect(frame.pauseS >= 0 && frame == scenario.frame(index))
        }
    }

    @Test func inTimeEsterReplacesAlcoholAndTheChargeGrows() throws {
        let scenario = BeamlineScenario(.time, count: 50, chargeEV: 2, seed: 1)
        let generator = try ScenarioGenerator(
            scenario, library: try PolymerLibrary.shipped, peakCounts: 1_000, seed: 1)
        let (first, last) = (generator.groups(of: 0), generator.groups(of: 49))
        #expect(first.contains("alcohol (aliphatic)") && !first.contains("ester (aliphatic)"))
        #expect(last.contains("ester (aliphatic)") && !last.contains("alcohol (aliphatic)"))
        #expect(scenario.frame(0).shiftEV < 0.4 && scenario.frame(49).shiftEV > 1.6)
        // The C 1s of the last frame has moved to higher energies with it.
        let carbon = try #require(generator.regions.firstIndex { $0.name == "C 1s" })
        func meanEV(_ frame: Int) -> Double {
            let counts = generator.counts(of: frame)[carbon]
            let axis = generator.regions[carbon].axis
            let highest = counts.max() ?? 0
            var sums = (counts: 0.0, energies: 0.0)
            for (point, value) in counts.enumerated() where value > highest / 2 {
                sums.counts += Double(value)
                sums.energies += Double(value) * axis.energyEV(at: point)
            }
            return sums.energies / sums.counts
        }
        #expect(meanEV(49) > meanEV(0) + 1)
    }

    @Test func aMapHasRowsAndIslandsAndADepthProfileLayers() {
        let map = BeamlineScenario(.map, count: 400, seed: 3)
        let nylon = (0..<400).map { map.frame($0).constituents[1].fraction }
        #expect(nylon.contains { $0 > 0.9 } && nylon.contains { $0 < 0.1 })
        #expect(
            map.side == 20 && map.frame(20).pauseS > 0 && map.frame(20).coordinates.map(\.value).prefix(2) == [0, 5])
        let depth = BeamlineScenario(.depth, count: 30, seed: 3)
        let main = [0, 16, 29].map { index in
            depth.frame(index).constituents.max { $0.fraction < $1.fraction }?.polymer
        }
        #expect(main == ["PVDF", "PMMA", "PDMS"])
    }
}
