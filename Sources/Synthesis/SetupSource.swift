import Glibc
import Spectroscopy

/// Draws setups: windows on the measured axis, steps, gains, errors; nothing of it looks at a sample or a shift.
struct SetupSource: Sendable {
    /// Photon energy of every setup, Al Kα, in eV.
    static let photonEnergyEV = 1486.6
    /// Kinetic energy of C 1s under Al Kα, against which relative intensities are counted.
    static let carbonKineticEV = photonEnergyEV - 285.1
    /// Gaussian width of a survey's pass energy in eV.
    static let surveyResolutionEV = 0.9...1.6
    /// Steps of a survey in eV.
    static let surveyStepsEV = [0.2, 0.25, 0.5, 0.5, 1.0]
    /// The region whose energies the others' errors count from.
    static let reference = "C 1s"
    /// How often a survey is measured as finely as single regions are, and its step in eV.
    static let fineShare = 0.15
    static let fineStepEV = 0.1
    /// Exponent of kinetic energy of the attenuation length.
    static let attenuationExponent = 0.75

    let effects: InstrumentEffects
    let regions: MeasurementPlan.Regions

    /// A core level's window: where its ends are drawn from.
    private struct Window {
        let name: String
        let lowEV: ClosedRange<Double>
        let highEV: ClosedRange<Double>
    }

    /// Customary windows of polymer work at Al Kα, widened for shifts of a few eV; ascending by energy.
    private static let windows = [
        Window(name: "Na 2s", lowEV: 57...61, highEV: 67...72),
        Window(name: "Br 3d", lowEV: 62...67, highEV: 74...80),
        Window(name: "Si 2p", lowEV: 94...99, highEV: 106...112),
        Window(name: "P 2p", lowEV: 126...131, highEV: 138...144),
        Window(name: "Si 2s", lowEV: 143...148, highEV: 155...155.9),
        Window(name: "S 2p", lowEV: 156...162, highEV: 171...178),
        Window(name: "Cl 2p", lowEV: 192...197, highEV: 205...212),
        Window(name: "C 1s", lowEV: 275...281, highEV: 294...305),
        Window(name: "N 1s", lowEV: 390...396, highEV: 406...414),
        Window(name: "Na KLL", lowEV: 488...494, highEV: 506...512),
        Window(name: "O 1s", lowEV: 522...528, highEV: 540...548),
        Window(name: "F 1s", lowEV: 680...684, highEV: 692...699),
    ]

    /// The regions that a setup beyond carbon and oxygen may have, sodium standing for both of its windows.
    private static let optional = ["N 1s", "F 1s", "Si 2p", "S 2p", "Cl 2p", "P 2p", "Br 3d", "Na 2s"]

    /// Regions that are now and then all that was recorded, O 1s as often as all of these.
    private static let singles = ["N 1s", "F 1s", "Si 2p", "S 2p", "Cl 2p"]
    /// How often one region other than C 1s is all there is.
    private static let singleShare = 0.04
    /// How often a window is much wider than customary, by up to so much on each side, and how often narrow.
    private static let wideShare = 0.12
    private static let wideEV = 14.0
    private static let narrowShare = 0.08

    /// The names that a plan can ask for.
    static let names = windows.map(\.name)

    func setup(random: RandomSource, serial: Int) -> InstrumentSetup {
        var random = random
        guard effects.windows.isOn else {
            let range = effects.windows.range
            let count = Int(((range.upperBound - range.lowerBound) / 0.1).rounded()) + 1
            let axis = EnergyAxis.uniform(startEV: range.lowerBound, stepEV: 0.1, count: count)
            return assemble([("all", axis)], isSurvey: false, serial: serial, random: &random)
        }
        let names = recordedNames(&random)
        if names.isEmpty { return survey(serial: serial, random: &random) }
        let commonStepEV = regionStep(&random)
        let sharesStep = random.chance(0.8)
        var axes: [(name: String, axis: EnergyAxis)] = []
        for window in Self.windows where names.contains(window.name) {
            let stepEV = sharesStep ? commonStepEV : regionStep(&random)
            var (lowEV, highEV) = ends(of: window, &random)
            if random.chance(0.5) {
                lowEV = (lowEV * 2).rounded() / 2
                highEV = (highEV * 2).rounded() / 2
            }
            if let last = axes.last?.axis, lowEV <= last.energyEV(at: last.count - 1) + stepEV {
                // Neighbours that would overlap (Na 2s and Br 3d) are measured as one.
                highEV = max(highEV, last.energyEV(at: last.count - 1))
                axes[axes.count - 1] = (
                    window.name, Self.axis(lowEV: last.energyEV(at: 0), highEV: highEV, stepEV: stepEV)
                )
            } else {
                axes.append((window.name, Self.axis(lowEV: lowEV, highEV: highEV, stepEV: stepEV)))
            }
        }
        return assemble(axes, isSurvey: false, serial: serial, random: &random)
    }

    /// Names of the recorded windows; none stands for a survey.
    private func recordedNames(_ random: inout RandomSource) -> Set<String> {
        switch regions {
        case .survey: return []
        case .all: return Set(Self.names)
        case .named(let names): return names
        case .drawn: break
        }
        var names: Set = ["C 1s"]
        if random.chance(Self.singleShare) {
            return [random.chance(0.5) ? "O 1s" : Self.singles[random.integer(in: 0...Self.singles.count - 1)]]
        }
        switch random.uniform() {
        case ..<0.2: return names
        case ..<0.4: names.insert("O 1s")
        case ..<0.7:
            names.insert("O 1s")
            for name in Self.optional where random.chance(0.35) { names.insert(name) }
        case ..<0.9: names = Set(Self.names)
        default: return []
        }
        if names.contains("Na 2s"), random.chance(0.7) { names.insert("Na KLL") } else { names.remove("Na KLL") }
        if !names.contains("Si 2p") || !random.chance(0.2) { names.remove("Si 2s") }
        // Of setups with other regions, so that about 3 % of all go without carbon.
        if random.chance(0.045) { names.remove("C 1s") }
        return names
    }

