public import Synthesis

/// The classical answer: every shift is tried, and at each the spectrum is fitted as a sum of the library.
///
/// A coarse profile over all shifts finds the minima; the deepest are refined in shift and in width of the lines.
public struct ShiftSearch: Sendable {
    /// What is searched, and what a spectrum may consist of.
    public struct Options: Sendable, Hashable {
        /// Shifts lie within ± this, in eV.
        public var maxShiftEV: Double
        /// Distance of the coarse profile's shifts in eV; minima are about a line's half width wide.
        public var coarseStepEV = 0.2
        /// Widths of the lines that are tried; what lies between two is blended.
        public var widths: [LineWidth]
        /// Which of them the coarse profile uses, by its place in ascending order.
        public var coarseWidth: Int
        /// The columns.
        public var lines: LibraryLines.Options
        /// Whether a background may lie under the lines.
        public var hasBackground: Bool
        /// Standard deviation of the logarithm of the regions' relative scales; 0 if they are known.
        public var gainSpread: Double
        /// Polymers without which chi-square (scaled by the reduced one) rises by less than this are left out, one after
        /// another; 0 keeps them all.
        public var leastSupport: Double
        /// Minima that are refined.
        public var refinedMinima = 4

        /// Spectra of the paper's protocol: clean, no background, the library's widths but for a broadening of at most
        /// a tenth of an eV or so.
        public static func benchmark(maxShiftEV: Double) -> Options {
            Options(
                maxShiftEV: maxShiftEV,
                widths: [0, 0.03, 0.06, 0.09, 0.13].map { LineWidth(broadeningEV: $0) }, coarseWidth: 0, lines: .bare,
                hasBackground: false, gainSpread: 0, leastSupport: 0)
        }

        /// Spectra as instruments deliver them.
        public static func measured(maxShiftEV: Double) -> Options {
            Options(
                maxShiftEV: maxShiftEV,
                widths: [0.3, 0.5, 0.7, 0.9, 1.1, 1.3, 1.6, 2].map { LineWidth(resolutionEV: $0) }, coarseWidth: 3,
                lines: .measured, hasBackground: true, gainSpread: 0.2, leastSupport: 10)
        }
    }

    /// What is searched.
    public let options: Options
    private let family: [LibraryLines]

    /// Tabulates a library's lines at every width.
    ///
    /// - Precondition: There is at least one width, and `coarseWidth` is one of them.
    public init(library: PolymerLibrary, options: Options) {
        precondition(options.widths.indices.contains(options.coarseWidth), "the coarse width is one of the widths")
        precondition(options.maxShiftEV >= 0 && options.coarseStepEV > 0, "shifts to search")
        self.options = options
        family = LibraryLines.family(library: library, widths: options.widths, options: options.lines)
    }

    /// What a search found.
    public struct Answer: Sendable {
        /// The profile over shifts and its minima.
        public let posterior: ShiftPosterior
        /// The best fit.
        public let fit: ConstituentFit
        /// Variance that its lines have beyond the nominal one, in eV².
        public let addedVarianceEV2: Double
    }

    /// Searches all shifts.
    public func search(_ observation: Observation) -> Answer {
        var descent = makeDescent(observation)
        let coarse = max(1, descent.basis.steps(ofShiftEV: options.coarseStepEV))
        let reach = descent.basis.steps(ofShiftEV: options.maxShiftEV)
        var profile: [(steps: Int, misfit: Double)] = []
        for steps in Self.covering(reach, by: coarse) {
            profile.append((steps, descent.misfit(shiftSteps: steps, width: options.coarseWidth)))
        }
        var minima: [ShiftDescent.Minimum] = []
        for start in Self.minima(profile.map(\.misfit)).prefix(options.refinedMinima) {
            let minimum = descent.refine(
                shiftSteps: profile[start].steps, width: options.coarseWidth, step: coarse / 2, reach: reach)
            if !minima.contains(where: { $0.shiftSteps == minimum.shiftSteps }) { minima.append(minimum) }
        }
        let best = minima.min { $0.misfit < $1.misfit } ?? descent.refine(shiftSteps: 0, width: 0, step: 1, reach: 0)
        // Curvatures first: they need the family's own widths, which the last fit leaves for a blend of two.
        let parabolas = minima.map { descent.parabola(at: $0) }
        let fit = descent.fit(at: best)
        let scale = observation.knowsNoise ? max(1, fit.reducedChiSquare) : max(fit.reducedChiSquare, 1e-300)
        let posterior = ShiftPosterior(
            shiftsEV: profile.map { Double($0.steps) * descent.basis.shiftStepEV },
            chiSquares: profile.map(\.misfit), scale: scale,
            minima: zip(minima, parabolas).map {
                ($1.shiftEV.clamped(to: options.maxShiftEV), $1.curvature, $0.misfit)
            })
        return Answer(posterior: posterior, fit: fit, addedVarianceEV2: descent.basis.lines.addedVarianceEV2)
    }

    /// Fits at a shift that is known, with the width that fits best.
    public func fit(_ observation: Observation, atShiftEV shiftEV: Double) -> ConstituentFit {
        var descent = makeDescent(observation)
        let steps = descent.basis.steps(ofShiftEV: shiftEV)
        let minimum = descent.refine(shiftSteps: steps, width: options.coarseWidth, step: 0, reach: 0)
        return descent.fit(at: minimum)
    }

    private func makeDescent(_ observation: Observation) -> ShiftDescent {
        let backgrounds = options.hasBackground ? BackgroundShapes(for: observation) : .none(for: observation)
        return ShiftDescent(
            basis: LibraryBasis(observation: observation, lines: family[options.coarseWidth], backgrounds: backgrounds),
            family: family, gainSpread: options.gainSpread, leastSupport: options.leastSupport)
    }

    /// Multiples of a step from -reach to reach, and the ends themselves.
    private static func covering(_ reach: Int, by step: Int) -> [Int] {
        let inner = Array(stride(from: -(reach / step) * step, through: reach, by: step))
        return reach % step == 0 ? inner : [-reach] + inner + [reach]
    }

    /// Local minima of a profile, its ends included, the deepest first.
    private static func minima(_ profile: [Double]) -> [Int] {
        profile.indices
            .filter { index in
                (index == 0 || profile[index] <= profile[index - 1])
                    && (index == profile.count - 1 || profile[index] < profile[index + 1])
            }
            .sorted { profile[$0] < profile[$1] }
    }
}

extension Double {
    fileprivate func clamped(to reach: Double) -> Double { Swift.min(Swift.max(self, -reach), reach) }
}
