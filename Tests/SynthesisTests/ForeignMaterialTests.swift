import Spectroscopy
import Synthesis
import Testing

/// Lines that belong to no polymer: what models learn from has them, what they are judged on has not.
@Suite struct ForeignMaterialTests {
    let library: PolymerLibrary

    init() throws {
        library = try PolymerLibrary.shipped
    }

    func generator(_ effects: InstrumentEffects, plan: MeasurementPlan = MeasurementPlan()) -> MeasurementGenerator {
        MeasurementGenerator(library: library, effects: effects, maxShiftEV: 5, seed: 21, plan: plan)
    }

    @Test func lieInTheBackgroundAndCarryNoLabel() {
        var with = generator(.training)
        var without = generator(.all)
        var (a, b) = (Measurement.empty, Measurement.empty)
        var (bare, covered) = (0, 0)
        for _ in 0..<2000 {
            with.next(&a)
            without.next(&b)
            #expect(a.setup.serial == b.setup.serial && abs(a.shiftEV) <= 5)
            if a.constituents.isEmpty {
                bare += 1
                #expect(a.labels.allSatisfy { $0 == 0 } && a.contamination > 0 && !a.coversPresentElements)
                continue
            }
            #expect(a.labels == b.labels && a.constituents.map(\.polymer) == b.constituents.map(\.polymer))
            if a.intensities != b.intensities { covered += 1 }
        }
        // 18 % of the samples, two fifths of them without a polymer.
        #expect((100...190).contains(bare) && (150...290).contains(covered))
    }

    @Test func areNeverInWhatAPlanNames() {
        let plan = MeasurementPlan(sample: .mixtures)
        var (with, without) = (generator(.training, plan: plan), generator(.all, plan: plan))
        var (a, b) = (Measurement.empty, Measurement.empty)
        for _ in 0..<200 {
            with.next(&a)
            without.next(&b)
            #expect(a.intensities == b.intensities)
        }
    }

    /// What is not drawn by a plan's name is drawn now and then: O 1s alone, long windows, narrow ones, fine surveys.
    @Test func unusualSetupsAreSeen() {
        var source = generator(.all, plan: MeasurementPlan(drawsPerSetup: 1))
        var measurement = Measurement.empty
        var (oxygenAlone, long, narrow, fine) = (0, 0, 0, 0)
        for _ in 0..<1500 {
            source.nextTruth(&measurement)
            let regions = measurement.setup.regions
            if regions.map(\.name) == ["O 1s"] { oxygenAlone += 1 }
            for region in regions {
                let axis = region.axis
                let spanEV = axis.energyEV(at: axis.count - 1) - axis.energyEV(at: 0)
                if region.name == "C 1s", spanEV > 31 { long += 1 }
                if region.name == "C 1s", spanEV < 13 { narrow += 1 }
                if region.name == "survey", abs(region.axis.meanStepEV - 0.1) < 1e-9 { fine += 1 }
            }
        }
        #expect(oxygenAlone > 10 && long > 40 && narrow > 25 && fine > 8)
    }
}
