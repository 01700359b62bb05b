import Decomposition
import Synthesis
import Testing

/// The oracle that is told the library as tabulated and the statistics of its errors.
@Suite("Oracle with a library that has errors")
struct GeneralisedFitTests {
    let library: PolymerLibrary

    init() throws {
        library = try DecomposedSpectrum.library()
    }

    private func generator(
        _ effects: InstrumentEffects, counts: Double, seed: UInt64
    ) -> MeasurementGenerator {
        MeasurementGenerator(
            library: library, effects: effects, maxShiftEV: 5, seed: seed,
            plan: MeasurementPlan(peakCounts: counts, regions: .named(["C 1s", "O 1s"]), contamination: .none))
    }

    /// How far shares of polymers are from those of the sample, all together.
    private func distance(_ shares: [Double], to measurement: Measurement) -> Double {
        var rest = shares
        for constituent in measurement.constituents { rest[constituent.polymer] -= constituent.fraction }
        return rest.reduce(0) { $0 + abs($1) }
    }

    /// The measurement as it would have been counted if one line of each constituent, of all lines the only one, lay at
    /// a standard deviation from its tabulation.
    private func displacing(
        _ measurement: Measurement, from generator: MeasurementGenerator, random: inout RandomSource
    ) -> Measurement {
        var displaced = measurement
        var expected = measurement.background.flatMap { $0 }
        for constituent in measurement.constituents {
            var errors = generator.tabulatedLines(of: constituent.polymer)
            // Energy, width and amount of each line follow the factor on shake-up.
            let lines = (errors.deviations.count - 1) / 3
            errors.deviations[1 + 3 * random.integer(in: 0...lines - 1)] = random.uniform() < 0.5 ? -1 : 1
            let row = generator.basis(
                for: measurement, substance: constituent.polymer, errors: errors, shiftEV: 0)
            for point in row.indices { expected[point] += Float(constituent.fraction) * row[point] }
        }
        var point = 0
        for region in displaced.intensities.indices {
            for index in displaced.intensities[region].indices {
                displaced.intensities[region][index] = Float(random.poisson(mean: Double(expected[point])))
                point += 1
            }
        }
        return displaced
    }

    @Test("with one line displaced within its error, amounts are nearer to the truth than by ordinary least squares")
    func displacedLine() {
        var effects = InstrumentEffects.all
        effects.differentialCharging.isOn = false
        var source = generator(effects, counts: 1e5, seed: 31)
        var random = RandomSource(seed: 32)
        var measurement = Measurement.empty
        var (generalised, ordinary): ([Double], [Double]) = ([], [])
        for _ in 0..<24 {
            source.next(&measurement)
            let displaced = displacing(measurement, from: source, random: &random)
            let columns = OracleColumns(tabulatedFor: displaced, from: source)
            generalised.append(distance(Oracle(tabulatedFor: displaced, from: source).shares, to: displaced))
            ordinary.append(distance(Oracle(columns).shares, to: displaced))
        }
        // A polymer taken for its near twin is wrong by all of its share, so the median and how often, not the mean.
        #expect(generalised.sorted()[12] < 0.6 * ordinary.sorted()[12])
        #expect(zip(generalised, ordinary).count { $0 < $1 } >= 15)
    }

    @Test("without errors of the library it is ordinary least squares")
    func noErrors() {
        var effects = InstrumentEffects.all
        for path in [
            \InstrumentEffects.libraryEnergies, \.libraryWidths, \.libraryAtoms, \.shakeUp, \.differentialCharging,
        ] { effects[keyPath: path].isOn = false }
        var source = generator(effects, counts: 1e6, seed: 33)
        var measurement = Measurement.empty
        var (generalised, ordinary) = (0.0, 0.0)
        for _ in 0..<6 {
            source.next(&measurement)
            let told = Oracle(tabulatedFor: measurement, from: source)
            let plain = Oracle(OracleColumns(tabulatedFor: measurement, from: source))
            // The weights are those of slightly other amounts.
            #expect(abs(told.chiSquare - plain.chiSquare) < 2e-3 * plain.chiSquare)
            generalised += distance(told.shares, to: measurement)
            ordinary += distance(plain.shares, to: measurement)
        }
        #expect(generalised <= ordinary + 0.1)
    }

