/// One window of a spectrum, as measured: a core level or a survey.
public struct Region: Sendable, Hashable {
    /// No detector counts beyond this; it keeps sums and squares within single precision.
    public static let highestIntensity: Float = 1e20

    /// The share of counts or rates below zero that noise about a subtracted dark count still explains.
    ///
    /// Where nothing is emitted half of them are below zero, and those are as good as their neighbours above.
    private static let mostNegative = 0.75

    /// How it was recorded.
    public let settings: RegionSettings
    /// One intensity per point of the axis.
    public let intensities: [Float]

    /// Creates a region, or says which intensity is none.
    public init(settings: RegionSettings, intensities: [Float]) throws(SpectroscopyError) {
        guard intensities.count == settings.axis.count else {
            throw SpectroscopyError(
                region: settings.name,
                problem: .countMismatch(axis: settings.axis.count, intensities: intensities.count))
        }
        if let index = intensities.firstIndex(where: { !Self.isIntensity($0) }) {
            throw SpectroscopyError(region: settings.name, problem: .intensityNotFinite(index: index))
        }
        self.settings = settings
        self.intensities = intensities
    }

    /// Whether a number can be an intensity: finite and within ``highestIntensity``.
    static func isIntensity(_ value: Float) -> Bool {
        value.magnitude <= highestIntensity
    }

    /// Whether all intensities are whole numbers, as those of counted events are: averages, corrected or normalised
    /// counts have another variance than Poisson's.
    public var hasWholeCounts: Bool {
        intensities.allSatisfy { $0 == $0.rounded(.towardZero) }
    }

    /// Throws where so many intensities are below zero that they cannot be what a detector counted.
    ///
    /// It is asked where a region is to be analysed: as a measurement it can be read, kept and handed on.
    public func checkSigns() throws(SpectroscopyError) {
        let negative = intensities.count { $0 < 0 }
        // An intensity on an arbitrary scale may have lost a background, but not all of itself.
        let isImpossible =
            settings.ordinate == .arbitrary
            ? negative > 0 && !intensities.contains { $0 > 0 }
            : Double(negative) > Self.mostNegative * Double(intensities.count)
        if isImpossible {
            throw SpectroscopyError(region: name, problem: .intensitiesNegative(count: negative, of: intensities.count))
        }
    }

    /// The core level or window, such as `C 1s`.
    public var name: String { settings.name }
    /// The energies.
    public var axis: EnergyAxis { settings.axis }
}
