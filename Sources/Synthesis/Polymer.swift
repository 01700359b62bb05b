/// One entry of the library: a repeat unit, its functional groups, and the lines its core levels give.
public struct Polymer: Sendable, Equatable {
    /// Full name, for example "poly(methyl methacrylate)".
    public package(set) var name: String
    /// Short name, for example "PMMA"; unique in the library.
    public package(set) var abbreviation: String
    /// Repeat unit as SMILES with `[*:1]` (head) and `[*:2]` (tail).
    public let repeatUnitSMILES: String
    /// Sum formula of the repeat unit.
    public let formula: String
    /// Whether each functional group occurs, in the library's order.
    public package(set) var labels: [Bool]
    /// Every line: photoelectrons, shake-up satellites, Auger.
    public package(set) var components: [Component]

    /// One chemical environment's line (the low-energy member where the core level is a doublet).
    public struct Component: Sendable, Equatable {
        /// Name of the core level or Auger series, a key of `PolymerLibrary.coreLevels`.
        public package(set) var coreLevel: String
        /// What process the line comes from.
        public let kind: Kind
        /// The atoms it stands for, in words.
        public package(set) var environment: String
        /// Binding energy in eV on the scale with aliphatic C 1s at 285.1 eV.
        public package(set) var bindingEnergyEV: Double
        /// Expected error of the energy (1 sigma) in eV.
        public let uncertaintyEV: Double
        /// Atoms per repeat unit; for a satellite the parent's atoms times the fraction that it takes.
        public package(set) var atoms: Double
        /// Total width in eV on a monochromated instrument.
        public package(set) var fwhmEV: Double
        /// Lorentzian fraction of the line.
        public package(set) var lorentzianFraction: Double
        /// Intensity per atom of an Auger line relative to C 1s, in place of a photoelectric cross-section.
        public package(set) var pseudoCrossSection: Double?
        /// Hydrogen atoms per carbon atom, where given.
        public let hydrogensPerCarbon: Double?
        /// Codes of `PolymerLibrary.sources`, comma separated.
        public let source: String
    }

    /// The process a line comes from.
    public enum Kind: String, Sendable, Equatable {
        case photoelectron, satellite, auger
    }
}

/// A core level (or Auger series) as the library knows it.
public struct CoreLevel: Sendable, Equatable {
    /// Element symbol.
    public let element: String
    /// Photoelectric cross-section at Al Kα relative to C 1s (Scofield 1976), all members of a doublet together;
    /// absent for Auger series.
    public package(set) var crossSection: Double?
    /// Distance of the doublet's high-energy member in eV, and its share of the area; absent for single lines.
    public let doublet: Doublet?

    /// The second member of a spin-orbit doublet.
    public struct Doublet: Sendable, Equatable {
        /// How much higher in binding energy it lies, in eV.
        public let splitEV: Double
        /// Its share of the doublet's area.
        public let highMemberShare: Double
    }
}
