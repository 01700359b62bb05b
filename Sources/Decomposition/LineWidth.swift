import Glibc

/// How wide an instrument and a sample make the library's lines.
public struct LineWidth: Sendable, Hashable {
    /// The instrument's part of the library's nominal widths, full width at half maximum in eV.
    public static let nominalResolutionEV = 0.4

    /// Full width at half maximum of the instrument's (or any other) Gaussian part in eV.
    ///
    /// It replaces the nominal one by the rule of the library, F² = F₀² - 0.4² + resolution².
    public let resolutionEV: Double
    /// Standard deviation in eV of a Gaussian that the finished line is convolved with.
    public let broadeningEV: Double

    /// The library's own widths.
    public static let nominal = LineWidth()

    /// Chosen widths.
    public init(resolutionEV: Double = nominalResolutionEV, broadeningEV: Double = 0) {
        precondition(resolutionEV >= 0 && broadeningEV >= 0, "widths are not negative")
        self.resolutionEV = resolutionEV
        self.broadeningEV = broadeningEV
    }

    /// What is added to the nominal lines, as a variance in eV².
    public var addedVarianceEV2: Double {
        // A Gaussian's variance is its squared full width over 8 ln 2.
        let resolution = resolutionEV * resolutionEV - Self.nominalResolutionEV * Self.nominalResolutionEV
        return resolution / (8 * log(2)) + broadeningEV * broadeningEV
    }

    /// The full width of a line whose nominal one is given.
    func fwhmEV(nominalEV: Double) -> Double {
        let squared =
            nominalEV * nominalEV - Self.nominalResolutionEV * Self.nominalResolutionEV + resolutionEV * resolutionEV
        return max(squared, 0.01).squareRoot()
    }
}
