/// An endless, seeded stream of labelled measurements as instruments deliver them: what the default model is trained
/// and judged on.
///
/// A sample of polymers with what lies on it is shifted first and recorded afterwards, in windows that were drawn on
/// the measured axis without a look at sample or shift. Each draw has streams of random numbers of its own for each
/// purpose, so the same seed gives the same measurements, and an effect that is switched off leaves the other effects'
/// numbers as they were.
public struct MeasurementGenerator: Sendable {
    /// The largest shift a generator can be asked for, in eV.
    public static let largestShiftEV = 20.0
    /// Counts at the highest channel where counting is switched off and no plan says otherwise.
    public static let noiselessPeakCounts = 1e4
    /// No polymer is drawn under this share of the sample's visible atoms: a label counts from there on.
    public static let smallestFraction = 0.05

    /// The polymers.
    public let library: PolymerLibrary
    /// What acts on the spectra.
    public let effects: InstrumentEffects
    /// Shifts lie within ± this, in eV.
    public let maxShiftEV: Double
    /// What is asked for.
    public let plan: MeasurementPlan
    /// The number of the next draw; a generator whose number is set goes on from there.
    public var nextDraw: UInt64 = 0

    let renderer: LineRenderer
    let setups: SetupSource
    let samples: SampleSource
    let seed: UInt64
    private var backgrounds: BackgroundSource
    private var setup = InstrumentSetup.empty
    private var signal: [Float] = []
    private var background: [Float] = []
    private var foreign: [Float] = []

    /// What a stream of random numbers is for.
    enum Purpose: UInt64 {
        case setup, sample, contamination, shift, charging, lines, shape, background, peak, noise, foreign
    }

    /// A stream of measurements of a library's polymers.
    ///
    /// - Precondition: `maxShiftEV` lies in 0...`largestShiftEV`.
    public init(
        library: PolymerLibrary, effects: InstrumentEffects, maxShiftEV: Double, seed: UInt64,
        plan: MeasurementPlan = MeasurementPlan()
    ) {
        precondition(
            (0...Self.largestShiftEV).contains(maxShiftEV), "a shift of at most \(Self.largestShiftEV) eV, not below 0")
        if case .named(let names) = plan.regions {
            let unknown = names.subtracting(MeasurementPlan.regionNames).sorted()
            precondition(names.count > unknown.count && unknown.isEmpty, "no region is named \(unknown)")
        }
        self.library = library
        self.effects = effects
        self.maxShiftEV = maxShiftEV
        self.seed = seed
        self.plan = plan
        let table = SubstanceTable(library: library, effects: effects, photonEnergyEV: plan.photonEnergyEV)
        renderer = LineRenderer(table: table, effects: effects)
        setups = SetupSource(effects: effects, regions: plan.regions, photonEnergyEV: plan.photonEnergyEV)
        samples = SampleSource(library: library, table: table, effects: effects, plan: plan)
        backgrounds = BackgroundSource(effects: effects)
    }

    /// Draws the next measurement into storage that is used again.
    public mutating func next(_ measurement: inout Measurement) {
        let draw = nextDraw
        nextTruth(&measurement)
        for point in signal.indices { signal[point] = 0 }
        for portion in measurement.truth.portions {
            renderer.add(
                portion.substance, amount: portion.share, shiftEV: portion.shiftEV, truth: measurement.truth,
                setup: setup, to: &signal)
        }
        drawBackground(draw, truth: measurement.truth)
        count(draw, into: &measurement)
    }

    /// What lies under the lines, those of foreign materials included, and these lines themselves.
    private mutating func drawBackground(_ draw: UInt64, truth: Measurement.Truth) {
        var random = stream(.background, draw)
        guard !truth.foreign.isEmpty else {
            backgrounds.draw(under: signal, setup: setup, random: &random, into: &background)
            return
        }
        foreign.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
        for portion in truth.foreign {
            renderer.add(
                portion.substance, amount: portion.share, shiftEV: portion.shiftEV, truth: truth, setup: setup,
                to: &foreign)
        }
        for point in signal.indices { signal[point] += foreign[point] }
        backgrounds.draw(under: signal, setup: setup, random: &random, into: &background)
        for point in signal.indices {
            signal[point] -= foreign[point]
            background[point] += foreign[point]
        }
    }

    /// Draws the next measurement's setup and truth without its counts, which stay as they were: enough to ask what the
    /// recorded windows tell of shift and labels.
    public mutating func nextTruth(_ measurement: inout Measurement) {
        let draw = nextDraw
        nextDraw += 1
        prepareSetup(for: draw, measurement: &measurement)
        drawSample(draw, into: &measurement)
        drawShape(draw, into: &measurement)
    }

    /// Draws the next measurement whose truth is asked for; those that are passed over cost little.
    public mutating func next(_ measurement: inout Measurement, where isAsked: (Measurement) -> Bool) {
        repeat { nextTruth(&measurement) } while !isAsked(measurement)
        nextDraw -= 1
        next(&measurement)
    }

    /// Random numbers of a draw for one purpose.
    func stream(_ purpose: Purpose, _ draw: UInt64) -> RandomSource {
        RandomSource(key: seed, draw, purpose.rawValue)
    }

    private mutating func prepareSetup(for draw: UInt64, measurement: inout Measurement) {
        let number = draw / UInt64(plan.drawsPerSetup)
        var random = stream(.setup, number)
        // Unique beyond this generator, since those who keep what follows from a setup may see many generators.
        let serial = Int(truncatingIfNeeded: random.next() >> 1)
        if setup.serial != serial {
            setup = setups.setup(random: random, serial: serial)
            signal = [Float](repeating: 0, count: setup.pointCount)
            background = signal
            foreign = signal
        }
        if measurement.setup.serial != serial || measurement.intensities.count != setup.regions.count {
            measurement.prepare(for: setup)
        }
    }

