public import Spectroscopy

/// What a ``MeasurementGenerator`` is asked to draw, where it is not to draw everything: the cells of an evaluation.
public struct MeasurementPlan: Sendable, Hashable {
    /// Which regions are recorded.
    public enum Regions: Sendable, Hashable {
        /// Drawn for each setup, from C 1s alone to a survey.
        case drawn
        /// A region for every element of the library, Si 2s and Na KLL included.
        case all
        /// The regions of these names, such as `["C 1s", "O 1s"]`.
        case named(Set<String>)
        /// One survey.
        case survey
    }

    /// What the sample is.
    public enum Sample: Sendable, Hashable {
        /// One to four polymers: 30 % pure, 35 % two, 25 % three, 10 % four.
        case drawn
        /// Two to four polymers.
        case mixtures
        /// One polymer.
        case pure
        /// One polymer, the library's first, second and so on, again and again.
        case pureInTurn
        /// A material that is not in the library; its labels are all zero.
        case unfamiliar(UnfamiliarMaterial)
    }

    /// How much adventitious carbon and silicone lies on the sample.
    public enum Contamination: Sendable, Hashable {
        /// As the effects say.
        case drawn
        /// None.
        case none
        /// Adventitious carbon on every sample, its share of the visible atoms uniform in this range; no silicone.
        case within(ClosedRange<Double>)
    }

    /// The names that `.named` knows.
    public static let regionNames = SetupSource.names

    /// Photon energies that a plan can ask for, in eV: C 1s must be reached, and cross-sections be tabulated.
    public static let photonEnergiesEV = 430.0...10000.0

    /// Expected counts at the highest channel; drawn if nil.
    public var peakCounts: Double?
    /// Which regions are recorded.
    public var regions: Regions
    /// What the sample is.
    public var sample: Sample
    /// How much lies on the sample.
    public var contamination: Contamination
    /// Photon energy in eV, Al Kα unless another is asked for.
    ///
    /// Regions that the photons do not reach, with 120 eV of kinetic energy, are not recorded; where none is reached, C
    /// 1s is.
    public var photonEnergyEV: Double
    /// How many spectra a setup is kept for, as in a real run.
    public var drawsPerSetup: Int

    /// Creates a plan; without arguments everything is drawn.
    public init(
        peakCounts: Double? = nil, regions: Regions = .drawn, sample: Sample = .drawn,
        contamination: Contamination = .drawn, photonEnergyEV: Double = CrossSectionTable.aluminiumEV,
        drawsPerSetup: Int = 8
    ) {
        precondition(drawsPerSetup > 0, "a setup is kept for at least one spectrum")
        precondition(
            Self.photonEnergiesEV.contains(photonEnergyEV), "photon energies within \(Self.photonEnergiesEV) eV")
        precondition(peakCounts.map { $0 > 0 && $0.isFinite } ?? true, "a highest channel expects some counts")
        self.peakCounts = peakCounts
        self.regions = regions
        self.sample = sample
        self.contamination = contamination
        self.photonEnergyEV = photonEnergyEV
        self.drawsPerSetup = drawsPerSetup
    }
}
