import Foundation
import Spectroscopy
import Synthesis
import Testing

/// That every switch changes what it names and nothing that it does not.
@Suite struct InstrumentEffectsTests {
    /// What a switch acts on.
    enum Target: Sendable {
        case signal, background, counts, windows, contamination
    }

    typealias Path = any WritableKeyPath<InstrumentEffects, InstrumentEffects.Effect> & Sendable

    /// One switch by name, since a failure should say which.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let path: Path
        let target: Target

        init(_ name: String, _ path: Path, _ target: Target) {
            testDescription = name
            self.path = path
            self.target = target
        }
    }

    static let cases: [Case] = [
        Case("counting", \.counting, .counts), Case("Shirley step", \.shirleyStep, .background),
        Case("losses", \.losses, .background), Case("plasmon", \.plasmon, .background),
        Case("offset", \.offset, .background), Case("resolution", \.resolution, .signal),
        Case("Lorentzian mix", \.lorentzianMix, .signal), Case("asymmetry", \.asymmetry, .signal),
        Case("vibronic", \.vibronic, .signal), Case("shake-up", \.shakeUp, .signal),
        Case("differential charging", \.differentialCharging, .signal),
        Case("charge broadening", \.chargeBroadening, .signal), Case("windows", \.windows, .windows),
        Case("transmission", \.transmission, .signal), Case("library energies", \.libraryEnergies, .signal),
        Case("library widths", \.libraryWidths, .signal), Case("library atoms", \.libraryAtoms, .signal),
        Case("adventitious carbon", \.adventitiousCarbon, .contamination),
        Case("silicone", \.silicone, .contamination), Case("damage", \.damage, .signal),
    ]

    /// Draws a mixture of two polymers: by default ones with rings and a halogen, so that every effect has something
    /// to act on.
    func draw(
        _ effects: InstrumentEffects, of polymers: [String] = ["P4CS", "PVC"], seed: UInt64 = 11
    ) throws -> Synthesis.Measurement {
        let library = try PolymerLibrary.shipped.keeping { polymers.contains($0.abbreviation) }
        var generator = MeasurementGenerator(
            library: library, effects: effects, maxShiftEV: 2, seed: seed, plan: MeasurementPlan(sample: .mixtures))
        var measurement = Synthesis.Measurement.empty
        generator.next(&measurement)
        return measurement
    }

    @Test(arguments: cases) func switchChangesWhatItNames(_ item: Case) throws {
        let without = try draw(.none)
        var effects = InstrumentEffects.none
        effects[keyPath: item.path].isOn = true
        effects[keyPath: item.path].share = 1
        // The upper half of its range, since a weak draw need not show.
        let range = effects[keyPath: item.path].range
        effects[keyPath: item.path].range = (range.lowerBound + range.upperBound) / 2...range.upperBound
        let with = try draw(effects)
        #expect((with.setup.regions != without.setup.regions) == (item.target == .windows))
        #expect(with.shiftEV == without.shiftEV && with.labels == without.labels)
        guard item.target != .windows else { return }
        #expect(hasBackground(with) == (item.target == .background))
        #expect((shape(with) != shape(without)) == [.signal, .contamination].contains(item.target))
        let isCounted = zip(with.intensities.joined(), zip(with.signal.joined(), with.background.joined()))
            .contains { $0 != $1.0 + $1.1 }
        #expect(isCounted == (item.target == .counts))
    }

    @Test func effectsOfRegionsNeedRegions() throws {
        var base = InstrumentEffects.none
        base.windows.isOn = true
        base.offset.isOn = true
        let esters = ["PMMA", "PET"]
        let several = try (0..<50 as Range<UInt64>).first { seed in
            let names = try draw(base, of: esters, seed: seed).setup.regions.map(\.name)
            return names.contains("C 1s") && names.contains("O 1s")
        }
        let seed = try #require(several)
        let without = try draw(base, of: esters, seed: seed)
        for (path, movesSignal) in [(\InstrumentEffects.gain, true), (\.energyError, true), (\.slope, false)] {
            var effects = base
            effects[keyPath: path].isOn = true
            let with = try draw(effects, of: esters, seed: seed)
            #expect(with.setup.regions.map(\.axis) == without.setup.regions.map(\.axis))
            // A slope raises the highest channel and so changes the scale, but not the lines among themselves.
            #expect((shape(with) != shape(without)) == movesSignal, "\(path)")
            let isFlat = with.background.allSatisfy { $0.allSatisfy { [first = $0[0]] in $0 == first } }
            #expect(isFlat == movesSignal, "\(path)")
        }
        var effects = base
        effects.steps.isOn = true
        let axes = try (0..<8).map { try draw(effects, seed: $0).setup.regions[0].axis.meanStepEV }
        #expect(Set(axes).count > 2)
        #expect(without.setup.regions.allSatisfy { abs($0.axis.meanStepEV - 0.1) < 1e-12 })
    }

    private func hasBackground(_ measurement: Synthesis.Measurement) -> Bool {
        measurement.background.contains { $0.contains { $0 != 0 } }
    }

    /// The signal without its scale, coarse enough that rounding does not show.
    private func shape(_ measurement: Synthesis.Measurement) -> [Int] {
        let highest = measurement.signal.joined().max() ?? 1
        return measurement.signal.joined().map { Int(($0 / highest * 1e4).rounded()) }
    }

    @Test func switchLeavesOtherEffectsNumbersAsTheyWere() throws {
        let all = try draw(.all)
        var effects = InstrumentEffects.all
        effects.counting.isOn = false
        effects.shirleyStep.isOn = false
        effects.asymmetry.isOn = false
        let fewer = try draw(effects)
        #expect(all.setup.regions == fewer.setup.regions)
        #expect(all.shiftEV == fewer.shiftEV && all.contamination == fewer.contamination)
        #expect(all.constituents.map(\.fraction) == fewer.constituents.map(\.fraction))
    }

    @Test func effectsSurviveEncoding() throws {
        var effects = InstrumentEffects.all
        effects.damage.isOn = false
        effects.resolution.range = 0.4...0.6
        let decoded = try JSONDecoder().decode(InstrumentEffects.self, from: JSONEncoder().encode(effects))
        #expect(decoded == effects)
        #expect(decoded != .all)
    }
}
