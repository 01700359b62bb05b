/// How a region was recorded: everything about it except the intensities.
///
/// A stack of spectra shares one set of settings, and a ``Regridder`` is made from them once.
public struct RegionSettings: Sendable, Hashable {
    /// What the intensities are.
    public enum Ordinate: String, Sendable, Hashable {
        /// Events counted in each step, all sweeps together.
        case counts
        /// Events per second.
        case countsPerSecond = "counts_per_second"
        /// Anything proportional to a rate, of unknown scale.
        case arbitrary
    }

    /// A region that is longer than this holds several core levels.
    public static let coreLevelSpanEV = 60.0
    /// A transmission below this is no divisor.
    public static let lowestTransmission: Float = 1e-6
    /// An exposure below this is none.
    public static let shortestExposureS = 1e-6

    /// The core level or window, such as `C 1s`.
    public let name: String
    /// The energies.
    public let axis: EnergyAxis
    /// What the intensities are.
    public let ordinate: Ordinate
    /// Energy of the exciting photons.
    public let photonEnergyEV: Double?
    /// Work function to subtract from kinetic energies; nil where the instrument already counts from the Fermi level.
    public let workFunctionEV: Double?
    /// Time spent on each step in one sweep.
    public let dwellS: Double?
    /// Number of sweeps that were added.
    public let sweeps: Int?
    /// Pass energy of the analyser.
    public let passEnergyEV: Double?
    /// Transmission of the analyser at each point, where it was recorded.
    public let transmission: [Float]?
    /// Whether the intensities have been divided by the transmission already.
    public let isTransmissionCorrected: Bool

    /// Creates settings that a spectrum can be read with, or says why they cannot be.
    public init(
        name: String, axis: EnergyAxis, ordinate: Ordinate = .arbitrary, photonEnergyEV: Double? = nil,
        workFunctionEV: Double? = nil, dwellS: Double? = nil, sweeps: Int? = nil, passEnergyEV: Double? = nil,
        transmission: [Float]? = nil, isTransmissionCorrected: Bool = false
    ) throws(SpectroscopyError) {
        self.name = name
        self.axis = axis
        self.ordinate = ordinate
        self.photonEnergyEV = photonEnergyEV
        self.workFunctionEV = workFunctionEV
        self.dwellS = dwellS
        self.sweeps = sweeps
        self.passEnergyEV = passEnergyEV
        self.transmission = transmission
        self.isTransmissionCorrected = isTransmissionCorrected
        if let problem = firstProblem() { throw SpectroscopyError(region: name, problem: problem) }
    }

    /// Binding energy of a point: `hν - KE - φ` for a kinetic axis.
    public func bindingEnergyEV(at index: Int) -> Double {
        let energyEV = axis.energyEV(at: index)
        switch axis.kind {
        case .binding: return energyEV
        case .kinetic: return (photonEnergyEV ?? 0) - energyEV - (workFunctionEV ?? 0)
        }
    }

    /// The lowest and the highest binding energy.
    public var bindingRangeEV: ClosedRange<Double> {
        let first = bindingEnergyEV(at: 0)
        let last = bindingEnergyEV(at: axis.count - 1)
        return min(first, last)...max(first, last)
    }

    /// Whether it is a survey, which gives way to regions of its energies: ``Regridder/surveySpanEV``.
    public var isSurvey: Bool {
        bindingRangeEV.upperBound - bindingRangeEV.lowerBound > Regridder.surveySpanEV
    }

    /// Time spent on each step in all sweeps, where it is known.
    public var exposureS: Double? {
        guard let dwellS else { return nil }
        let exposureS = dwellS * Double(sweeps ?? 1)
        return exposureS >= Self.shortestExposureS ? exposureS : nil
    }

    private func firstProblem() -> SpectroscopyError.Problem? {
        if let problem = axis.firstProblem() { return problem }
        if axis.kind == .kinetic, photonEnergyEV == nil { return .kineticWithoutPhotonEnergy }
        if let photonEnergyEV, !(EnergyAxis.isEnergy(photonEnergyEV) && photonEnergyEV > 0) {
            return .setting(name: "photon energy (eV)", value: photonEnergyEV)
        }
        if let workFunctionEV, !EnergyAxis.isEnergy(workFunctionEV) {
            return .setting(name: "work function (eV)", value: workFunctionEV)
        }
        if let dwellS, !(dwellS.isFinite && dwellS >= 0) { return .setting(name: "dwell time (s)", value: dwellS) }
        if let sweeps, sweeps < 1 { return .setting(name: "sweeps", value: Double(sweeps)) }
        if let passEnergyEV, !(passEnergyEV.isFinite && passEnergyEV >= 0) {
            return .setting(name: "pass energy (eV)", value: passEnergyEV)
        }
        if let transmission {
            guard transmission.count == axis.count else {
                return .transmissionCountMismatch(axis: axis.count, transmission: transmission.count)
            }
            if let index = transmission.firstIndex(where: { !($0.isFinite && $0 >= Self.lowestTransmission) }) {
                return .transmissionNotPositive(index: index)
            }
        }
        return nil
    }
}