    /// Who is in the sample, at which shifts, and the truth that follows.
    private func drawSample(_ draw: UInt64, into measurement: inout Measurement) {
        var sampleRandom = stream(.sample, draw)
        var contaminationRandom = stream(.contamination, draw)
        var foreignRandom = stream(.foreign, draw)
        samples.draw(
            draw, &sampleRandom, contamination: &contaminationRandom, foreign: &foreignRandom, into: &measurement)
        var shiftRandom = stream(.shift, draw)
        var chargingRandom = stream(.charging, draw)
        let shiftEV = maxShiftEV > 0 ? shiftRandom.uniform(in: -maxShiftEV...maxShiftEV) : 0
        charge(&measurement, shiftEV: shiftEV, &chargingRandom)
        measurement.coversPresentElements = samples.coversElements(of: measurement)
    }

    /// Gives each constituent its shift so that the intensity-weighted mean is `shiftEV`.
    private func charge(_ measurement: inout Measurement, shiftEV: Double, _ random: inout RandomSource) {
        let effect = effects.differentialCharging
        let isDifferential = random.chance(effect.share) && effect.isOn && measurement.constituents.count > 1
        let scatterEV = isDifferential ? random.uniform(in: effect.range) : 0
        var sums = (weight: 0.0, first: 0.0, second: 0.0)
        for index in measurement.constituents.indices {
            let own = random.normal() * scatterEV
            let (polymer, fraction, _) = measurement.constituents[index]
            // Where no line of any constituent is recorded, atoms alone weigh.
            let weight = fraction * (1e-9 + renderer.recordedArea(polymer, shiftEV: shiftEV, setup: setup))
            measurement.constituents[index].shiftEV = own
            sums.weight += weight
            sums.first += weight * own
            sums.second += weight * own * own
        }
        let meanEV = sums.weight > 0 ? sums.first / sums.weight : 0
        let variance = sums.weight > 0 ? sums.second / sums.weight - meanEV * meanEV : 0
        measurement.shiftEV = shiftEV
        measurement.spreadEV = isDifferential ? max(0, variance).squareRoot() : 0
        for index in measurement.constituents.indices {
            measurement.constituents[index].shiftEV += shiftEV - meanEV
            measurement.truth.portions[index].shiftEV = measurement.constituents[index].shiftEV
        }
        for index in measurement.truth.portions.indices.dropFirst(measurement.constituents.count) {
            measurement.truth.portions[index].shiftEV = shiftEV + random.normal() * scatterEV
        }
        for index in measurement.truth.foreign.indices { measurement.truth.foreign[index].shiftEV = shiftEV }
    }

    private func drawShape(_ draw: UInt64, into measurement: inout Measurement) {
        var random = stream(.shape, draw)
        var lines = stream(.lines, draw)
        measurement.truth.linesKey = lines.next()
        let mix = LineProfiles.nearest(to: random.uniform(in: effects.lorentzianMix.range))
        measurement.truth.lorentzianMix = effects.lorentzianMix.isOn ? mix : nil
        func value(_ effect: InstrumentEffects.Effect) -> Double {
            let drawn = random.uniform(in: effect.range)
            let acts = random.chance(effect.share)
            return effect.isOn && acts ? drawn : 0
        }
        measurement.truth.asymmetry = value(effects.asymmetry)
        measurement.truth.chargeBroadeningEV = value(effects.chargeBroadening)
        measurement.truth.vibronicFactor = value(effects.vibronic)
        measurement.truth.halogensLeft = 1 - value(effects.damage)
    }

    /// Scales everything to counts, and counts.
    private func count(_ draw: UInt64, into measurement: inout Measurement) {
        var highest: Float = 0
        for point in signal.indices where signal[point] + background[point] > highest {
            highest = signal[point] + background[point]
        }
        var peakRandom = stream(.peak, draw)
        let drawnCounts = peakRandom.logUniform(in: effects.counting.range)
        let peakCounts = plan.peakCounts ?? (effects.counting.isOn ? drawnCounts : Self.noiselessPeakCounts)
        let scale = highest > 0 ? Float(peakCounts) / highest : 0
        measurement.peakCounts = highest > 0 ? peakCounts : 0
        measurement.truth.countsPerUnit = Double(scale)
        var random = stream(.noise, draw)
        for (region, recording) in setup.recordings.enumerated() {
            Self.fill(&measurement.signal[region], from: signal, recording, scale: scale)
            Self.fill(&measurement.background[region], from: background, recording, scale: scale)
            let rows = (measurement.signal[region], measurement.background[region])
            measurement.intensities[region].withUnsafeMutableBufferPointer { intensities in
                for index in intensities.indices { intensities[index] = rows.0[index] + rows.1[index] }
                guard effects.counting.isOn else { return }
                for index in intensities.indices {
                    intensities[index] = Float(random.poisson(mean: Double(intensities[index])))
                }
            }
        }
    }

    private static func fill(
        _ row: inout [Float], from points: [Float], _ recording: InstrumentSetup.Recording, scale: Float
    ) {
        row.withUnsafeMutableBufferPointer { row in
            points.withUnsafeBufferPointer { points in
                for index in row.indices { row[index] = points[recording.offset + index] * scale }
            }
        }
    }
}
