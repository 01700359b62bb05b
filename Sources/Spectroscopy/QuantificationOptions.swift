/// How a spectrum is quantified.
public struct QuantificationOptions: Sendable {
    /// The elements of the polymer library, in the order of their atomic numbers.
    public static let polymerElements = ["C", "N", "O", "F", "Na", "Si", "P", "S", "Cl", "Br", "I"]
    /// What analysers' transmission is taken for where nothing else is known: at constant pass energy it falls with the
    /// kinetic energy to a power between 0.3 and 1.0.
    public static let assumedTransmissionExponent = -0.7
    /// Standard deviation of that power, of an even distribution over the range.
    public static let transmissionExponentSigma = 0.2

    /// Elements that are looked for in surveys and in regions whose name is no core level.
    public var elements: [String]
    /// What is drawn under the lines.
    public var background: any Background
    /// Sensitivity factors.
    public var sensitivity: SensitivityFactors
    /// Windows on the measured axis that replace the customary ones.
    public var limitsEV: [PhotoelectronLine: ClosedRange<Double>]
    /// Photon energy of regions that do not say theirs.
    public var photonEnergyEV: Double?
    /// Power of the kinetic energy that the transmission is taken for where it was not recorded.
    public var transmissionExponent: Double

    /// Shirley backgrounds, Scofield's cross-sections and the elements of polymers, unless told otherwise.
    public init(
        elements: [String] = Self.polymerElements, background: any Background = ShirleyBackground(),
        sensitivity: SensitivityFactors = SensitivityFactors(),
        limitsEV: [PhotoelectronLine: ClosedRange<Double>] = [:], photonEnergyEV: Double? = nil,
        transmissionExponent: Double = Self.assumedTransmissionExponent
    ) {
        self.elements = elements
        self.background = background
        self.sensitivity = sensitivity
        self.limitsEV = limitsEV
        self.photonEnergyEV = photonEnergyEV
        self.transmissionExponent = transmissionExponent
    }

    /// The background that the chosen one is compared with.
    var otherBackground: any Background {
        background is LinearBackground ? ShirleyBackground() : LinearBackground()
    }

    var assumptions: [String] {
        var assumptions = [
            "\(background.name) backgrounds; sample even within the sampling depth; attenuation length as the kinetic "
                + "energy to the power \(sensitivity.attenuationExponent)"
        ]
        if sensitivity.geometry == .magicAngle {
            assumptions.append("photons arrive at the magic angle, 54.7 degrees from the electrons' direction")
        }
        if !sensitivity.overrides.isEmpty {
            let lines = sensitivity.overrides.keys.map(\.description).sorted().joined(separator: ", ")
            assumptions.append("sensitivity factors of your own for \(lines)")
        }
        return assumptions
    }
}
