import Synthesis
import Testing

/// Lines that differ from their tabulation by given errors, and how a row changes with them.
@Suite struct LineErrorsTests {
    let library: PolymerLibrary

    init() throws {
        library = try PolymerLibrary.shipped
    }

    private func generator(_ effects: InstrumentEffects = .all) -> MeasurementGenerator {
        MeasurementGenerator(
            library: library, effects: effects, maxShiftEV: 5, seed: 51,
            plan: MeasurementPlan(peakCounts: 1e4, regions: .named(["C 1s", "O 1s"])))
    }

    private func norm(_ row: some Sequence<Float>) -> Double {
        row.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    }

    @Test func noErrorIsTheTabulation() {
        var source = generator()
        var measurement = Measurement.empty
        var rows: [[Float]] = []
        source.next(&measurement)
        for polymer in stride(from: 0, to: library.polymers.count, by: 7) {
            source.nominalBasis(for: measurement, polymer: polymer, into: &rows)
            let errors = source.tabulatedLines(of: polymer)
            let own = source.basis(for: measurement, substance: polymer, errors: errors, shiftEV: 0)
            let derived = source.derivatives(for: measurement, substance: polymer, errors: errors, shiftEV: 0)
            #expect(own == rows.flatMap { $0 })
            #expect(norm(zip(own, derived.values).map { $0 - $1 }) <= 1e-5 * norm(own))
        }
    }

    @Test func derivativesAreTheChangesOfRows() {
        var source = generator()
        var measurement = Measurement.empty
        var checked = 0
        for polymer in stride(from: 3, to: library.polymers.count, by: 19) {
            source.next(&measurement)
            let none = source.tabulatedLines(of: polymer)
            let derived = source.derivatives(for: measurement, substance: polymer, errors: none, shiftEV: 0)
            for (place, change) in derived.byError {
                var (above, below) = (none, none)
                above.deviations[place] = 0.25
                below.deviations[place] = -0.25
                let high = source.basis(for: measurement, substance: polymer, errors: above, shiftEV: 0)
                let low = source.basis(for: measurement, substance: polymer, errors: below, shiftEV: 0)
                let slope = zip(high, low).map { ($0 - $1) * 2 }
                #expect(norm(zip(slope, change).map { $0 - $1 }) < 0.05 * norm(change) + 1e-3)
                checked += 1
            }
            let high = source.basis(for: measurement, substance: polymer, errors: none, shiftEV: 0.02)
            let low = source.basis(for: measurement, substance: polymer, errors: none, shiftEV: -0.02)
            let slope = zip(high, low).map { ($0 - $1) * 25 }
            #expect(norm(zip(slope, derived.byShiftEV).map { $0 - $1 }) < 0.05 * norm(slope) + 1e-3)
        }
        #expect(checked > 30)
    }

    @Test func aLibraryWithoutErrorsHasNone() {
        var effects = InstrumentEffects.all
        for path in [\InstrumentEffects.libraryEnergies, \.libraryWidths, \.libraryAtoms, \.shakeUp] {
            effects[keyPath: path].isOn = false
        }
        var source = generator(effects)
        var measurement = Measurement.empty
        source.next(&measurement)
        #expect(source.commonScatterEV == 0)
        for polymer in library.polymers.indices {
            let derived = source.derivatives(
                for: measurement, substance: polymer, errors: source.tabulatedLines(of: polymer), shiftEV: 0)
            #expect(derived.byError.isEmpty)
        }
    }
}
