import Spectroscopy
import Synthesis
import Testing

/// The truth of a measurement, and that each measurement follows from its seed.
@Suite struct MeasurementGeneratorTests {
    let library: PolymerLibrary

    init() throws {
        library = try PolymerLibrary.shipped
    }

    func generator(
        _ effects: InstrumentEffects = .all, maxShiftEV: Double = 5, seed: UInt64 = 1,
        plan: MeasurementPlan = MeasurementPlan()
    ) -> MeasurementGenerator {
        MeasurementGenerator(library: library, effects: effects, maxShiftEV: maxShiftEV, seed: seed, plan: plan)
    }

    @Test func sameSeedGivesSameMeasurements() {
        var first = generator(seed: 5)
        var second = generator(seed: 5)
        var other = generator(seed: 6)
        var (a, b, c) = (Measurement.empty, Measurement.empty, Measurement.empty)
        for _ in 0..<20 {
            first.next(&a)
            second.next(&b)
            other.next(&c)
            #expect(a.intensities == b.intensities)
            #expect(a.shiftEV == b.shiftEV && a.labels == b.labels && a.setup.serial == b.setup.serial)
            #expect(a.setup.serial != c.setup.serial && a.shiftEV != c.shiftEV)
        }
    }

    @Test func drawCanBeReachedByItsNumber() {
        var through = generator()
        var (a, b) = (Measurement.empty, Measurement.empty)
        for _ in 0..<12 { through.next(&a) }
        var direct = generator()
        direct.nextDraw = 11
        direct.next(&b)
        #expect(a.intensities == b.intensities && a.signal == b.signal && a.background == b.background)
    }

