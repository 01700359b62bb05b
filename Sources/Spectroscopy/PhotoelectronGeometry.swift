import Glibc

/// How the photons arrive, seen from the electrons that are collected.
public enum PhotoelectronGeometry: Sendable, Hashable {
    /// The angle at which asymmetry has no effect: `3 cos²γ = 1`, 54.7°.
    case magicAngle
    /// Unpolarised or circularly polarised photons at an angle γ to the electrons' direction.
    case unpolarised(angleDegrees: Double)
    /// Linearly polarised photons whose electric field is at an angle θ to the electrons' direction.
    case linearlyPolarised(angleDegrees: Double)

    /// The part of the electrons that is emitted towards the analyser, relative to equal emission in all directions.
    ///
    ///     unpolarised: 1 + β/2 (3/2 sin²γ - 1)      polarised: 1 + β/2 (3 cos²θ - 1)
    ///
    /// Dipole approximation (Reilman, Msezane, Manson, J. Electron Spectrosc. 8 (1976) 389), which is a few percent
    /// off from about 2 keV on.
    public func factor(asymmetry: Double) -> Double {
        switch self {
        case .magicAngle:
            return 1
        case .unpolarised(let angleDegrees):
            let sine = sin(angleDegrees * .pi / 180)
            return 1 + asymmetry / 2 * (1.5 * sine * sine - 1)
        case .linearlyPolarised(let angleDegrees):
            let cosine = cos(angleDegrees * .pi / 180)
            return 1 + asymmetry / 2 * (3 * cosine * cosine - 1)
        }
    }

    /// Whether the factor is one for every line.
    var isIndifferent: Bool { (factor(asymmetry: 1) - 1).magnitude < 1e-3 }
}
