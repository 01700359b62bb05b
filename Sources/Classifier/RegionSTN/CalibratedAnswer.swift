/// What may be said of a functional group at stated error rates.
public enum Decision: Sendable, Equatable {
    /// Present.
    case present
    /// Absent.
    case absent
    /// Either may be.
    case undecided
}

/// A region network's answer after calibration.
public struct CalibratedAnswer: Sendable {
    /// One shift that fits.
    public struct Alternative: Sendable {
        /// The shift in eV.
        public var shiftEV: Float
        /// Its own sigma in eV: the true shift lies within two of one of the alternatives in 95 % of the spectra.
        public var sigmaEV: Float
        /// Its share of the probability.
        public var weight: Float
        /// A calibrated probability for each group, given this shift.
        public var probabilities: [Float]
        /// The groups that most probably go together, given this shift; nil of networks that tell none.
        public var combination: GroupCombination?
    }

    /// The most probable shift in eV.
    public var shiftEV: Float
    /// Its sigma in eV, whichever alternative is true: some 68 % of errors lie within one, 95 % within two.
    public var sigmaEV: Float
    /// All shifts with a weight of at least 0.05, the most probable first.
    public var alternatives: [Alternative]
    /// A calibrated probability for each group.
    public var probabilities: [Float]
    /// What may be said of each group.
    public var decisions: [Decision]
    /// The groups that most probably go together; nil of networks that tell none.
    public var combination: GroupCombination?
    /// Groups that a set of the stated coverage leaves open; nil for a model without calibration.
    public var conformal: (coverage: Float, ambiguous: [Int])?
    /// The share of known spectra of this kind that look stranger; nil for a model without calibration.
    public var familiarity: Float?
    /// Spread of the constituents' own shifts in eV.
    public var spreadEV: Float
    /// Share of the visible atoms in adventitious carbon.
    public var contamination: Float

    /// The familiarity below which a spectrum is said to be unfamiliar: one in twenty known ones is.
    public static let leastFamiliarity: Float = 0.05

    /// Whether the spectrum shows something that the model does not know.
    public var isUnfamiliar: Bool { familiarity.map { $0 < Self.leastFamiliarity } ?? false }
}
