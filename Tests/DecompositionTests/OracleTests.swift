import Decomposition
import Synthesis
import Testing

@Suite("Oracle")
struct OracleTests {
    private func rows(_ seed: UInt64) -> [[Float]] {
        var random = RandomSource(seed: seed)
        return (0..<6).map { polymer in
            (0..<200).map { point in
                let distance = (Double(point) - 20 - 30 * Double(polymer) - 5 * random.uniform()) / 8
                return Float(1 / (1 + distance * distance))
            }
        }
    }

    private func counts(_ basis: [[Float]], amounts: [Double], background: Double, seed: UInt64) -> [Float] {
        var random = RandomSource(seed: seed)
        return (0..<200).map { point in
            let expected = zip(basis, amounts).reduce(background) { $0 + Double($1.0[point]) * $1.1 }
            return Float(random.poisson(mean: expected))
        }
    }

    @Test("with everything known but the amounts, chi-square is one and shares are right", arguments: [20.0, 2000])
    func shares(scale: Double) {
        let basis = rows(1)
        let amounts = [0.5, 0, 0.3, 0, 0.2, 0].map { $0 * scale }
        var sum = 0.0
        let draws = 20
        for seed in 0..<draws {
            let counted = counts(basis, amounts: amounts, background: 3, seed: UInt64(seed))
            let oracle = Oracle(
                basis: basis, background: [Float](repeating: 3, count: 200), counts: counted)
            sum += oracle.reducedChiSquare / Double(draws)
            let tolerance = 1.5 / scale.squareRoot()
            for (share, amount) in zip(oracle.shares, amounts) { #expect(abs(share - amount / scale) < tolerance) }
        }
        #expect(abs(sum - 1) < 0.1)
    }

    @Test("rates of error of the decisions are at most what was asked")
    func rates() {
        let basis = rows(2)
        let carriers = [false, true, false, false, false, true]
        var falselyPresent = 0
        var falselyAbsent = 0
        let draws = 400
        for seed in 0..<draws {
            let background = [Float](repeating: 2, count: 200)
            let without = counts(
                basis, amounts: [40, 0, 40, 0, 20, 0], background: 2, seed: UInt64(seed))
            let with = counts(basis, amounts: [40, 5, 35, 0, 20, 0], background: 2, seed: UInt64(seed + draws))
            let first = Oracle(basis: basis, background: background, counts: without)
            let second = Oracle(basis: basis, background: background, counts: with)
            falselyPresent += first.support(of: carriers).decision == .present ? 1 : 0
            falselyAbsent += second.support(of: carriers).decision == .absent ? 1 : 0
        }
        // 5 % of 400 are 20; five standard deviations are 22.
        #expect(falselyPresent < 42)
        #expect(falselyAbsent < 42)
    }

    @Test("measurements of the generator are explained but for their noise")
    func measurements() throws {
        let library = try DecomposedSpectrum.library()
        var generator = MeasurementGenerator(
            library: library, effects: .all, maxShiftEV: 5, seed: 12,
            plan: MeasurementPlan(peakCounts: 1e4, regions: .named(["C 1s", "O 1s"])))
        var measurement = Measurement.empty
        for _ in 0..<8 {
            generator.next(&measurement)
            let oracle = Oracle(measurement, from: generator)
            #expect(abs(oracle.reducedChiSquare - 1) < 0.4)
        }
    }

    @Test("where the library has no errors, its lines are as good as those that were drawn")
    func tabulatedLines() throws {
        var effects = InstrumentEffects.all
        for path in [
            \InstrumentEffects.libraryEnergies, \.libraryWidths, \.libraryAtoms, \.shakeUp, \.differentialCharging,
        ] { effects[keyPath: path].isOn = false }
        var generator = MeasurementGenerator(
            library: try DecomposedSpectrum.library(), effects: effects, maxShiftEV: 5, seed: 14,
            plan: MeasurementPlan(peakCounts: 1e4, regions: .named(["C 1s", "O 1s"]), contamination: .none))
        var measurement = Measurement.empty
        for _ in 0..<4 {
            generator.next(&measurement)
            let drawn = Oracle(measurement, from: generator)
            let tabulated = Oracle(OracleColumns(tabulatedFor: measurement, from: generator))
            #expect(tabulated.shares == drawn.shares && tabulated.chiSquare == drawn.chiSquare)
        }
    }

    @Test("tabulated lines misfit many counts by far more than noise where their errors are not told")
    func tabulatedMisfit() throws {
        var generator = MeasurementGenerator(
            library: try DecomposedSpectrum.library(), effects: .all, maxShiftEV: 5, seed: 15,
            plan: MeasurementPlan(peakCounts: 1e5, regions: .named(["C 1s", "O 1s"])))
        var measurement = Measurement.empty
        var sum = 0.0
        for _ in 0..<6 {
            generator.next(&measurement)
            let oracle = Oracle(OracleColumns(tabulatedFor: measurement, from: generator))
            sum += oracle.reducedChiSquare / 6
            #expect(abs(oracle.shares.reduce(0, +) - 1) < 1e-9)
        }
        #expect(sum > 3)
    }

    @Test("the classical answer, told nothing, finds most groups of a small library and costs what it says")
    func classicalAnswer() throws {
        let library = try DecomposedSpectrum.library()
        let figures = ClassicalBaseline(library: library, options: .measured(maxShiftEV: 5)).figures(
            of: library, plan: MeasurementPlan(peakCounts: 1e5, regions: .all),
            maxShiftEV: 5, spectra: 6, seed: 3, choiceSeed: 4)
        #expect(figures.spectra == 6 && figures.microF1 > 0.5 && figures.microF1 <= 1)
        #expect((figures.shiftMedianEV ?? .infinity) < 0.5)
        #expect(figures.secondsPerSpectrum > 0)
    }
}

@Suite("Oracle's shift")
struct OracleShiftSearchTests {
    @Test("with all regions and many counts the shift has one mode, at the truth")
    func oneMode() throws {
        var generator = MeasurementGenerator(
            library: try DecomposedSpectrum.library(), effects: .all, maxShiftEV: 2, seed: 4,
            plan: MeasurementPlan(peakCounts: 1e4, regions: .named(["C 1s", "O 1s"]), sample: .mixtures))
        var measurement = Measurement.empty
        for _ in 0..<3 {
            generator.next(&measurement)
            let posterior = OracleShiftSearch(generator: generator).posterior(of: measurement)
            let best = try #require(posterior.modes.first)
            #expect(posterior.modes.contains { abs($0.shiftEV - measurement.shiftEV) < 5 * $0.sigmaEV + 0.02 })
            #expect(best.sigmaEV > 0 && best.sigmaEV < 0.2)
            #expect(posterior.shiftsEV.first == -2 && posterior.shiftsEV.last == 2)
        }
    }
}
