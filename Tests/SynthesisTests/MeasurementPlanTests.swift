import Spectroscopy
import Synthesis
import Testing

/// Setups and plans: which windows are recorded, and that they tell nothing of the sample.
@Suite struct MeasurementPlanTests {
    let library: PolymerLibrary

    init() throws {
        library = try PolymerLibrary.shipped
    }

    func generator(_ plan: MeasurementPlan, seed: UInt64 = 1) -> MeasurementGenerator {
        MeasurementGenerator(library: library, effects: .all, maxShiftEV: 5, seed: seed, plan: plan)
    }

    @Test func regionsAscendWithoutOverlap() {
        var source = generator(MeasurementPlan(drawsPerSetup: 1))
        var measurement = Measurement.empty
        var kinds: [String: Int] = [:]
        for _ in 0..<1500 {
            source.nextTruth(&measurement)
            let ranges = measurement.setup.regions.map(\.bindingRangeEV)
            #expect(!ranges.isEmpty)
            for (range, next) in zip(ranges, ranges.dropFirst()) { #expect(range.upperBound < next.lowerBound) }
            // Long windows about F 1s go beyond the grid, as real ones do.
            #expect(ranges.allSatisfy { $0.lowerBound >= 40 && $0.upperBound <= 715 })
            let names = measurement.setup.regions.map(\.name)
            if names.contains("survey") { kinds[names.count == 1 ? "survey alone" : "beside", default: 0] += 1 }
            if names == ["C 1s"] { kinds["C alone", default: 0] += 1 }
            if !names.contains("C 1s"), names != ["survey"] { kinds["no C", default: 0] += 1 }
        }
        #expect(abs(Double(kinds["survey alone"] ?? 0) / 1500 - 0.1) < 0.03)
        // A tenth of the others have a survey beside them, in several parts.
        #expect(abs(Double(kinds["beside"] ?? 0) / 1500 - 0.09) < 0.025)
        #expect(abs(Double(kinds["C alone"] ?? 0) / 1500 - 0.2) < 0.04)
        #expect(abs(Double(kinds["no C"] ?? 0) / 1500 - 0.067) < 0.025)
    }

    /// A survey beside regions fills what lies between them, coarser and wider, and its time is told, as theirs is.
    @Test func surveysBesideRegionsFillTheGaps() throws {
        var source = generator(MeasurementPlan(drawsPerSetup: 1), seed: 3)
        var measurement = Measurement.empty
        var found = 0
        while found < 20 {
            source.nextTruth(&measurement)
            let regions = measurement.setup.regions
            guard regions.contains(where: { $0.name == "survey" }), regions.count > 1 else { continue }
            found += 1
            #expect(regions.allSatisfy { $0.exposureS != nil })
            #expect(regions.filter { $0.name == "survey" }.allSatisfy { $0.axis.meanStepEV >= 0.2 })
            for (region, next) in zip(regions, regions.dropFirst()) {
                let gapEV = next.bindingRangeEV.lowerBound - region.bindingRangeEV.upperBound
                #expect(gapEV > 0 && gapEV < 8, "\(gapEV)")
            }
        }
    }

    @Test("under other photons lines weigh by their cross-sections, and what these do not reach is not recorded")
    func otherPhotons() throws {
        let table = CrossSectionTable.standard
        let (carbon, oxygen) = (try #require(PhotoelectronLine("C 1s")), try #require(PhotoelectronLine("O 1s")))
        var effects = InstrumentEffects.none
        effects.windows.isOn = true
        func ratio(_ photonEnergyEV: Double) -> Double {
            var source = MeasurementGenerator(
                library: library, effects: effects, maxShiftEV: 0, seed: 4,
                plan: MeasurementPlan(regions: .named(["C 1s", "O 1s"]), photonEnergyEV: photonEnergyEV))
            var measurement = Measurement.empty
            source.next(&measurement) {
                $0.constituents.allSatisfy { library.polymers[$0.polymer].abbreviation != "PE" }
            }
            #expect(measurement.setup.regions.allSatisfy { $0.photonEnergyEV == photonEnergyEV })
            let areas = measurement.signal.map { $0.reduce(0.0) { $0 + Double($1) } }
            return areas[1] / areas[0]
        }
        let aluminium = ratio(CrossSectionTable.aluminiumEV)
        for energyEV in [700.0, 1253.6, 4000] {
            let expected =
                try #require(table.relativeToAluminium(oxygen, photonEnergyEV: energyEV))
                / #require(table.relativeToAluminium(carbon, photonEnergyEV: energyEV))
            #expect(abs(ratio(energyEV) / aluminium / expected - 1) < 1e-4)
        }
        var source = generator(MeasurementPlan(regions: .all, photonEnergyEV: 600))
        var measurement = Measurement.empty
        source.nextTruth(&measurement)
        #expect(measurement.setup.regions.allSatisfy { $0.bindingRangeEV.upperBound < 480 })
        source = generator(
            MeasurementPlan(photonEnergyEV: MeasurementPlan.photonEnergiesEV.lowerBound, drawsPerSetup: 1))
        for _ in 0..<200 {
            source.nextTruth(&measurement)
            #expect(!measurement.setup.regions.isEmpty)
        }
    }

    @Test func namedRegionsAreRecorded() {
        var source = generator(MeasurementPlan(regions: .named(["C 1s", "O 1s"]), drawsPerSetup: 1))
        var measurement = Measurement.empty
        for _ in 0..<30 {
            source.nextTruth(&measurement)
            #expect(measurement.setup.regions.map(\.name) == ["C 1s", "O 1s"])
        }
        source = generator(MeasurementPlan(regions: .all))
        source.nextTruth(&measurement)
        // Na 2s and Br 3d are measured as one where they overlap, and so are Si 2s and S 2p.
        #expect(measurement.setup.regions.count >= MeasurementPlan.regionNames.count - 2)
        source = generator(MeasurementPlan(regions: .survey))
        source.nextTruth(&measurement)
        #expect(measurement.setup.regions.map(\.name) == ["survey"])
    }

    /// Design, “The edges of a window must not tell the shift”: no linear trace of shift or labels in edges, steps,
    /// number of regions or what is told of exposures.
    @Test func windowsTellNothingOfShiftOrLabels() {
        var source = generator(MeasurementPlan(drawsPerSetup: 1), seed: 21)
        var measurement = Measurement.empty
        let draws = 20_000
        var features: [[Double]] = []
        var targets: [[Double]] = []
        for _ in 0..<draws {
            source.nextTruth(&measurement)
            let regions = measurement.setup.regions
            let carbon = regions.first { $0.name == "C 1s" }?.bindingRangeEV ?? 278...300
            let oxygen = regions.first { $0.name == "O 1s" }?.bindingRangeEV ?? 525...544
            features.append([
                carbon.lowerBound, carbon.upperBound, oxygen.lowerBound, oxygen.upperBound,
                Double(regions.count), regions.map(\.axis.meanStepEV).reduce(0, +) / Double(regions.count),
                regions[0].dwellS == nil ? 0 : 1,
            ])
            targets.append(
                [measurement.shiftEV, measurement.spreadEV, measurement.contamination]
                    + [2, 9, 18, 39].map { Double(measurement.labels[$0]) })
        }
        for feature in features[0].indices {
            for target in targets[0].indices {
                let correlation = correlation(features.map { $0[feature] }, targets.map { $0[target] })
                // Five standard deviations of what chance gives.
                let limit = 5 / Double(draws).squareRoot()
                // The spread weighs constituents by what is recorded, so it alone may follow the windows.
                if target != 1 { #expect(abs(correlation) < limit, "feature \(feature), target \(target)") }
            }
        }
    }

    private func correlation(_ x: [Double], _ y: [Double]) -> Double {
        let count = Double(x.count)
        let (meanX, meanY) = (x.reduce(0, +) / count, y.reduce(0, +) / count)
        var (xx, yy, xy) = (0.0, 0.0, 0.0)
        for (a, b) in zip(x, y) {
            xx += (a - meanX) * (a - meanX)
            yy += (b - meanY) * (b - meanY)
            xy += (a - meanX) * (b - meanY)
        }
        return xx > 0 && yy > 0 ? xy / (xx * yy).squareRoot() : 0
    }

    @Test func pureInTurnWalksThroughTheLibrary() {
        var source = generator(MeasurementPlan(sample: .pureInTurn, contamination: .within(0.05...0.15)))
        var measurement = Measurement.empty
        for polymer in library.polymers.indices {
            source.nextTruth(&measurement)
            #expect(measurement.constituents.map(\.polymer) == [polymer])
            #expect(measurement.constituents.map(\.fraction) == [1])
            #expect(measurement.contamination >= 0.05 && measurement.contamination <= 0.15)
        }
        source = generator(MeasurementPlan(contamination: .none))
        for _ in 0..<100 {
            source.nextTruth(&measurement)
            #expect(measurement.contamination == 0)
            #expect(abs(source.sampleShare(of: measurement) - 1) < 1e-12)
        }
    }

    @Test func coverageFollowsRegionsAndShift() {
        let plan = MeasurementPlan(regions: .named(["C 1s"]), sample: .pureInTurn, contamination: .none)
        var source = MeasurementGenerator(library: library, effects: .all, maxShiftEV: 0.5, seed: 2, plan: plan)
        var measurement = Measurement.empty
        for polymer in library.polymers {
            source.nextTruth(&measurement)
            let hasCarbonAlone = polymer.components.allSatisfy { $0.coreLevel == "C 1s" }
            #expect(measurement.coversPresentElements == hasCarbonAlone, "\(polymer.abbreviation)")
        }
    }

    @Test(arguments: UnfamiliarMaterial.allCases)
    func unfamiliarMaterialsCarryNoLabel(_ material: UnfamiliarMaterial) {
        var source = generator(MeasurementPlan(peakCounts: 1e4, regions: .survey, sample: .unfamiliar(material)))
        var measurement = Measurement.empty
        for _ in 0..<20 {
            source.next(&measurement)
            #expect(measurement.labels.allSatisfy { $0 == 0 })
            #expect(measurement.constituents.isEmpty && !measurement.coversPresentElements)
            #expect(abs(measurement.shiftEV) <= 5)
            #expect((measurement.signal[0].max() ?? 0) > 1000)
            let rest = source.contaminationSignal(of: measurement)
            #expect(zip(rest[0], measurement.signal[0]).allSatisfy { abs($0 - $1) < 1 })
        }
    }
}
