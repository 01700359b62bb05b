/// The part of a region between two binding energies, as numbers: ascending, transmission divided out, with the
/// variance of every point.
public struct PeakWindow: Sendable, Hashable {
    /// Binding energies, strictly ascending, at least three.
    public let energiesEV: [Double]
    /// Intensities; negative ones are kept, noise has them.
    public let intensities: [Double]
    /// Variance of each intensity.
    public let variances: [Double]
    /// Whether the variances were estimated from the scatter of neighbours, the scale of the counting being unknown.
    public let isNoiseEstimated: Bool

    /// A window of counts, or of any intensities whose variances are known; without them they are estimated.
    ///
    /// - Precondition: at least three points, in ascending order, as many intensities and variances.
    public init(energiesEV: [Double], intensities: [Double], variances: [Double]? = nil) {
        precondition(
            energiesEV.count >= 3 && energiesEV.count == intensities.count, "a window has three points or more")
        precondition(zip(energiesEV, energiesEV.dropFirst()).allSatisfy { $0 < $1 }, "a window's energies ascend")
        precondition(variances.map { $0.count == energiesEV.count } ?? true, "each point has a variance")
        self.energiesEV = energiesEV
        self.intensities = intensities
        isNoiseEstimated = variances == nil
        self.variances = variances ?? Self.variances(of: intensities, eventSize: Self.eventSize(in: intensities))
    }

    /// The points of a region between two binding energies, ends included; nil where there are fewer than three.
    ///
    /// Counts per second are left as they are and counts stay counts: ``RegionSettings/exposureS`` tells how to
    /// compare them.
    public init?(_ region: Region, limitsEV: ClosedRange<Double>) {
        let settings = region.settings
        var points: [(energyEV: Double, intensity: Double, transmission: Double)] = []
        for index in region.intensities.indices {
            let energyEV = settings.bindingEnergyEV(at: index)
            guard limitsEV.contains(energyEV) else { continue }
            let transmission = settings.isTransmissionCorrected ? nil : settings.transmission?[index]
            points.append((energyEV, Double(region.intensities[index]), Double(transmission ?? 1)))
        }
        guard points.count >= 3 else { return nil }
        if points[0].energyEV > points[1].energyEV { points.reverse() }
        let raw = points.map(\.intensity)
        let eventSize: Double? =
            switch settings.ordinate {
            // Averages, corrected or normalised counts have another variance than Poisson's.
            case .counts: region.hasWholeCounts ? 1 : nil
            case .countsPerSecond: settings.exposureS.map { 1 / $0 }
            case .arbitrary: nil
            }
        let variances = Self.variances(of: raw, eventSize: eventSize ?? Self.eventSize(in: raw))
        energiesEV = points.map(\.energyEV)
        intensities = points.map { $0.intensity / $0.transmission }
        self.variances = zip(variances, points).map { $0 / ($1.transmission * $1.transmission) }
        isNoiseEstimated = eventSize == nil
    }

    /// The points up to an energy; nil where there are fewer than three.
    func ending(atEV endEV: Double) -> PeakWindow? {
        let end = energiesEV.firstIndex { $0 > endEV } ?? count
        guard end >= 3 else { return nil }
        return PeakWindow(part: 0..<end, of: self)
    }

    private init(part: Range<Int>, of window: PeakWindow) {
        energiesEV = Array(window.energiesEV[part])
        intensities = Array(window.intensities[part])
        variances = Array(window.variances[part])
        isNoiseEstimated = window.isNoiseEstimated
    }

    /// Number of points.
    public var count: Int { energiesEV.count }

    /// The width in eV that each point stands for: trapezoids, so that the ends count half.
    var widthsEV: [Double] {
        energiesEV.indices.map { index in
            (energiesEV[min(index + 1, count - 1)] - energiesEV[max(index - 1, 0)]) / 2
        }
    }

    /// The intensities of all points together, per eV.
    public var area: Double { zip(intensities, widthsEV).reduce(0) { $0 + $1.0 * $1.1 } }

    /// Poisson variances: the expected intensity, which is the mean of five neighbours, times what one event gives.
    ///
    /// A point's own count would be a poor estimate where counts are few: zero counts would have no variance.
    private static func variances(of intensities: [Double], eventSize: Double) -> [Double] {
        intensities.indices.map { index in
            let neighbours = intensities[max(index - 2, 0)...min(index + 2, intensities.count - 1)]
            let mean = neighbours.reduce(0, +) / Double(neighbours.count)
            return eventSize * max(mean, eventSize / Double(neighbours.count))
        }
    }

    /// What one event gives, from the scatter of second differences, whose variance is six times a point's.
    ///
    /// The median keeps lines, where the second difference is signal, from counting much.
    private static func eventSize(in intensities: [Double]) -> Double {
        var ratios: [Double] = []
        for index in intensities.indices.dropFirst().dropLast() {
            let sum = intensities[index - 1] + intensities[index] + intensities[index + 1]
            let bend = intensities[index - 1] - 2 * intensities[index] + intensities[index + 1]
            if sum > 0 { ratios.append(bend * bend / (6 * sum / 3)) }
        }
        guard !ratios.isEmpty else { return 1 }
        // The median of a squared standard normal number is 0.4549.
        let median = ratios.sorted()[ratios.count / 2] / 0.4549
        return max(median, .leastNormalMagnitude)
    }
}
