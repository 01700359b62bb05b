import Glibc
import Spectroscopy

/// Draws setups: windows on the measured axis, steps, gains, errors; nothing of it looks at a sample or a shift.
struct SetupSource: Sendable {
    /// No region is measured whose electrons would have less kinetic energy, in eV, for which `CrossSectionTable` has no
    /// values.
    static let leastKineticEV = 120.0
    /// Gaussian width of a survey's pass energy in eV: lines of polymers are up to 2.5 eV wide there.
    static let surveyResolutionEV = 0.9...2.4
    /// Steps of a survey in eV.
    static let surveyStepsEV = [0.2, 0.25, 0.5, 0.5, 1.0]
    /// The region whose energies the others' errors count from.
    static let reference = "C 1s"
    /// How often a survey is measured as finely as single regions are, and its step in eV.
    static let fineShare = 0.15
    static let fineStepEV = 0.1

    let effects: InstrumentEffects
    let regions: MeasurementPlan.Regions
    /// Photon energy of every setup in eV.
    let photonEnergyEV: Double

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
    /// How often a survey is measured beside the regions, each of which serves better within its own window.
    private static let surveyBesideShare = 0.1
    /// Less than this between two regions is nothing to survey, in eV.
    private static let leastSurveyedEV = 4.0

    /// What sets a survey beside regions apart from them.
    private struct SurveyBeside {
        /// How its counts compare with theirs, which is told.
        let exposure: Double
        /// The logarithm of what is told wrongly of that.
        let drift: Double
        let resolutionEV: Double

        init(_ random: inout RandomSource) {
            exposure = random.logUniform(in: 0.2...5)
            drift = random.normal() * 0.12
            resolutionEV = random.logUniform(in: SetupSource.surveyResolutionEV)
        }
    }

    /// A recorded stretch before anything is drawn for it.
    private struct Stretch {
        var name: String
        var axis: EnergyAxis
        /// Whether it is part of a survey beside regions.
        var isSurveyed = false

        var lowEV: Double { axis.energyEV(at: 0) }
        var highEV: Double { axis.energyEV(at: axis.count - 1) }
    }

    /// The names that a plan can ask for.
    static let names = windows.map(\.name)

    func setup(random: RandomSource, serial: Int) -> InstrumentSetup {
        var random = random
        guard effects.windows.isOn else {
            let range = reachedEV
            let count = Int(((range.upperBound - range.lowerBound) / 0.1).rounded()) + 1
            let axis = EnergyAxis.uniform(startEV: range.lowerBound, stepEV: 0.1, count: count)
            return assemble([Stretch(name: "all", axis: axis)], isSurvey: false, serial: serial, random: &random)
        }
        let names = recordedNames(&random)
        if names.isEmpty { return survey(serial: serial, random: &random) }
        let commonStepEV = regionStep(&random)
        let sharesStep = random.chance(0.8)
        var axes: [Stretch] = []
        for window in Self.windows
        where names.contains(window.name)
            && window.highEV.upperBound + Self.leastKineticEV <= photonEnergyEV
        {
            let stepEV = sharesStep ? commonStepEV : regionStep(&random)
            var (lowEV, highEV) = ends(of: window, &random)
            if random.chance(0.5) {
                lowEV = (lowEV * 2).rounded() / 2
                highEV = (highEV * 2).rounded() / 2
            }
            if let last = axes.last, lowEV <= last.highEV + stepEV {
                // Neighbours that would overlap (Na 2s and Br 3d) are measured as one.
                lowEV = last.lowEV
                highEV = max(highEV, last.highEV)
                axes.removeLast()
            }
            axes.append(Stretch(name: window.name, axis: Self.axis(lowEV: lowEV, highEV: highEV, stepEV: stepEV)))
        }
        if axes.isEmpty {
            axes = [Stretch(name: Self.reference, axis: Self.axis(lowEV: 278, highEV: 298, stepEV: commonStepEV))]
        }
        if regions == .drawn, random.chance(Self.surveyBesideShare) { addSurvey(to: &axes, &random) }
        return assemble(axes, isSurvey: false, serial: serial, random: &random)
    }

    /// The whole range, as far as the photons reach.
    private var reachedEV: ClosedRange<Double> {
        let range = effects.windows.range
        return range.lowerBound...min(range.upperBound, photonEnergyEV - Self.leastKineticEV)
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
        let range = reachedEV
        let isWhole = random.chance(0.5)
        let lowEV = isWhole ? range.lowerBound : random.uniform(in: range.lowerBound...range.lowerBound + 110)
        let highEV = isWhole ? range.upperBound : random.uniform(in: range.upperBound - 110...range.upperBound)
        let choice = random.integer(in: 0...Self.surveyStepsEV.count - 1)
        let isFine = random.chance(Self.fineShare) && regions == .drawn
        let stepEV = isFine ? Self.fineStepEV : Self.surveyStepsEV[choice]
        let axis = Self.axis(lowEV: lowEV, highEV: highEV, stepEV: stepEV)
        return assemble([Stretch(name: "survey", axis: axis)], isSurvey: !isFine, serial: serial, random: &random)
    }

