import Glibc

/// Finds the peaks of a region: maxima of its wavelet transform that the noise does not explain.
///
///     R(E, s) = ∫ I(E') (1 - x²) exp(-x²/2) dE',   x = (E' - E) / s
///
/// The wavelet is a Gaussian's negative second derivative, so that the transform is the second derivative of the
/// smoothed region, and does not see constant or linear backgrounds; `s` runs over the widths of lines. The variance
/// of R follows from the points' own, and the threshold from the number of places that are looked at. Of a step, R has
/// a maximum too, but one that moves with `s`, and is left out by that (Du, Kibbe, Lin, Bioinformatics 22 (2006) 2059
/// follow maxima over scales in the same way).
public struct PeakFinder: Sendable, Hashable {
    /// How many peaks are found, on average, in a region without any.
    public var falseAlarms: Double
    /// Broader maxima are taken for background.
    public var widestFWHMEV: Double

    /// No threshold is below this: where counts are few, their distribution has a longer tail than a Gaussian's.
    static let leastThreshold = 5.0
    /// A maximum that is followed to a neighbouring scale may be weaker than one that stands alone.
    static let followedFraction = 0.5
    /// Ratio of neighbouring scales.
    static let scaleRatio = 2.0.squareRoot()
    /// A peak's maximum moves less than this part of the scale from one to the next; a step's moves 0.29 or more.
    static let steadiness = 0.2
    /// Wavelets narrower than this number of points cannot be told from noise of single points.
    static let leastPoints = 1.5

    /// A finder for lines up to 5 eV wide with one false alarm in a hundred regions.
    public init(falseAlarms: Double = 0.01, widestFWHMEV: Double = 5) {
        self.falseAlarms = falseAlarms
        self.widestFWHMEV = widestFWHMEV
    }

    /// The peaks of a region, by ascending binding energy.
    public func peaks(in region: Region) -> [Peak] {
        PeakWindow(region, limitsEV: region.settings.bindingRangeEV).map { peaks(in: $0) } ?? []
    }

    /// The peaks of a window, by ascending binding energy.
    public func peaks(in window: PeakWindow) -> [Peak] {
        let scales = scalesEV(of: window)
        guard !scales.isEmpty else { return [] }
        let threshold = threshold(of: window, scalesEV: scales)
        let transforms = scales.map { WaveletTransform(of: window, scaleEV: $0) }
        let maxima = transforms.map { $0.maxima(leastSignificance: Self.followedFraction * threshold) }
        return ridges(maxima, threshold: threshold)
            .filter { isSteady($0, maxima: maxima, threshold: threshold) }
            .map { peak($0, transforms: transforms) }
            .sorted { $0.energyEV < $1.energyEV }
    }

    private func scalesEV(of window: PeakWindow) -> [Double] {
        let spanEV = window.energiesEV[window.count - 1] - window.energiesEV[0]
        var scaleEV = Self.leastPoints * spanEV / Double(window.count - 1)
        // The transform of a Gaussian stands out most at √5 times its own scale.
        let widest = min(widestFWHMEV / WaveletTransform.fwhmOfScale * 5.0.squareRoot(), spanEV / 6)
        var scales: [Double] = []
        while scaleEV <= widest {
            scales.append(scaleEV)
            scaleEV *= Self.scaleRatio
        }
        return scales
    }

    /// The significance that noise alone exceeds ``falseAlarms`` times in all places and scales together.
    private func threshold(of window: PeakWindow, scalesEV: [Double]) -> Double {
        let spanEV = window.energiesEV[window.count - 1] - window.energiesEV[0]
        let trials = scalesEV.reduce(0) { $0 + spanEV / $1 }
        var threshold = Self.leastThreshold
        while trials * erfc(threshold / 2.0.squareRoot()) / 2 > falseAlarms, threshold < 20 { threshold += 0.05 }
        return threshold
    }

    /// Maxima of several scales that belong together, finest scale first.
    private struct Ridge {
        var maxima: [WaveletTransform.Maximum]

        var best: WaveletTransform.Maximum {
            maxima.reduce(maxima[0]) { $1.significance > $0.significance ? $1 : $0 }
        }
    }

    /// Follows maxima from the finest scale on which they stand out to coarser ones.
    ///
    /// On the way two lines become one maximum, which belongs to neither; a line that is told from its neighbour on a
    /// fine scale stays a line.
    private func ridges(_ maxima: [[WaveletTransform.Maximum]], threshold: Double) -> [Ridge] {
        var ridges: [Ridge] = []
        for maximum in maxima.joined() {
            let near = ridges.indices.filter { index in
                (ridges[index].maxima[ridges[index].maxima.count - 1].energyEV - maximum.energyEV).magnitude
                    < 1.5 * maximum.scaleEV
            }
            if near.isEmpty {
                guard maximum.significance >= threshold,
                    maximum.prominence >= 2.0.squareRoot() * threshold
                else { continue }
                ridges.append(Ridge(maxima: [maximum]))
            } else if near.count == 1, let last = ridges[near[0]].maxima.last, last.scaleEV < maximum.scaleEV {
                ridges[near[0]].maxima.append(maximum)
            }
        }
        return ridges
    }

    private func isSteady(_ ridge: Ridge, maxima: [[WaveletTransform.Maximum]], threshold: Double) -> Bool {
        let best = ridge.best
        return maxima.joined().contains { other in
            let ratio = other.scaleEV / best.scaleEV
            return (ratio - 1).magnitude > 0.1 && ratio < 1.1 * Self.scaleRatio && ratio > 0.9 / Self.scaleRatio
                && (other.energyEV - best.energyEV).magnitude < Self.steadiness * best.scaleEV
        }
    }

    /// The Gaussian whose transform is nearest to the ridge's, from the finest scale on which half of its significance is
    /// seen, where neighbours disturb it least, to its best.
    private func peak(_ ridge: Ridge, transforms: [WaveletTransform]) -> Peak {
        let best = ridge.best
        let finest = ridge.maxima.first { $0.significance >= best.significance / 2 } ?? best
        let measured = transforms.filter { (0.99 * finest.scaleEV...1.01 * best.scaleEV).contains($0.scaleEV) }
            .map { $0.maximum(nearEV: finest.energyEV) }
        var fit = (distance: Double.infinity, sigmaEV: best.scaleEV, height: 0.0)
        var sigmaEV = finest.scaleEV / 4
        while sigmaEV * WaveletTransform.fwhmOfScale <= 2 * widestFWHMEV {
            var (product, square, total) = (0.0, 0.0, 0.0)
            for point in measured {
                let unit = WaveletTransform.response(toSigmaEV: sigmaEV, scaleEV: point.scaleEV) / point.noise
                product += unit * point.response / point.noise
                square += unit * unit
                total += point.response * point.response / (point.noise * point.noise)
            }
            let distance = total - product * product / square
            if distance < fit.distance { fit = (distance, sigmaEV, product / square) }
            sigmaEV *= 1.02
        }
        return Peak(
            energyEV: finest.energyEV, height: fit.height, fwhmEV: fit.sigmaEV * WaveletTransform.fwhmOfScale,
            significance: best.significance)
    }
}
