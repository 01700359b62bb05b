import Glibc

/// Puts a substance's lines on the points of a setup's regions.
struct LineRenderer: Sendable {
    /// Width that the library's lines owe to an instrument, in eV.
    static let libraryResolutionEV = 0.4
    /// No line is narrower than this, in eV, whatever the instrument.
    static let narrowestEV = 0.25
    /// Standard deviations at which the scatter of a width ends, lest one becomes negative.
    static let widestScatter = 2.5
    /// Where C 1s lies, against which relative intensities are counted, in eV.
    private static let carbonEV = 285.1

    let table: SubstanceTable
    let effects: InstrumentEffects
    private let profiles = LineProfiles()

    init(table: SubstanceTable, effects: InstrumentEffects) {
        self.table = table
        self.effects = effects
    }

    /// Adds what a substance contributes: `amount` times the intensity of one visible atom.
    func add(
        _ substance: Int, amount: Double, shiftEV: Double, truth: Measurement.Truth, setup: InstrumentSetup,
        to points: inout [Float]
    ) {
        var random = RandomSource(key: truth.linesKey, UInt64(substance))
        let isLibrary = substance < table.polymerCount
        let commonEV = isLibrary ? shiftEV + random.normal() * table.commonScatterEV : shiftEV
        let shakeUp = random.uniform(in: effects.shakeUp.range)
        for index in table.ranges[substance] {
            let line = table.lines[index]
            let energyErrorEV = random.normal() * line.energyScatterEV
            let widthNoise = min(max(random.normal(), -Self.widestScatter), Self.widestScatter)
            let errors = OwnErrors(
                energyEV: energyErrorEV, width: widthNoise * line.widthScatter,
                amount: random.normal() * line.amountScatter)
            add(
                line, amount: amount, errors: errors, shakeUp: shakeUp, shiftEV: commonEV, truth: truth, setup: setup,
                to: &points)
        }
    }

    /// Errors of one line: in eV, and relative.
    struct OwnErrors {
        var energyEV: Double
        var width: Double
        var amount: Double
    }

    /// Adds one line with errors of its own.
    func add(
        _ line: SubstanceTable.Line, amount: Double, errors: OwnErrors, shakeUp: Double, shiftEV: Double,
        truth: Measurement.Truth, setup: InstrumentSetup, to points: inout [Float]
    ) {
        let energyEV = line.energyEV + errors.energyEV
        let ownEV = line.fwhmEV * (1 + errors.width)
        var area = amount * line.intensity * max(0, 1 + errors.amount)
        let isSatellite = line.kind == .satellite
        if isSatellite, effects.shakeUp.isOn { area *= shakeUp }
        if line.isHalogen { area *= truth.halogensLeft }
        area *= Self.relativeIntensity(atEV: energyEV, setup: setup)
        let drawn = DrawnLine(
            centreEV: energyEV + shiftEV, area: area,
            squaredWidth: ownEV * ownEV - Self.libraryResolutionEV * Self.libraryResolutionEV
                + truth.chargeBroadeningEV * truth.chargeBroadeningEV,
            asymmetry: isSatellite ? 0 : truth.asymmetry,
            mix: isSatellite ? 0 : truth.lorentzianMix ?? LineProfiles.nearest(to: line.lorentzianFraction))
        let factor = min(SubstanceTable.largestVibronicFactor, truth.vibronicFactor * line.hydrogens)
        if line.splitEV > 0 {
            add(drawn, share: 1 - line.highMemberShare, offsetEV: 0, setup: setup, to: &points)
            add(drawn, share: line.highMemberShare, offsetEV: line.splitEV, setup: setup, to: &points)
        } else if factor > 0 {
            addVibronic(drawn, factor: factor, setup: setup, to: &points)
        } else {
            add(drawn, share: 1, offsetEV: 0, setup: setup, to: &points)
        }
    }

    /// Area that the lines of one visible atom have inside the recorded regions, before any scatter: the weight of a
    /// substance's shift.
    func recordedArea(_ substance: Int, shiftEV: Double, setup: InstrumentSetup) -> Double {
        var area = 0.0
        for line in table.lines[table.ranges[substance]] {
            let energyEV = line.energyEV + shiftEV
            for recording in setup.recordings where energyEV >= recording.startEV && energyEV <= recording.endEV {
                area += line.intensity * Self.relativeIntensity(atEV: line.energyEV, setup: setup)
            }
        }
        return area
    }

    /// Attenuation length times transmission, relative to C 1s.
    private static func relativeIntensity(atEV energyEV: Double, setup: InstrumentSetup) -> Double {
        guard setup.intensityExponent != 0 else { return 1 }
        let kineticEV = setup.photonEnergyEV - energyEV
        return kineticEV > 0
            ? pow(kineticEV / (setup.photonEnergyEV - carbonEV), setup.intensityExponent) : 0
    }

    /// A line with all scatter in it.
    private struct DrawnLine {
        var centreEV: Double
        var area: Double
        /// But for the instrument's part.
        var squaredWidth: Double
        var asymmetry: Double
        var mix: Int
    }

    /// Adds lines of a Poisson distribution of vibrational quanta, the first at the line's own energy.
    private func addVibronic(_ line: DrawnLine, factor: Double, setup: InstrumentSetup, to points: inout [Float]) {
        let shares = (1.0, factor, factor * factor / 2, factor * factor * factor / 6)
        let total = shares.0 + shares.1 + shares.2 + shares.3
        let spacingEV = SubstanceTable.vibronicSpacingEV
        add(line, share: shares.0 / total, offsetEV: 0, setup: setup, to: &points)
        add(line, share: shares.1 / total, offsetEV: spacingEV, setup: setup, to: &points)
        add(line, share: shares.2 / total, offsetEV: 2 * spacingEV, setup: setup, to: &points)
        add(line, share: shares.3 / total, offsetEV: 3 * spacingEV, setup: setup, to: &points)
    }

    private func add(
        _ line: DrawnLine, share: Double, offsetEV: Double, setup: InstrumentSetup, to points: inout [Float]
    ) {
        let centreEV = line.centreEV + offsetEV
        for recording in setup.recordings {
            let resolutionEV = recording.resolutionEV ?? Self.libraryResolutionEV
            let widthEV = max(line.squaredWidth + resolutionEV * resolutionEV, Self.narrowestEV * Self.narrowestEV)
                .squareRoot()
            let highWidthEV = widthEV * (1 + line.asymmetry)
            guard centreEV + LineProfiles.reachWidths * highWidthEV + 1 >= recording.startEV,
                centreEV - LineProfiles.reachWidths * widthEV - 1 <= recording.endEV
            else { continue }
            points.withUnsafeMutableBufferPointer { points in
                let end = recording.offset + recording.count
                profiles.add(
                    area: line.area * share * recording.gain, centreEV: centreEV + recording.energyErrorEV,
                    lowWidthEV: widthEV, highWidthEV: highWidthEV, mix: line.mix,
                    to: UnsafeMutableBufferPointer(rebasing: points[recording.offset..<end]),
                    startEV: recording.startEV, stepEV: recording.stepEV)
            }
        }
    }
}
