public import Spectroscopy

/// What a model says of one spectrum: its energy shift and which functional groups are present.
public struct Analysis: Sendable, Hashable {
    /// How much the spectrum lies to higher binding energy than the reference, in eV: corrected = measured - shift.
    ///
    /// Absent for models that estimate none and when nothing was recorded within the grid.
    public var shiftEV: Double?
    /// The shift's standard deviation in eV; absent for models that state none.
    public var shiftSigmaEV: Double?
    /// How far the shifts of the sample's constituents lie apart (standard deviation in eV), where they charge
    /// differently.
    public var spreadEV: Double?
    /// The line and value that make a shift of zero.
    public var reference: Reference
    /// All shifts that fit, the likeliest first, where more than one does; empty where one fits.
    public var alternatives: [Alternative]
    /// One entry per functional group, in the model's order.
    public var groups: [Group]
    /// The groups that most probably go together; absent for models that tell none.
    public var combination: Combination?
    /// Which groups a set of stated coverage leaves open; absent for models that state none.
    public var conformal: ConformalSet?
    /// The share of spectra like the training's that look stranger than this one.
    ///
    /// Below 0.05 it shows something that the model does not know; 0 where something lies outside the training's range;
    /// absent for models that state none.
    public var familiarity: Double?
    /// Share of the visible atoms that lie in adventitious carbon on the sample; absent for models that state none.
    public var contamination: Double?
    /// The binding energies that were recorded within the grid, ascending.
    public var recordedEV: [ClosedRange<Double>]
    /// Elements that the regions are named for and no training example held: beside them the answer means little.
    public var elementsOutsideTraining: [String]
    /// What lies outside the range of the training's measurements, in words: photon energy, steps, the shift.
    public var departures: [String]
    /// Channels that stand alone, such as spikes: their neighbours were read in their place.
    public var loneChannels: [LoneChannels.Channel]
    /// The model that answered.
    public var model: String

    /// The shift on the standard scale, whatever reference it is told against: lines are looked for this much higher.
    public var standardShiftEV: Double? { shiftEV.map { $0 + reference.offsetEV } }

    /// The line that shifts are counted from.
    public struct Reference: Sendable, Hashable {
        /// What line it is.
        public let line: String
        /// Where it lies when the shift is zero, in eV.
        public let energyEV: Double

        /// The paper's scale, on which the models are trained: aliphatic C 1s at 285.1 eV.
        public static let standard = Reference(energyEV: 285.1)

        /// Aliphatic C 1s at another energy, for example 284.8 eV.
        public init(energyEV: Double) {
            line = "C 1s aliphatic"
            self.energyEV = energyEV
        }

        /// A shift that was found on the standard scale, counted from this reference.
        ///
        /// A spectrum shifted by s shows aliphatic carbon at 285.1 + s, and the correction must bring that to the
        /// reference, so its shift is 285.1 + s - reference.
        public func shiftEV(fromStandard shiftEV: Double) -> Double {
            Self.standard.energyEV + shiftEV - energyEV
        }

        /// How much higher a scale that is corrected by this reference lies than the standard one, in eV.
        var offsetEV: Double { energyEV - Self.standard.energyEV }
    }

    /// One shift that fits, and what it would mean.
    public struct Alternative: Sendable, Hashable {
        /// The shift in eV against the reference.
        public let shiftEV: Double
        /// Its own sigma in eV: the true shift lies within two of one of the alternatives in 95 % of the spectra.
        public let shiftSigmaEV: Double
        /// Its probability; those of all alternatives add up to 1, but for what is too improbable to be listed.
        public let weight: Double
        /// The groups that most probably go together under this shift.
        public let groups: [String]
    }

    /// What a spectrum shows as a whole.
    ///
    /// Of groups that exclude one another each may be improbable by itself, and one is there. It names groups whose own
    /// call is undetermined, too.
    public struct Combination: Sendable, Hashable {
        /// The groups that are present.
        public let groups: [String]
        /// That these are present and no others.
        public let probability: Double
    }

    /// Sets that hold the true answer at a stated rate.
    public struct ConformalSet: Sendable, Hashable {
        /// The share of spectra of which the set holds the whole true answer.
        public let coverage: Double
        /// The groups that may be present or absent in it; all others are as probability says.
        public let ambiguous: [String]
    }

    /// What is said of one functional group.
    public struct Group: Sendable, Hashable {
        /// The group's name.
        public let name: String
        /// The model's probability that the group is present; absent when the model was not asked.
        public let probability: Double?
        /// The verdict.
        public let call: Call
        /// Why the verdict is neither present nor absent.
        public let reason: String?
    }

    /// A verdict on a functional group.
    public enum Call: String, Sendable, Hashable {
        /// So probable that of such calls no more are wrong than a calibrated model states; without a calibration, a
        /// probability of at least 0.5.
        case present
        /// So improbable, likewise; without a calibration, a probability below 0.5.
        case absent
        /// What would tell was not recorded, or what was recorded fits both.
        case undetermined
        /// No training example had the group.
        case notCovered = "not_covered"
    }
}
