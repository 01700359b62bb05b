/// Channels of a spectrum that stand alone: a spike of a cosmic ray or of the electronics, a dead channel, those before a
/// detector counts.
///
/// A channel stands alone if it is farther from the median of its four nearest neighbours than noise and any line can
/// bring it. Only steps that are fine against a line are looked at. Of neighbours only zeros at either end of a region
/// are found, a tenth of its points at most: a spike of two channels and more is none here.
public struct LoneChannels: Sendable, Hashable {
    /// One such channel.
    public struct Channel: Sendable, Hashable {
        /// The region's name.
        public let region: String
        /// Its binding energy in eV.
        public let energyEV: Double
    }

    /// The channels that stand alone.
    public let channels: [Channel]
    /// The spectrum with the neighbours' median in their place.
    public let spectrum: Spectrum
    /// Whether every region of counts held whole numbers: others have another variance than Poisson's.
    public let areCountsWhole: Bool

    /// The longest step in eV at which no line that is 0.4 eV wide stands alone.
    private static let longestStepEV = 0.21
    /// How many standard deviations of the noise a channel must be away.
    private static let leastSigmas: Float = 10
    /// How many times the distance between the neighbours themselves it must be away, too: lines have flanks.
    private static let leastSpreads: Float = 3
    /// Fewer points show no noise.
    private static let leastPoints = 20
    /// Points that the noise is measured at.
    private static let noisePoints = 256

    /// Looks for them in every region.
    public init(in spectrum: Spectrum) {
        var channels: [Channel] = []
        var regions = spectrum.regions
        var areCountsWhole = true
        for (index, region) in spectrum.regions.enumerated() {
            let isCounted = region.settings.ordinate == .counts && region.hasWholeCounts
            if region.settings.ordinate == .counts, !isCounted { areCountsWhole = false }
            let found = Self.find(in: region, isCounted: isCounted)
            guard !found.isEmpty else { continue }
            var intensities = region.intensities
            // What was counted stays a count.
            for (point, median) in found { intensities[point] = isCounted ? median.rounded() : median }
            guard let mended = try? Region(settings: region.settings, intensities: intensities) else { continue }
            regions[index] = mended
            channels += found.map {
                Channel(region: region.name, energyEV: region.settings.bindingEnergyEV(at: $0.point))
            }
        }
        self.channels = channels
        self.areCountsWhole = areCountsWhole
        guard !channels.isEmpty,
            let mended = try? Spectrum(
                regions: regions, sample: spectrum.sample, source: spectrum.source, blocks: spectrum.blocks,
                metadata: spectrum.metadata)
        else {
            self.spectrum = spectrum
            return
        }
        self.spectrum = mended
    }

    /// The lone channels of a region, each with the median of its neighbours.
    private static func find(in region: Region, isCounted: Bool) -> [(point: Int, median: Float)] {
        let values = region.intensities
        guard values.count >= leastPoints, region.axis.meanStepEV <= longestStepEV else { return [] }
        let noise = Noise(values, isCounted: isCounted)
        guard noise.sigma(at: 0) > 0 else { return [] }
        let before = zeros(values, noise: noise)
        let after =
            values.last == 0
            ? zeros(values.reversed(), noise: noise).map { (values.count - 1 - $0.point, $0.median) } : []
        let counted = before.count..<values.count - after.count
        return before + lone(values, within: counted, noise: noise) + after
    }

    private static func lone(
        _ values: [Float], within points: Range<Int>, noise: Noise
    ) -> [(point: Int, median: Float)] {
        var found: [(point: Int, median: Float)] = []
        for point in points {
            let first = min(max(point - 2, points.lowerBound), points.upperBound - 5)
            var (sum, low, high) = (Float(0), Float.infinity, -Float.infinity)
            for neighbour in first..<first + 5 where neighbour != point {
                let value = values[neighbour]
                sum += value
                low = min(low, value)
                high = max(high, value)
            }
            // Of four, the mean of the two in the middle.
            let median = (sum - low - high) / 2
            let distance = abs(values[point] - median)
            // The root is not needed of most.
            let excess = distance - leastSpreads * (high - low)
            if excess > 0, excess > leastSigmas * noise.sigma(at: median) { found.append((point, median)) }
        }
        return found
    }

    /// Zeros before the first channel that counted, each with the median of the next ones.
    private static func zeros(_ values: [Float], noise: Noise) -> [(point: Int, median: Float)] {
        let count = values.prefix { $0 == 0 }.count
        guard count > 0, count <= values.count / 10 else { return [] }
        let next = values[count..<count + 4].sorted()
        let median = (next[1] + next[2]) / 2
        guard next[0] > leastSigmas * noise.sigma(at: median) else { return [] }
        return (0..<count).map { ($0, median) }
    }

    /// How a region's noise grows with its intensity.
    private struct Noise {
        private let sigma: Float
        private let level: Float
        private let isCounted: Bool

        init(_ values: [Float], isCounted: Bool) {
            self.isCounted = isCounted
            let variance = DifferenceNoise.variance(
                of: values.span, in: values.indices, points: LoneChannels.noisePoints)
            sigma = Float(variance.squareRoot())
            let step = max(1, values.count / LoneChannels.noisePoints)
            let sampled = stride(from: 0, to: values.count, by: step).map { values[$0] }.sorted()
            level = sampled[sampled.count / 2]
        }

        /// At an intensity: as measured, growing like that of counting from where half of the region is lower; of
        /// counts at least that.
        func sigma(at intensity: Float) -> Float {
            let measured = level > 0 ? sigma * (max(intensity, level) / level).squareRoot() : sigma
            return isCounted ? max(measured, max(intensity, 1).squareRoot()) : measured
        }
    }
}
