/// A background of electrons that lost energy on their way through a solid of even composition.
///
///     B(E) = I_low + ∫_(E' < E) K(E - E') (I(E') - I_low) dE'
///
/// where K is the cross-section of inelastic scattering times the mean free path, per eV of loss: Tougaard, Surf.
/// Interface Anal. 25 (1997) 137.
public struct TougaardBackground: Background, Hashable {
    /// The probability of a loss T: `B T / ((C - T²)² + D T²)` above a gap, nothing below it.
    public struct LossFunction: Sendable, Hashable {
        /// Strength in eV².
        public var bEV2: Double
        /// Square of the loss near which it peaks, in eV²; negative in the universal form.
        public var cEV2: Double
        /// Width in eV².
        public var dEV2: Double
        /// The least loss, the gap of an insulator.
        public var gapEV: Double

        /// A loss function of Tougaard's form.
        public init(bEV2: Double, cEV2: Double, dEV2: Double, gapEV: Double = 0) {
            self.bEV2 = bEV2
            self.cEV2 = cEV2
            self.dEV2 = dEV2
            self.gapEV = gapEV
        }

        /// For metals, their oxides and alloys: `2866 T / (1643 + T²)²`.
        public static let universal = LossFunction(bEV2: 2866, cEV2: -1643, dEV2: 0)
        /// For polymers: `434 T / ((551 - T²)² + 436 T²)`.
        public static let polymer = LossFunction(bEV2: 434, cEV2: 551, dEV2: 436)

        /// Probability per eV of losing an energy.
        public func density(atLossEV lossEV: Double) -> Double {
            guard lossEV > gapEV else { return 0 }
            let squared = lossEV * lossEV
            return bEV2 * lossEV / ((cEV2 - squared) * (cEV2 - squared) + dEV2 * squared)
        }
    }

    /// How strong the background is.
    public enum Strength: Sendable, Hashable {
        /// As the loss function says.
        case theory
        /// Such that it meets the spectrum at the window's high end, as is customary for short windows.
        case meetingHighEnd
    }

    /// The loss function.
    public var lossFunction: LossFunction
    /// How strong it is taken.
    public var strength: Strength

    /// A Tougaard background that meets the spectrum at the high end, unless told otherwise.
    public init(_ lossFunction: LossFunction = .polymer, strength: Strength = .meetingHighEnd) {
        self.lossFunction = lossFunction
        self.strength = strength
    }

    /// What it is called, as it is written in results.
    public var name: String { "Tougaard" }

    /// The background under a window whose levels at both ends are given.
    public func estimate(under window: PeakWindow, ends: BackgroundEnds) -> BackgroundEstimate {
        let losses = losses(in: window, low: ends.low)
        guard strength == .meetingHighEnd else { return BackgroundEstimate(values: losses.map { ends.low + $0 }) }
        let lossesAtEnd = losses.suffix(ends.pointCount).reduce(0, +) / Double(ends.pointCount)
        guard lossesAtEnd > 0, ends.high > ends.low else {
            return BackgroundEstimate(
                values: LinearBackground.values(under: window, ends: ends),
                problem: "the spectrum does not rise towards higher binding energy as losses would make it; "
                    + "a straight line is taken")
        }
        let scale = (ends.high - ends.low) / lossesAtEnd
        return BackgroundEstimate(values: losses.map { ends.low + scale * $0 })
    }

    private func losses(in window: PeakWindow, low: Double) -> [Double] {
        let widths = window.widthsEV
        let above = zip(window.intensities, widths).map { ($0 - low) * $1 }
        return window.energiesEV.indices.map { index in
            (0..<index).reduce(0) { sum, source in
                let lossEV = window.energiesEV[index] - window.energiesEV[source]
                return sum + lossFunction.density(atLossEV: lossEV) * above[source]
            }
        }
    }
}
