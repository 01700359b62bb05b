import Spectroscopy

/// One synthetic measurement with its truth; the storage is used again by the next draw.
public struct Measurement: Sendable {
    /// How it was recorded.
    public var setup: InstrumentSetup
    /// Counts of each region on the instrument's own steps.
    public var intensities: [[Float]]
    /// Expected counts of the lines alone.
    public var signal: [[Float]]
    /// Expected counts of everything else: steps, losses, offsets, and the lines of foreign materials.
    public var background: [[Float]]
    /// One value of 0 or 1 for each functional group: what the constituents carry.
    ///
    /// Adventitious carbon, silicone and unfamiliar materials carry none.
    public var labels: [Float]
    /// The library's polymers in the sample: their shares of its visible (all but hydrogen) atoms, without
    /// contamination, which sum to 1, and the shift of each.
    public var constituents: [(polymer: Int, fraction: Double, shiftEV: Double)]
    /// Mean of the constituents' shifts, weighted by the intensity of their lines inside the recorded regions.
    ///
    /// The regions' own energy errors are not in it: they are errors of the measurement, not of the sample's potential.
    public var shiftEV: Double
    /// Standard deviation of the constituents' shifts with the same weights.
    public var spreadEV: Double
    /// Share of the visible atoms in adventitious carbon.
    public var contamination: Double
    /// Expected counts at the highest channel of all regions.
    public var peakCounts: Double
    /// Whether each element of the sample has its main line, moved by the shift, inside a recorded region and at least
    /// 1 eV from its ends.
    public var coversPresentElements: Bool

    /// What was drawn for the spectrum beyond its setup.
    var truth: Truth

    /// A measurement of nothing, to start from.
    public static let empty = Measurement(
        setup: .empty, intensities: [], signal: [], background: [], labels: [], constituents: [], shiftEV: 0,
        spreadEV: 0, contamination: 0, peakCounts: 0, coversPresentElements: false, truth: Truth())

    /// What makes every line of the spectrum, of the library's other polymers too.
    struct Truth: Sendable {
        /// Determines the errors of every substance's lines, whether it is in the sample or not.
        var linesKey: UInt64 = 0
        /// Which of the tabulated mixes the lines have; nil for each line's own.
        var lorentzianMix: Int?
        /// How much wider the high-energy side is.
        var asymmetry = 0.0
        /// Full width in eV of the broadening by charging.
        var chargeBroadeningEV = 0.0
        /// Huang-Rhys factor per hydrogen.
        var vibronicFactor = 0.0
        /// What is left of the halogens.
        var halogensLeft = 1.0
        /// Counts for each unit of intensity per visible atom.
        var countsPerUnit = 0.0
        /// Everything in the sample: substances of the generator's table with their shares of all visible atoms.
        var portions: [Portion] = []
        /// What is none of a polymer's and none of its contamination's.
        var foreign: [Portion] = []
    }

    /// A substance's part in the sample.
    struct Portion: Sendable {
        var substance: Int
        var share: Double
        var shiftEV: Double
    }

    /// Makes the storage fit a setup.
    mutating func prepare(for setup: InstrumentSetup) {
        self.setup = setup
        func fit(_ rows: inout [[Float]]) {
            rows = setup.regions.map { [Float](repeating: 0, count: $0.axis.count) }
        }
        fit(&intensities)
        fit(&signal)
        fit(&background)
    }
}
