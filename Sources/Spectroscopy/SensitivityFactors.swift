import Glibc

/// How many counts an atom gives in each line, relative to others under the same photons.
///
///     S = σ(hν) · L(γ) · KE^0.75 · T(KE)
///
/// with the cross-section σ relative to C 1s, the angular factor L, the attenuation length and, where the analyser's
/// transmission was neither recorded nor divided out, an assumed transmission.
public struct SensitivityFactors: Sendable, Hashable {
    /// The parts of one line's factor.
    public struct Factor: Sendable, Hashable {
        /// Cross-section relative to C 1s at the same photon energy, or the user's own factor.
        public let crossSection: Double
        /// Angular factor.
        public let angular: Double
        /// Attenuation length relative to that of electrons of 1 keV.
        public let attenuation: Double
        /// Transmission relative to that at 1 keV; 1 where it is divided out.
        public let transmission: Double

        /// All of them together.
        public var product: Double { crossSection * angular * attenuation * transmission }
    }

    /// What is known of the analyser's transmission.
    public enum Transmission: Sendable, Hashable {
        /// It was recorded or divided out by the instrument.
        case dividedOut
        /// It is taken for a power of the kinetic energy.
        case power(exponent: Double)
    }

    /// Exponent of the attenuation length for electrons of 0.3 to 10 keV in organic matter.
    ///
    /// Tanuma, Powell, Penn (Surf. Interface Anal. 21 (1994) 165) give 0.75 to 0.79.
    public static let standardAttenuationExponent = 0.75

    /// Where photons come from and electrons go.
    public var geometry: PhotoelectronGeometry
    /// Asymmetry parameters β of lines; s levels need none, theirs is 2.
    public var asymmetries: [PhotoelectronLine: Double]
    /// Factors that replace the cross-section, such as an instrument maker's, relative to C 1s.
    public var overrides: [PhotoelectronLine: Double]
    /// Exponent of the attenuation length, 0 where the overrides hold it already.
    public var attenuationExponent: Double

    /// Scofield's cross-sections at the magic angle, unless told otherwise.
    public init(
        geometry: PhotoelectronGeometry = .magicAngle, asymmetries: [PhotoelectronLine: Double] = [:],
        overrides: [PhotoelectronLine: Double] = [:],
        attenuationExponent: Double = Self.standardAttenuationExponent
    ) {
        self.geometry = geometry
        self.asymmetries = asymmetries
        self.overrides = overrides
        self.attenuationExponent = attenuationExponent
    }

    /// The factor of a line.
    public func factor(
        of line: PhotoelectronLine, photonEnergyEV: Double, transmission: Transmission
    ) throws(QuantificationError) -> Factor {
        let table = CrossSectionTable.standard
        let kineticKeV = (photonEnergyEV - table.bindingEnergiesEV(of: line).lowerBound) / 1000
        guard kineticKeV > 0 else {
            throw .noCrossSection(line: line, photonEnergyEV: photonEnergyEV)
        }
        let transmissionFactor =
            switch transmission {
            case .dividedOut: 1.0
            case .power(let exponent): pow(kineticKeV, exponent)
            }
        return Factor(
            crossSection: try crossSection(of: line, photonEnergyEV: photonEnergyEV, table: table),
            angular: geometry.factor(asymmetry: try asymmetry(of: line)),
            attenuation: pow(kineticKeV, attenuationExponent), transmission: transmissionFactor)
    }

    private func crossSection(
        of line: PhotoelectronLine, photonEnergyEV: Double, table: CrossSectionTable
    ) throws(QuantificationError) -> Double {
        if let override = overrides[line] {
            guard override > 0, override.isFinite else { throw .factorNotPositive(line: line, value: override) }
            return override
        }
        guard let kilobarn = table.kilobarn(of: line, photonEnergyEV: photonEnergyEV) else {
            throw .noCrossSection(line: line, photonEnergyEV: photonEnergyEV)
        }
        return kilobarn / Self.carbonKilobarn(photonEnergyEV: photonEnergyEV, table: table)
    }

    /// The cross-section that others are relative to: C 1s under the same photons, or under Al Kα where these do not
    /// reach it.
    private static func carbonKilobarn(photonEnergyEV: Double, table: CrossSectionTable) -> Double {
        guard let carbon = PhotoelectronLine(element: "C", orbital: "1s") else { return 1 }
        return table.kilobarn(of: carbon, photonEnergyEV: photonEnergyEV)
            ?? table.kilobarn(of: carbon, photonEnergyEV: CrossSectionTable.aluminiumEV) ?? 1
    }

    private func asymmetry(of line: PhotoelectronLine) throws(QuantificationError) -> Double {
        if let asymmetry = asymmetries[line] {
            guard (-1...2).contains(asymmetry) else { throw .asymmetryOutOfRange(line: line, value: asymmetry) }
            return asymmetry
        }
        // 2 for every s level without spin-orbit effects in the continuum: Cooper, Zare, J. Chem. Phys. 48 (1968) 942.
        if line.orbital.hasSuffix("s") { return 2 }
        guard geometry.isIndifferent else { throw .noAsymmetry(line: line) }
        return 0
    }
}
