/// A maximum that stands out of a region's noise.
public struct Peak: Sendable, Hashable {
    /// Binding energy of the maximum, on the measured axis.
    public let energyEV: Double
    /// Height above what bends slowly around it, in the region's unit of intensity, of the Gaussian that fits best.
    public let height: Double
    /// Full width at half maximum of that Gaussian.
    public let fwhmEV: Double
    /// How far it stands out, in standard deviations of the noise there.
    public let significance: Double

    /// Area of the Gaussian: intensity times eV.
    public var area: Double { height * fwhmEV * 1.064467 }
}