    /// A window's ends: mostly customary ones, now and then much wider, or narrow about the lines.
    private func ends(of window: Window, _ random: inout RandomSource) -> (lowEV: Double, highEV: Double) {
        let customary = (random.uniform(in: window.lowEV), random.uniform(in: window.highEV))
        let (kind, below, above) = (random.uniform(), random.uniform(), random.uniform())
        guard regions == .drawn else { return customary }
        switch kind {
        case ..<Self.wideShare:
            return (customary.0 - below * Self.wideEV, customary.1 + above * Self.wideEV)
        case ..<(Self.wideShare + Self.narrowShare):
            let roomEV = window.highEV.lowerBound - window.lowEV.upperBound
            return (
                window.lowEV.upperBound + below * roomEV / 4,
                window.highEV.lowerBound - above * roomEV / 4
            )
        default: return customary
        }
    }

    private func regionStep(_ random: inout RandomSource) -> Double {
        guard effects.steps.isOn else { return 0.1 }
        let range = effects.steps.range
        let stepEV: Double =
            switch random.uniform() {
            case ..<0.25: 0.05
            case ..<0.62: 0.1
            case ..<0.76: 0.2
            case ..<0.86: 0.25
            case ..<0.97: random.logUniform(in: 0.05...max(0.05, range.upperBound))
            default: random.logUniform(in: min(0.05, range.lowerBound)...0.05)
            }
        return min(max(stepEV, range.lowerBound), range.upperBound)
    }

    private func survey(serial: Int, random: inout RandomSource) -> InstrumentSetup {
        let range = effects.windows.range
        let isWhole = random.chance(0.5)
        let lowEV = isWhole ? range.lowerBound : random.uniform(in: range.lowerBound...range.lowerBound + 110)
        let highEV = isWhole ? range.upperBound : random.uniform(in: range.upperBound - 110...range.upperBound)
        let choice = random.integer(in: 0...Self.surveyStepsEV.count - 1)
        let isFine = random.chance(Self.fineShare) && regions == .drawn
        let stepEV = isFine ? Self.fineStepEV : Self.surveyStepsEV[choice]
        let axis = Self.axis(lowEV: lowEV, highEV: highEV, stepEV: stepEV)
        return assemble([("survey", axis)], isSurvey: !isFine, serial: serial, random: &random)
    }

    private static func axis(lowEV: Double, highEV: Double, stepEV: Double) -> EnergyAxis {
        .uniform(startEV: lowEV, stepEV: stepEV, count: max(2, Int(((highEV - lowEV) / stepEV).rounded(.down)) + 1))
    }

    /// Draws what is not seen in the axes: resolution, transmission, gains, errors and what is told of exposures.
    private func assemble(
        _ axes: [(name: String, axis: EnergyAxis)], isSurvey: Bool, serial: Int, random: inout RandomSource
    ) -> InstrumentSetup {
        let resolution = isSurvey ? Self.surveyResolutionEV : effects.resolution.range
        // Routine instruments lie at the fine end, so the logarithm is uniform.
        let resolutionEV = random.logUniform(in: resolution)
        let exponent = random.uniform(in: effects.transmission.range)
        let hasTransmission = random.chance(effects.transmission.share)
        let tellsExposure = random.chance(0.5)
        let isUneven = random.chance(tellsExposure ? 0.5 : effects.gain.share)
        let reference = axes.firstIndex { $0.name == Self.reference } ?? 0
        let dwellS = [0.05, 0.1, 0.2, 0.5][random.integer(in: 0...3)]
        var regions: [RegionSettings] = []
        var recordings: [InstrumentSetup.Recording] = []
        var offset = 0
        for (index, (name, axis)) in axes.enumerated() {
            let drift = random.normal() * effects.gain.range.lowerBound
            let unevenness = isUneven ? random.normal() * effects.gain.range.upperBound : 0
            let error = random.normal() * effects.energyError.range.upperBound
            let sweeps = max(1, Int((4 * exp(unevenness)).rounded()))
            // A told exposure is a whole number of sweeps, and the gain follows it; an untold one is the gain itself.
            let exposure = tellsExposure ? Double(sweeps) / 4 : exp(unevenness)
            guard
                let settings = try? RegionSettings(
                    name: name, axis: axis, ordinate: .counts, photonEnergyEV: Self.photonEnergyEV,
                    dwellS: tellsExposure ? dwellS : nil, sweeps: tellsExposure ? sweeps : nil)
            else { preconditionFailure("a drawn window is a region: \(name), \(axis)") }
            let ownGain = exp(drift) * (tellsExposure ? 1 : exposure)
            regions.append(settings)
            recordings.append(
                InstrumentSetup.Recording(
                    offset: offset, count: axis.count, startEV: axis.energyEV(at: 0), stepEV: axis.meanStepEV,
                    gain: effects.gain.isOn ? exp(drift) * exposure : 1, ownGain: effects.gain.isOn ? ownGain : 1,
                    energyErrorEV: effects.energyError.isOn && index != reference ? error : 0))
            offset += axis.count
        }
        return InstrumentSetup(
            regions: regions, serial: serial, recordings: recordings,
            resolutionEV: effects.resolution.isOn ? resolutionEV : nil,
            intensityExponent: effects.transmission.isOn
                ? Self.attenuationExponent + (hasTransmission ? exponent : 0) : 0)
    }
}
