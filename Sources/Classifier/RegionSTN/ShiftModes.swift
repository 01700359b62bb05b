import NeuralNetwork

/// The shifts that a spectrum may have: the modes of a distribution over bins of an energy axis.
public struct ShiftModes: Sendable, Equatable {
    /// The bins of a distribution.
    package struct Axis: Sendable, Equatable {
        /// Number of bins; the middle one stands for zero.
        package var bins: Int
        /// Width of a bin in eV.
        package var binEV: Float

        /// Bins of that width.
        package init(bins: Int, binEV: Float) {
            self.bins = bins
            self.binEV = binEV
        }

        /// The middle of a bin in eV.
        package func shiftEV(ofBin bin: Int) -> Float { (Float(bin) - Float(bins - 1) / 2) * binEV }

        /// Where a shift lies among the bins, a whole number at a bin's middle.
        package func position(ofShiftEV shiftEV: Float) -> Float { shiftEV / binEV + Float(bins - 1) / 2 }
    }

    /// One shift that fits.
    public struct Mode: Sendable, Equatable {
        /// The bins that its mean is taken over.
        package let bins: Range<Int>
        /// Its share of the probability.
        public let weight: Float
        /// Its mean in eV.
        public let shiftEV: Float
    }

    /// A mode ends where the probability falls below this share of the lower of two neighbouring peaks.
    static let valley: Float = 0.6
    /// A mode's mean is taken within this distance of its peak, in eV.
    static let meanReachEV: Float = 0.8

    /// The modes, the most probable first.
    public let modes: [Mode]

    /// Finds the modes of a distribution; those below `leastWeight` are left out, but the first never is.
    ///
    /// - Parameter farthestEV: Modes farther than this from the first are none, and the others share what those would
    /// weigh.
    package init(
        _ p: Span<Float>, axis: Axis, leastWeight: Float, most: Int, within farthestEV: Float = .infinity
    ) {
        var found: [Mode] = []
        for basin in Self.basins(p) { found.append(Self.mode(basin, p, axis)) }
        found.sort { $0.weight > $1.weight }
        if let first = found.first, farthestEV < .infinity {
            let near = found.filter { abs($0.shiftEV - first.shiftEV) <= farthestEV }
            let share =
                near.reduce(0) { $0 + $1.weight } / max(found.reduce(0) { $0 + $1.weight }, .leastNormalMagnitude)
            found = near.map { Mode(bins: $0.bins, weight: $0.weight / share, shiftEV: $0.shiftEV) }
        }
        let kept = found.enumerated().filter {
            $0.offset == 0 || ($0.offset < most && $0.element.weight >= leastWeight)
        }
        modes = kept.map(\.element)
    }

    /// The mode that holds a known shift, for training; nil where none lies within `reachEV` of it.
    package func mode(nearestTo shiftEV: Float, within reachEV: Float) -> Mode? {
        let nearest = modes.min { abs($0.shiftEV - shiftEV) < abs($1.shiftEV - shiftEV) }
        return nearest.flatMap { abs($0.shiftEV - shiftEV) <= reachEV ? $0 : nil }
    }

    /// Stretches of bins around the peaks, divided at valleys that are deep enough.
    private static func basins(_ p: Span<Float>) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var (start, peak, low, lowBin) = (0, p[0], p[0], 0)
        for bin in 1..<p.count {
            if p[bin] < low { (low, lowBin) = (p[bin], bin) }
            if low >= valley * peak {
                // Still climbing, or on a plateau: no valley yet.
                if p[bin] > peak { (peak, low, lowBin) = (p[bin], p[bin], bin) }
            } else if p[bin] > low / valley {
                ranges.append(start..<lowBin)
                (start, peak, low, lowBin) = (lowBin, p[bin], p[bin], bin)
            }
        }
        ranges.append(start..<p.count)
        return ranges.filter { !$0.isEmpty }
    }

    private static func mode(_ range: Range<Int>, _ p: Span<Float>, _ axis: Axis) -> Mode {
        var peak = range.lowerBound
        var weight: Float = 0
        for bin in range {
            weight += p[bin]
            if p[bin] > p[peak] { peak = bin }
        }
        let reach = Int((meanReachEV / axis.binEV).rounded())
        let near = max(range.lowerBound, peak - reach)..<min(range.upperBound, peak + reach + 1)
        var (sum, mean): (Float, Float) = (0, 0)
        for bin in near {
            sum += p[bin]
            mean += p[bin] * axis.shiftEV(ofBin: bin)
        }
        return Mode(bins: near, weight: weight, shiftEV: sum > 0 ? mean / sum : axis.shiftEV(ofBin: peak))
    }
}
