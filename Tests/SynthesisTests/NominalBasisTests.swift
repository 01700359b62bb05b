import Synthesis
import Testing

/// The library as tabulated, in a measurement whose own lines were drawn.
@Suite struct NominalBasisTests {
    let library: PolymerLibrary

    init() throws {
        library = try PolymerLibrary.shipped
    }

    /// Every effect but the library's errors and the constituents' own shifts.
    let exact: InstrumentEffects = {
        var effects = InstrumentEffects.all
        for path in [
            \InstrumentEffects.libraryEnergies, \.libraryWidths, \.libraryAtoms, \.shakeUp, \.differentialCharging,
        ] { effects[keyPath: path].isOn = false }
        return effects
    }()

    func generator(
        _ effects: InstrumentEffects, maxShiftEV: Double = 5, plan: MeasurementPlan = MeasurementPlan()
    ) -> MeasurementGenerator {
        MeasurementGenerator(library: library, effects: effects, maxShiftEV: maxShiftEV, seed: 21, plan: plan)
    }

    @Test func isTheBasisWhereTheLibraryHasNoErrors() {
        var source = generator(exact)
        var measurement = Measurement.empty
        var rows: [[Float]] = []
        for _ in 0..<5 {
            source.next(&measurement)
            for polymer in stride(from: 0, to: library.polymers.count, by: 7) {
                source.nominalBasis(for: measurement, polymer: polymer, into: &rows)
                #expect(rows == source.basis(for: measurement, polymer: polymer))
            }
        }
    }

    @Test func knowsNothingOfTheErrorsOfASpectrum() {
        // Errors of the library leave the other effects' numbers as they were, but for the scale of counts.
        var source = generator(.all)
        var other = generator(exact)
        var (measurement, twin) = (Measurement.empty, Measurement.empty)
        var rows: [[Float]] = []
        for _ in 0..<5 {
            source.next(&measurement)
            other.next(&twin)
            for polymer in stride(from: 0, to: library.polymers.count, by: 7) {
                source.nominalBasis(for: measurement, polymer: polymer, into: &rows)
                let nominal = scaled(rows)
                let expected = scaled(other.basis(for: twin, polymer: polymer, shiftEV: measurement.shiftEV))
                #expect(zip(nominal, expected).allSatisfy { abs($0 - $1) < 1e-5 })
                let drawn = scaled(source.basis(for: measurement, polymer: polymer))
                #expect(drawn != nominal || drawn.allSatisfy { $0 == 0 })
            }
        }
    }

    @Test func contaminationIsTheSameInEverySpectrum() throws {
        var source = generator(
            .none, maxShiftEV: 0, plan: MeasurementPlan(contamination: .within(0.1...0.1), drawsPerSetup: 2))
        var measurement = Measurement.empty
        source.next(&measurement)
        func nominal() -> [[Float]] {
            source.contaminants(of: measurement).map { substance in
                source.basis(
                    for: measurement, substance: substance, errors: source.tabulatedLines(of: substance), shiftEV: 0)
            }
        }
        let first = nominal()
        let drawn = scaled(source.contaminationSignal(of: measurement))
        source.next(&measurement)
        let second = nominal()
        #expect(first.count == 1 && second.count == 1)
        let (one, other) = (scaled(first), scaled(second))
        #expect(zip(one, other).allSatisfy { abs($0 - $1) < 1e-5 })
        let again = scaled(source.contaminationSignal(of: measurement))
        #expect(zip(drawn, again).contains { abs($0 - $1) > 1e-3 })
    }

    /// All regions one after another, as shares of the highest point.
    private func scaled(_ rows: [[Float]]) -> [Float] {
        let points = rows.flatMap { $0 }
        let highest = max(points.max() ?? 0, 1e-9)
        return points.map { $0 / highest }
    }
}