    private static func axis(lowEV: Double, highEV: Double, stepEV: Double) -> EnergyAxis {
        .uniform(startEV: lowEV, stepEV: stepEV, count: max(2, Int(((highEV - lowEV) / stepEV).rounded(.down)) + 1))
    }

    /// Adds the parts of a survey that lie between the regions.
    private func addSurvey(to axes: inout [Stretch], _ random: inout RandomSource) {
        let range = reachedEV
        let stepEV = Self.surveyStepsEV[random.integer(in: 0...Self.surveyStepsEV.count - 1)]
        var pieces: [Stretch] = []
        var lowEV = range.lowerBound
        for nextEV in axes.map(\.lowEV) + [range.upperBound] {
            if nextEV - lowEV > Self.leastSurveyedEV + 2 * stepEV {
                let axis = Self.axis(lowEV: lowEV + stepEV, highEV: nextEV - stepEV, stepEV: stepEV)
                pieces.append(Stretch(name: "survey", axis: axis, isSurveyed: true))
            }
            lowEV = axes.last { $0.lowEV <= nextEV }?.highEV ?? lowEV
        }
        axes = (axes + pieces).sorted { $0.lowEV < $1.lowEV }
    }

    /// Draws what is not seen in the axes: resolution, transmission, gains, errors and what is told of exposures.
    private func assemble(
        _ axes: [Stretch], isSurvey: Bool, serial: Int, random: inout RandomSource
    ) -> InstrumentSetup {
        let resolution = isSurvey ? Self.surveyResolutionEV : effects.resolution.range
        // Routine instruments lie at the fine end, so the logarithm is uniform.
        let resolutionEV = random.logUniform(in: resolution)
        let exponent = random.uniform(in: effects.transmission.range)
        let hasTransmission = random.chance(effects.transmission.share)
        let hasSurveyBeside = axes.contains(where: \.isSurveyed)
        let tellsExposure = random.chance(0.5) || hasSurveyBeside
        let isUneven = random.chance(tellsExposure ? 0.5 : effects.gain.share)
        let reference = axes.firstIndex { $0.name == Self.reference } ?? 0
        let dwellS = [0.05, 0.1, 0.2, 0.5][random.integer(in: 0...3)]
        var regions: [RegionSettings] = []
        var recordings: [InstrumentSetup.Recording] = []
        var offset = 0
        let survey = hasSurveyBeside ? SurveyBeside(&random) : nil
        for (index, stretch) in axes.enumerated() {
            let (name, axis) = (stretch.name, stretch.axis)
            var drift = random.normal() * effects.gain.range.lowerBound
            let unevenness = isUneven ? random.normal() * effects.gain.range.upperBound : 0
            let error = random.normal() * effects.energyError.range.upperBound
            let sweeps = max(1, Int((4 * exp(unevenness)).rounded()))
            // A told exposure is a whole number of sweeps, and the gain follows it; an untold one is the gain itself.
            var exposure = tellsExposure ? Double(sweeps) / 4 : exp(unevenness)
            var time = (dwellS: dwellS, sweeps: sweeps)
            var ownResolutionEV = resolutionEV
            if let survey, stretch.isSurveyed {
                (exposure, drift, ownResolutionEV) = (survey.exposure, survey.drift, survey.resolutionEV)
                time = (4 * dwellS * exposure, 1)
            }
            guard
                let settings = try? RegionSettings(
                    name: name, axis: axis, ordinate: .counts, photonEnergyEV: photonEnergyEV,
                    dwellS: tellsExposure ? time.dwellS : nil, sweeps: tellsExposure ? time.sweeps : nil)
            else { preconditionFailure("a drawn window is a region: \(name), \(axis)") }
            let ownGain = exp(drift) * (tellsExposure ? 1 : exposure)
            regions.append(settings)
            recordings.append(
                InstrumentSetup.Recording(
                    offset: offset, count: axis.count, startEV: axis.energyEV(at: 0), stepEV: axis.meanStepEV,
                    gain: effects.gain.isOn ? exp(drift) * exposure : 1, ownGain: effects.gain.isOn ? ownGain : 1,
                    energyErrorEV: effects.energyError.isOn && index != reference ? error : 0,
                    resolutionEV: effects.resolution.isOn ? ownResolutionEV : nil))
            offset += axis.count
        }
        return InstrumentSetup(
            regions: regions, serial: serial, recordings: recordings, photonEnergyEV: photonEnergyEV,
            intensityExponent: effects.transmission.isOn
                ? SensitivityFactors.standardAttenuationExponent + (hasTransmission ? exponent : 0) : 0)
    }
}