    @Test func setupIsKeptForItsDraws() {
        var source = generator(plan: MeasurementPlan(drawsPerSetup: 5))
        var measurement = Measurement.empty
        var serials: [Int] = []
        for _ in 0..<20 {
            source.next(&measurement)
            serials.append(measurement.setup.serial)
            #expect(measurement.intensities.map(\.count) == measurement.setup.regions.map(\.axis.count))
        }
        for draw in serials.indices { #expect(serials[draw] == serials[draw - draw % 5]) }
        #expect(Set(serials).count == 4)
    }

    @Test func basesOfConstituentsAndContaminationAddUpToTheSignal() {
        var source = generator()
        var measurement = Measurement.empty
        var basis: [[Float]] = []
        for _ in 0..<60 {
            source.next(&measurement)
            var sum = source.contaminationSignal(of: measurement)
            let share = source.sampleShare(of: measurement)
            #expect(share <= 1 - measurement.contamination + 1e-12)
            for constituent in measurement.constituents {
                source.basis(for: measurement, polymer: constituent.polymer, into: &basis)
                for (region, row) in basis.enumerated() {
                    for index in row.indices { sum[region][index] += Float(share * constituent.fraction) * row[index] }
                }
            }
            for (region, row) in sum.enumerated() {
                for index in row.indices {
                    let expected = measurement.signal[region][index]
                    #expect(abs(row[index] - expected) <= 1e-4 * expected + 1e-4 * Float(measurement.peakCounts))
                }
            }
        }
    }

    @Test func basisOfAnAbsentPolymerHasItsOwnErrors() {
        var source = generator(plan: MeasurementPlan(regions: .named(["C 1s"]), drawsPerSetup: 2))
        var measurement = Measurement.empty
        source.next(&measurement)
        let absent = library.polymers.indices.first { polymer in
            !measurement.constituents.contains { $0.polymer == polymer }
        }
        guard let absent else { return }
        let first = source.basis(for: measurement, polymer: absent, shiftEV: 0)
        #expect(first == source.basis(for: measurement, polymer: absent, shiftEV: 0))
        source.next(&measurement)
        #expect(first != source.basis(for: measurement, polymer: absent, shiftEV: 0))
    }

    @Test func withoutEffectsLinesAreNominal() {
        var source = generator(.none, maxShiftEV: 0, plan: MeasurementPlan(sample: .pureInTurn))
        var measurement = Measurement.empty
        for polymer in library.polymers.prefix(30) {
            source.next(&measurement)
            let axis = measurement.setup.regions[0].axis
            let nominal = (0..<axis.count).map { nominalDensity(of: polymer, atEV: axis.energyEV(at: $0)) }
            let scale = (measurement.signal[0].max() ?? 0) / Float(nominal.max() ?? 1)
            for index in nominal.indices {
                let expected = Float(nominal[index]) * scale
                #expect(abs(measurement.signal[0][index] - expected) < 3e-5 * Float(measurement.peakCounts))
            }
            #expect(measurement.background[0].allSatisfy { $0 == 0 })
            #expect(measurement.intensities == measurement.signal)
            #expect(measurement.coversPresentElements && measurement.shiftEV == 0)
        }
    }

    /// Intensity of a polymer's lines, straight from their definition.
    private func nominalDensity(of polymer: Polymer, atEV energyEV: Double) -> Double {
        polymer.components.reduce(0) { sum, component in
            let level = library.coreLevels[component.coreLevel]
            let splitEV = level?.doublet?.splitEV ?? 0
            guard abs(energyEV - component.bindingEnergyEV) < splitEV + 20 else { return sum }
            let area = component.atoms * (component.pseudoCrossSection ?? level?.crossSection ?? 0)
            let high = level?.doublet?.highMemberShare ?? 0
            let line = LineShape(
                centreEV: component.bindingEnergyEV, fwhmEV: component.fwhmEV,
                lorentzianFraction: component.lorentzianFraction)
            return sum + area
                * ((1 - high) * line.density(atEV: energyEV) + high * line.density(atEV: energyEV - splitEV))
        }
    }

    @Test func fractionsAreOfASampleAndLabelsOfItsConstituents() {
        var source = generator()
        var measurement = Measurement.empty
        var counts = [Int](repeating: 0, count: 5)
        var contaminated = 0
        let draws = 4000
        for _ in 0..<draws {
            source.nextTruth(&measurement)
            let constituents = measurement.constituents
            counts[constituents.count] += 1
            if measurement.contamination > 0 { contaminated += 1 }
            #expect(abs(constituents.reduce(0) { $0 + $1.fraction } - 1) < 1e-9)
            #expect(constituents.allSatisfy { $0.fraction >= MeasurementGenerator.smallestFraction - 1e-12 })
            #expect(Set(constituents.map(\.polymer)).count == constituents.count)
            for group in library.functionalGroups.indices {
                let isCarried = constituents.contains { library.polymers[$0.polymer].labels[group] }
                #expect((measurement.labels[group] == 1) == isCarried)
            }
        }
        for (count, share) in zip(1...4, [0.30, 0.35, 0.25, 0.10]) {
            #expect(abs(Double(counts[count]) / Double(draws) - share) < 0.03)
        }
        #expect(abs(Double(contaminated) / Double(draws) - 0.45) < 0.03)
    }

    @Test func noGroupIsInNearlyAllSpectraAndNoneThatExistsIsMissing() {
        var source = generator(seed: 3)
        var measurement = Measurement.empty
        var counts = [Int](repeating: 0, count: library.functionalGroups.count)
        for _ in 0..<4000 {
            source.nextTruth(&measurement)
            for group in counts.indices where measurement.labels[group] == 1 { counts[group] += 1 }
        }
        for (group, support) in library.support.enumerated() {
            if support == 0 {
                #expect(counts[group] == 0)
            } else {
                #expect(counts[group] > 60 && counts[group] < 3400)
            }
        }
    }

    @Test func shiftIsTheMeanOfTheConstituents() {
        var effects = InstrumentEffects.all
        effects.differentialCharging.share = 1
        var source = generator(effects, maxShiftEV: 3, plan: MeasurementPlan(sample: .mixtures))
        var measurement = Measurement.empty
        var largest = 0.0
        for _ in 0..<300 {
            source.nextTruth(&measurement)
            let shifts = measurement.constituents.map(\.shiftEV)
            #expect(abs(measurement.shiftEV) <= 3)
            #expect((shifts.min() ?? 0) <= measurement.shiftEV + 1e-9)
            #expect((shifts.max() ?? 0) >= measurement.shiftEV - 1e-9)
            #expect(measurement.spreadEV > 0)
            largest = max(largest, measurement.spreadEV)
        }
        #expect(largest > 0.2 && largest < 1.2)
        effects.differentialCharging.isOn = false
        source = generator(effects)
        source.nextTruth(&measurement)
        #expect(measurement.spreadEV == 0)
        #expect(measurement.constituents.allSatisfy { abs($0.shiftEV - measurement.shiftEV) < 1e-12 })
    }

    @Test func shiftMovesTheLinesToHigherEnergy() {
        var effects = InstrumentEffects.none
        effects.windows.isOn = false
        let plan = MeasurementPlan(sample: .pureInTurn)
        var source = generator(effects, maxShiftEV: 4, seed: 9, plan: plan)
        var still = generator(effects, maxShiftEV: 0, seed: 9, plan: plan)
        var (moved, fixed) = (Measurement.empty, Measurement.empty)
        for _ in 0..<10 {
            source.next(&moved)
            still.next(&fixed)
            #expect(abs(centroidEV(moved) - centroidEV(fixed) - moved.shiftEV) < 0.01)
        }
    }

    private func centroidEV(_ measurement: Measurement) -> Double {
        var (sum, moment) = (0.0, 0.0)
        for (region, row) in measurement.signal.enumerated() {
            for (index, value) in row.enumerated() {
                sum += Double(value)
                moment += Double(value) * measurement.setup.regions[region].axis.energyEV(at: index)
            }
        }
        return moment / sum
    }

    @Test func countsArePoissonAroundSignalAndBackground() {
        var source = generator(plan: MeasurementPlan(peakCounts: 300, regions: .named(["C 1s", "O 1s"])))
        var measurement = Measurement.empty
        var (counted, expected, chiSquared, points) = (0.0, 0.0, 0.0, 0.0)
        for _ in 0..<100 {
            source.next(&measurement)
            var highest: Float = 0
            for region in measurement.intensities.indices {
                for index in measurement.intensities[region].indices {
                    let mean = measurement.signal[region][index] + measurement.background[region][index]
                    let count = measurement.intensities[region][index]
                    highest = max(highest, mean)
                    #expect(count >= 0 && count == count.rounded())
                    counted += Double(count)
                    expected += Double(mean)
                    guard mean > 1 else { continue }
                    chiSquared += Double((count - mean) * (count - mean) / mean)
                    points += 1
                }
            }
            #expect(abs(highest - 300) < 0.01)
            #expect(measurement.peakCounts == 300)
        }
        #expect(abs(counted - expected) < 4 * expected.squareRoot())
        #expect(abs(chiSquared / points - 1) < 0.03)
    }
}
