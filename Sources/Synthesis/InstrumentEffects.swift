/// What instruments and samples do to a spectrum: one switch, one range and one share for each effect.
///
/// The ranges are those of the `instrument` key of the shared facts where they name one (typical values of polymer
/// practice, recalled rather than measured here), else the reason is given.
public struct InstrumentEffects: Sendable, Codable, Hashable {
    /// One effect.
    public struct Effect: Sendable, Codable, Hashable {
        /// Whether it acts at all.
        public var isOn: Bool
        /// What its strength is drawn from; the unit is the effect's.
        public var range: ClosedRange<Double>
        /// The share of spectra (of setups, for what belongs to the instrument) that it acts on.
        public var share: Double

        /// Creates an effect that is switched on.
        public init(_ range: ClosedRange<Double>, share: Double = 1) {
            isOn = true
            self.range = range
            self.share = share
        }
    }

    /// Expected counts at the highest channel, log-uniform, and the Poisson noise of counting: maps and snapshots live
    /// at the low end, sums of long sweeps at the high one.
    public var counting = Effect(10...1e6)
    /// A Shirley-like step: its height in units of the line's area per eV.
    ///
    /// Form: Shirley, Phys. Rev. B 5 (1972) 4709; size: `instrument` facts.
    public var shirleyStep = Effect(0.01...0.08)
    /// Inelastic losses: how much of Tougaard's polymer cross-section acts within the window, from a gap of 4 to 7 eV.
    ///
    /// B 434, C 551, D 436 eV²: Tougaard, Surf. Interface Anal. 25 (1997) 137, recalled.
    public var losses = Effect(0.3...1.2)
    /// A plasmon hump 20 to 25 eV above each line, 10 to 16 eV wide: its area as a share of the line's.
    public var plasmon = Effect(0.15...0.35, share: 0.5)
    /// A level under each region, as a share of the highest peak of the spectrum, log-uniform: small regions sit on the
    /// tails of strong lines at lower binding energy.
    public var offset = Effect(0.005...0.5)
    /// How much that level changes over a region, as a share of itself; it mostly rises to higher binding energy.
    public var slope = Effect(-0.3...0.5)
    /// Gaussian width of analyser and source in eV, one for each setup.
    ///
    /// From the best monochromated instruments to coarse pass energies; the library's widths hold 0.4 eV of it.
    public var resolution = Effect(0.3...1.5)
    /// Lorentzian fraction of the Gaussian-Lorentzian line; customary fits of polymers use 0 to 0.4.
    public var lorentzianMix = Effect(0...0.4)
    /// How much wider a line is on its high-energy side, as a share: what vibrations and charging leave in real lines
    /// (estimate).
    public var asymmetry = Effect(0...0.12)
    /// Vibronic asymmetry of C 1s of C-H carbons: Huang-Rhys factor per hydrogen of the 0.4 eV C-H stretch.
    ///
    /// The structure in polymers: Beamson, Clark, Kendrick and Briggs, J. Electron Spectrosc. 57 (1991) 79; the factor,
    /// 0.12 in the `instrument` facts, is an estimate.
    public var vibronic = Effect(0.08...0.16)
    /// Factor on the library's shake-up fractions, which are estimates.
    public var shakeUp = Effect(0.5...1.5)
    /// Differential charging of a mixture: standard deviation in eV of the constituents' own shifts.
    public var differentialCharging = Effect(0.05...0.4, share: 0.35)
    /// Broadening by lateral differences of charging: full width in eV.
    public var chargeBroadening = Effect(0...0.6, share: 1.0 / 3)
    /// Steps of the energy axis in eV; customary ones are more frequent than others.
    public var steps = Effect(0.02...0.5)
    /// Windows drawn on the measured axis; switched off, one region holds the whole range in 0.1 eV steps.
    public var windows = Effect(40...700)
    /// Standard deviation of the logarithm of each region's gain: the low end always (drift, focus), the high end for
    /// the share of setups whose regions were measured unequally long without a word about it.
    public var gain = Effect(0.1...0.7, share: 0.15)
    /// Standard deviation in eV of a region's own energy error, against the C 1s region (or the first).
    public var energyError = Effect(0...0.05)
    /// Exponent of the transmission in kinetic energy; the share without has a corrected one.
    ///
    /// Switches the relative intensities as a whole: the attenuation length goes as kinetic energy to the 0.75
    /// (Jablonski and Powell, J. Electron Spectrosc. 100 (1999) 137).
    public var transmission = Effect(-1.0 ... -0.3, share: 0.75)
    /// The library's energies: each component's scatter as a multiple of its stated uncertainty (half of which is
    /// taken as the table's own error), and 0.02 eV that all components of a polymer share.
    public var libraryEnergies = Effect(0...0.5)
    /// Relative scatter of the library's widths.
    public var libraryWidths = Effect(0...0.08)
    /// Relative scatter of an environment's number of atoms: end groups, additives, tacticity.
    public var libraryAtoms = Effect(0...0.03)
    /// Adventitious carbon on the sample: its share of the visible atoms; it carries no label.
    ///
    /// The `instrument` facts say 0 to 15 %; one draw in ten goes on to 35 %.
    public var adventitiousCarbon = Effect(0.03...0.20, share: 0.45)
    /// A trace of silicone, its share of the visible atoms; it carries no label.
    public var silicone = Effect(0.002...0.03, share: 0.05)
    /// Lines that belong to no polymer: the share of visible atoms in them, where polymers lie on them.
    ///
    /// Off in `all`: what models are judged on is polymers, what they learn from holds these too.
    public var foreignMaterial: Effect = {
        var effect = Effect(0.01...0.4, share: 0.18)
        effect.isOn = false
        return effect
    }()
    /// Loss of halogens under the beam.
    public var damage = Effect(0...0.1, share: 0.1)

    /// Every effect of instruments on polymers.
    public static let all = InstrumentEffects()

    /// What models learn from: `all`, and foreign materials.
    public static let training: InstrumentEffects = {
        var effects = InstrumentEffects()
        effects.foreignMaterial.isOn = true
        return effects
    }()

    /// No effect: nominal lines on the whole range, as the library has them.
    public static let none: InstrumentEffects = {
        var effects = InstrumentEffects()
        for path in everyEffect { effects[keyPath: path].isOn = false }
        return effects
    }()

    /// Creates the effects of `all`.
    public init() {}

    /// Every effect there is, for code that goes through them.
    static var everyEffect: [WritableKeyPath<InstrumentEffects, Effect>] {
        [
            \.counting, \.shirleyStep, \.losses, \.plasmon, \.offset, \.slope, \.resolution, \.lorentzianMix,
            \.asymmetry, \.vibronic, \.shakeUp, \.differentialCharging, \.chargeBroadening, \.steps, \.windows, \.gain,
            \.energyError, \.transmission, \.libraryEnergies, \.libraryWidths, \.libraryAtoms, \.adventitiousCarbon,
            \.silicone, \.foreignMaterial, \.damage,
        ]
    }
}
