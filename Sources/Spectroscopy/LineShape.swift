import Glibc

/// A symmetric Gaussian-Lorentzian product line of unit area.
///
///     g(x) = exp(-4 ln2 (1 - m) x²/F²) / (1 + 4 m x²/F²),   x = E - centre, F = full width, m = Lorentzian fraction
///
/// This is the GL(100 m) line that polymer C 1s envelopes are customarily fitted with. Of the two customary forms
/// (Hesse, Streubel, Szargan, Surf. Interface Anal. 39 (2007) 381 compare them) the sum keeps Lorentzian tails over
/// hundreds of eV and the product does not: those tails cannot be told from a background, which is taken off
/// measured regions, so the product is closer to what is left of a measured line.
public struct LineShape: Sendable {
    /// Position of the maximum in eV.
    public let centreEV: Double
    /// Nominal full width at half maximum in eV: exact for m = 0 and m = 1, 2.5 % narrower than said at m = 0.15.
    public let fwhmEV: Double
    /// Lorentzian fraction m, from 0 (Gaussian) to 1 (Lorentzian).
    public let lorentzianFraction: Double

    private let gaussianCoefficient: Double
    private let lorentzianCoefficient: Double
    private let height: Double

    /// A line of unit area.
    ///
    /// - Precondition: `fwhmEV` is positive and `lorentzianFraction` lies in 0...1.
    public init(centreEV: Double, fwhmEV: Double, lorentzianFraction: Double) {
        precondition(fwhmEV > 0 && (0...1).contains(lorentzianFraction), "a line needs a width and a fraction in 0...1")
        self.centreEV = centreEV
        self.fwhmEV = fwhmEV
        self.lorentzianFraction = lorentzianFraction
        gaussianCoefficient = 4 * log(2) * (1 - lorentzianFraction) / (fwhmEV * fwhmEV)
        lorentzianCoefficient = 4 * lorentzianFraction / (fwhmEV * fwhmEV)
        height = 1 / Self.area(gaussianCoefficient, lorentzianCoefficient)
    }

    /// The line's intensity per eV at an energy.
    public func density(atEV energyEV: Double) -> Double {
        let squared = (energyEV - centreEV) * (energyEV - centreEV)
        return height * exp(-gaussianCoefficient * squared) / (1 + lorentzianCoefficient * squared)
    }

    /// ∫ exp(-a x²) / (1 + b x²) dx = π/√b · exp(a/b) · erfc(√(a/b)) over the whole axis.
    ///
    /// Towards the Gaussian (b → 0) exp overflows while erfc underflows, so there the asymptotic series of their
    /// product takes over: √(π/a) · (1 - r/2 + 3r²/4), r = b/a.
    private static func area(_ a: Double, _ b: Double) -> Double {
        guard b * 100 > a else {
            let ratio = b / a
            return (Double.pi / a).squareRoot() * (1 - ratio / 2 + 3 * ratio * ratio / 4)
        }
        return Double.pi / b.squareRoot() * exp(a / b) * erfc((a / b).squareRoot())
    }
}
