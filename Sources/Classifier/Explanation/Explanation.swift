public import Spectroscopy

/// Why the default model says what it says of one spectrum, and what else the spectrum shows.
public struct Explanation: Sendable, Hashable {
    /// One entry per group called present, in the model's order.
    public var groups: [Group]
    /// The spectrum as a sum of members of the library.
    public var fit: Fit
    /// The peaks of every region, by ascending energy.
    public var peaks: [AssignedPeak]
    /// What likely lies on the sample without belonging to it.
    public var contaminants: [Contaminant]

    /// The energies on which a group rests.
    public struct Group: Sendable, Hashable {
        /// The group's name.
        public let name: String
        /// The network's probability at the shift that was found, before any calibration.
        public let probability: Double
        /// The same with all named windows replaced by straight lines.
        public let probabilityWithout: Double
        /// The windows, strongest first; empty where no stretch by itself carries the group.
        public let windows: [Window]
    }

    /// A stretch of the measured axis that supports a group.
    public struct Window: Sendable, Hashable {
        /// The core levels whose lines the library has there, else those of the network's window.
        public let coreLevel: String
        /// Binding energies on the measured axis.
        public let rangeEV: ClosedRange<Double>
        /// By how much the group's logit falls when a straight line replaces the window.
        public let logitDrop: Double
        /// Its part of the drops of all supporting windows.
        public let share: Double
        /// The eV of the aligned row that it holds.
        package let cells: [Int]
    }

    /// A fit by members of the library at the shift that was found; not an identification, since other materials can
    /// have the same lines.
    public struct Fit: Sendable, Hashable {
        /// The constituents, largest share first.
        public let constituents: [Constituent]
        /// Adventitious hydrocarbon as a share of all visible atoms.
        public let hydrocarbonShare: Double
        /// How well each region is fitted.
        public let regions: [Region]
        /// Whether errors are those of counting; otherwise they were estimated from the data's own scatter.
        public let knowsNoise: Bool
    }

    /// A polymer of the fit.
    public struct Constituent: Sendable, Hashable {
        /// Its abbreviation in the library.
        public let abbreviation: String
        /// Its full name.
        public let name: String
        /// Its share of the visible (all but hydrogen) atoms of all polymers.
        public let share: Double
    }

    /// How well a region is fitted.
    public struct Region: Sendable, Hashable {
        /// The region's name.
        public let name: String
        /// Chi-square over independent measurements; errors are those of counting and 3 % of the lines.
        public let reducedChiSquare: Double
        /// The measured energy around which 1 eV departs most from the fit.
        public let worstEV: Double
        /// That departure in standard deviations; positive where more was measured than fitted.
        public let worstSigma: Double
    }

    /// A peak and the environments of the fitted constituents that lie there.
    public struct AssignedPeak: Sendable, Hashable {
        /// The region in which it was found.
        public let region: String
        /// The peak, on the measured axis.
        public let peak: Peak
        /// Its energy on the corrected scale of the analysis.
        public let correctedEV: Double
        /// The environments, strongest first; empty where the fit does not explain the peak.
        public let assignments: [Assignment]
    }

    /// An environment of a fitted constituent.
    public struct Assignment: Sendable, Hashable {
        /// The constituent's abbreviation, or “hydrocarbon”.
        public let constituent: String
        /// Core level or Auger series.
        public let coreLevel: String
        /// The atoms it stands for, in words.
        public let environment: String
        /// The library's energy on the corrected scale of the analysis.
        public let energyEV: Double
    }

    /// A contaminant that is commonly found on samples.
    public struct Contaminant: Sendable, Hashable {
        /// Which.
        public let kind: Kind
        /// What is said of it.
        public let verdict: Verdict
        /// Estimated share of the visible atoms, where anything of it was seen.
        public let share: Double?
        /// What speaks for the verdict, in words.
        public let reasons: [String]

        /// Contaminants that are looked for.
        public enum Kind: String, Sendable, Hashable {
            /// Adventitious carbon.
            case hydrocarbon
            /// Silicone oil.
            case silicone
        }

        /// Verdicts.
        public enum Verdict: String, Sendable, Hashable {
            /// It is likely there.
            case likely
            /// Something of it would be seen as what was measured, which the sample may give by itself.
            case possible
            /// Nothing that was recorded asks for it.
            case notSeen = "not_seen"
            /// The region that would tell was not recorded.
            case notRecorded = "not_recorded"
        }
    }
}