    @Test("with all effects and many counts the misfit is that of counting", arguments: [1e3, 1e5])
    func misfit(counts: Double) {
        var source = MeasurementGenerator(
            library: library, effects: .all, maxShiftEV: 5, seed: 15,
            plan: MeasurementPlan(peakCounts: counts, regions: .named(["C 1s", "O 1s"])))
        var measurement = Measurement.empty
        var reduced: [Double] = []
        for _ in 0..<7 {
            source.next(&measurement)
            let oracle = Oracle(tabulatedFor: measurement, from: source)
            reduced.append(oracle.reducedChiSquare)
            #expect(abs(oracle.shares.reduce(0, +) - 1) < 1e-9)
            #expect(oracle.shares.allSatisfy { $0 >= 0 && $0.isFinite })
            #expect(Oracle(tabulatedFor: measurement, from: source).shares == oracle.shares)
        }
        #expect(abs(reduced.sorted()[3] - 1) < 0.2)
    }

    @Test("told nothing but statistics it finds less than told shift, background and instrument, but most")
    func statisticsAlone() {
        var source = MeasurementGenerator(
            library: library, effects: .all, maxShiftEV: 5, seed: 37,
            plan: MeasurementPlan(peakCounts: 1e4, regions: .all))
        var measurement = Measurement.empty
        var (told, untold) = (0.0, 0.0)
        for _ in 0..<16 {
            source.next(&measurement)
            let oracle = Oracle(tabulatedFor: measurement, from: source, isTold: false)
            #expect(abs(oracle.shares.reduce(0, +) - 1) < 1e-9 && oracle.reducedChiSquare < 2)
            untold += distance(oracle.shares, to: measurement)
            told += distance(Oracle(tabulatedFor: measurement, from: source).shares, to: measurement)
        }
        // Two is a sample in which nothing was found.
        #expect(told < untold && untold < 0.6 * 32)
    }

    @Test("a polymer of one line by C 1s alone may lie where another's line would, and with all regions may not")
    func advantageOfTheTruth() throws {
        let polyethylene = try #require(DecomposedSpectrum.place(of: "HDPE", in: library))
        // The line of PTFE, F 1s not recorded.
        let otherEV = 285.0 - 292.48
        for (regions, isDecided) in [(MeasurementPlan.Regions.named(["C 1s"]), false), (.all, true)] {
            var source = MeasurementGenerator(
                library: library, effects: .all, maxShiftEV: 5, seed: 41,
                plan: MeasurementPlan(
                    peakCounts: 300, regions: regions, sample: .pureInTurn, contamination: .none))
            var measurement = Measurement.empty
            repeat { source.next(&measurement) } while measurement.constituents[0].polymer != polyethylene
            func advantage(over differenceEV: Double) -> Double {
                Oracle.advantageOfTruth(
                    over: measurement.shiftEV + differenceEV, in: measurement, from: source)
            }
            #expect(advantage(over: 0) == 0)
            #expect((advantage(over: otherEV) > Oracle.decisiveAdvantage) == isDecided, "\(regions)")
            // Where nothing has a line.
            #expect(advantage(over: 3.5) > 20)
        }
    }

    @Test("a polymer that another's lines make up is not called for, one with lines of its own is")
    func advantageOfPolymers() throws {
        for (name, isCalledFor) in [("HDPE", false), ("PTFE", true)] {
            let polymer = try #require(DecomposedSpectrum.place(of: name, in: library))
            var source = MeasurementGenerator(
                library: library, effects: .all, maxShiftEV: 5, seed: 43,
                plan: MeasurementPlan(peakCounts: 1e4, regions: .all, sample: .pureInTurn, contamination: .none))
            var measurement = Measurement.empty
            repeat { source.next(&measurement) } while measurement.constituents[0].polymer != polymer
            let advantage = Oracle.advantage(of: [polymer], in: measurement, from: source)
            #expect((advantage > Oracle.decisiveAdvantage) == isCalledFor, "\(name): \(advantage)")
        }
    }

    @Test("what it says of groups keeps to what it found")
    func decisions() throws {
        var source = generator(.all, counts: 1e5, seed: 35)
        var measurement = Measurement.empty
        var (right, decided) = (0, 0)
        for _ in 0..<5 {
            source.next(&measurement)
            let oracle = Oracle(tabulatedFor: measurement, from: source)
            for group in library.functionalGroups.indices {
                let carriers = library.carriers(of: group)
                guard carriers.contains(true) else { continue }
                let decision = oracle.support(of: carriers).decision
                guard decision != .undecided else { continue }
                decided += 1
                right += (decision == .present) == (measurement.labels[group] > 0.5) ? 1 : 0
            }
        }
        #expect(decided > 60)
        #expect(Double(right) > 0.85 * Double(decided))
    }
}
