public import Spectroscopy

/// The spectra of a ``BeamlineScenario``, recorded by one instrument on one sample.
public struct ScenarioGenerator: Sendable {
    /// What happens.
    public let scenario: BeamlineScenario
    /// The regions that are recorded.
    public var regions: [RegionSettings] { measurement.setup.regions }

    /// Level under the lines and height of the step behind them per eV: clean polymers at a good signal.
    private static let level: Float = 0.04
    private static let step = 0.03

    private let generator: MeasurementGenerator
    private let measurement: Measurement
    private let polymers: [Int]
    private let seed: UInt64
    private var countsScale: Float = 1

    /// - Parameters:
    ///   - peakCounts: Counts at the highest channel of the first spectrum; the flux then stays as it is.
    ///   - regions: What to record; what tells the scenario's polymers apart if nil.
    /// - Throws: ``ScenarioError`` for a library without the scenario's polymers.
    public init(
        _ scenario: BeamlineScenario, library: PolymerLibrary, peakCounts: Double,
        regions: MeasurementPlan.Regions? = nil,
        seed: UInt64
    ) throws(ScenarioError) {
        self.scenario = scenario
        self.seed = seed
        var polymers: [Int] = []
        for name in scenario.polymers {
            guard let index = library.polymers.firstIndex(where: { $0.abbreviation == name }) else {
                throw .unknownPolymer(name)
            }
            polymers.append(index)
        }
        self.polymers = polymers
        var effects = InstrumentEffects.all
        effects.resolution.range = 0.4...0.5
        for path in [\InstrumentEffects.chargeBroadening, \.damage, \.gain, \.energyError] {
            effects[keyPath: path].isOn = false
        }
        var generator = MeasurementGenerator(
            library: library, effects: effects, maxShiftEV: 0, seed: seed,
            plan: MeasurementPlan(
                peakCounts: peakCounts, regions: regions ?? .named(scenario.regions), sample: .pure,
                contamination: .none))
        var measurement = Measurement.empty
        generator.next(&measurement)
        self.generator = generator
        self.measurement = measurement
        let highest = expected(scenario.frame(0)).joined().max() ?? 0
        countsScale = highest > 0 ? Float(peakCounts) / highest : 1
    }

    /// Counts of each region in one frame.
    public func counts(of frame: Int) -> [[Float]] {
        var random = RandomSource(key: seed, 4, UInt64(frame))
        return expected(scenario.frame(frame)).map { row in
            row.map { Float(random.poisson(mean: Double($0 * countsScale))) }
        }
    }

    /// Whether each functional group occurs in a polymer that makes at least a twentieth of the frame, by name.
    public func groups(of frame: Int) -> [String] {
        let fractions = scenario.frame(frame).constituents.map(\.fraction)
        return generator.library.functionalGroups.indices.filter { group in
            zip(polymers, fractions).contains { polymer, fraction in
                fraction >= MeasurementGenerator.smallestFraction && generator.library.polymers[polymer].labels[group]
            }
        }.map { generator.library.functionalGroups[$0] }
    }

    /// What would be counted without noise, up to the flux.
    private func expected(_ frame: BeamlineScenario.Frame) -> [[Float]] {
        var sum = measurement.setup.regions.map { [Float](repeating: 0, count: $0.axis.count) }
        for (polymer, constituent) in zip(polymers, frame.constituents) {
            let rows = generator.basis(for: measurement, polymer: polymer, shiftEV: frame.shiftEV)
            for region in sum.indices {
                for point in sum[region].indices {
                    sum[region][point] += Float(constituent.fraction) * rows[region][point]
                }
            }
        }
        let level = Self.level * (sum.joined().max() ?? 0)
        for region in sum.indices {
            let step = Float(Self.step * abs(measurement.setup.regions[region].axis.meanStepEV))
            // Ascending by energy: electrons that lost some lie behind their line.
            var lost: Float = 0
            for point in sum[region].indices {
                lost += step * sum[region][point]
                sum[region][point] += level + lost
            }
        }
        return sum
    }
}
