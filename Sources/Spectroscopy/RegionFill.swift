/// The planned way of one region's intensities into its cells.
struct RegionFill: Sendable {
    /// How a cell's intensity comes from points.
    enum Path: Sendable {
        /// Cell `firstCell + k` is point `k` of the ascending order.
        case copy(firstCell: Int)
        /// Cell number `n` of the filled ones is `Σ weights[k] · point[k]` over its share of the weights.
        case weighted(Weights)
    }

    /// Weights of the filled cells, one after the other; the points of a cell are neighbours in ascending order.
    struct Weights: Sendable {
        var firstPoints: [Int] = []
        var starts: [Int] = [0]
        var values: [Float] = []
    }

    let region: String
    let pointCount: Int
    let isReversed: Bool
    let cells: [Range<Int>]
    let path: Path
    /// The intensity of one event: 1 for counts, `1 / exposure` for counts per second; nil where it is not known.
    let eventSize: Float?

    init(_ settings: RegionSettings, footprint: RegionFootprint, cells: [Range<Int>]) {
        region = settings.name
        pointCount = settings.axis.count
        isReversed = footprint.isReversed
        self.cells = cells
        switch settings.ordinate {
        case .counts: eventSize = 1
        case .countsPerSecond: eventSize = settings.exposureS.map { Float(1 / $0) }
        case .arbitrary: eventSize = nil
        }
        let transmission = settings.isTransmissionCorrected ? nil : settings.transmission
        if footprint.isAligned, transmission == nil {
            // Without cells the position may be beyond an Int's reach, and is never used.
            path = .copy(firstCell: cells.isEmpty ? 0 : Int(footprint.positions[0]))
        } else {
            path = .weighted(
                Self.weights(footprint, cells: cells, sums: settings.ordinate == .counts, transmission: transmission))
        }
    }

    /// Fills the region's cells; the rest of the buffers stays as it is.
    func fill(
        _ points: UnsafeBufferPointer<Float>, intensities: UnsafeMutableBufferPointer<Float>,
        variance: UnsafeMutableBufferPointer<Float>
    ) {
        switch path {
        case .copy(let firstCell):
            for run in cells {
                copy(points, firstCell: firstCell, run: run, intensities: intensities, variance: variance)
            }
        case .weighted(let weights):
            weigh(points, weights: weights, intensities: intensities, variance: variance)
        }
    }

    private func copy(
        _ points: UnsafeBufferPointer<Float>, firstCell: Int, run: Range<Int>,
        intensities: UnsafeMutableBufferPointer<Float>, variance: UnsafeMutableBufferPointer<Float>
    ) {
        if isReversed {
            let last = firstCell + pointCount - 1
            for cell in run { intensities[cell] = points[last - cell] }
        } else {
            for cell in run { intensities[cell] = points[cell - firstCell] }
        }
        guard let eventSize else { return }
        for cell in run {
            let value = intensities[cell]
            variance[cell] = (value > eventSize ? value : eventSize) * eventSize
        }
    }

    private func weigh(
        _ points: UnsafeBufferPointer<Float>, weights: Weights, intensities: UnsafeMutableBufferPointer<Float>,
        variance: UnsafeMutableBufferPointer<Float>
    ) {
        let direction = isReversed ? -1 : 1
        var filled = 0
        for cell in cells.joined() {
            let first = weights.firstPoints[filled]
            var point = isReversed ? pointCount - 1 - first : first
            var sum: Float = 0
            var sumOfVariance: Float = 0
            for index in weights.starts[filled]..<weights.starts[filled + 1] {
                let weight = weights.values[index]
                let value = points[point]
                sum += weight * value
                if let eventSize { sumOfVariance += weight * weight * max(value, eventSize) * eventSize }
                point += direction
            }
            intensities[cell] = sum
            if eventSize != nil { variance[cell] = sumOfVariance }
            filled += 1
        }
    }

    private static func weights(
        _ footprint: RegionFootprint, cells: [Range<Int>], sums: Bool, transmission: [Float]?
    ) -> Weights {
        var weights = Weights()
        var point = 0
        for cell in cells.joined() {
            let low = Double(cell) - 0.5
            let high = Double(cell) + 0.5
            while point < footprint.positions.count - 1, footprint.upper(point) <= low { point += 1 }
            if !sums, let pair = interpolation(footprint, at: Double(cell), from: point) {
                weights.firstPoints.append(pair.point)
                weights.values.append(contentsOf: pair.weights)
            } else {
                weights.firstPoints.append(point)
                let total = sums ? 1 : footprint.coverage(of: cell)
                var next = point
                while next < footprint.positions.count, footprint.lower(next) < high {
                    let overlap = min(high, footprint.upper(next)) - max(low, footprint.lower(next))
                    let width = sums ? footprint.upper(next) - footprint.lower(next) : 1
                    weights.values.append(Float(max(overlap, 0) / (width * total)))
                    next += 1
                }
            }
            weights.starts.append(weights.values.count)
        }
        if let transmission { divide(&weights, by: transmission, isReversed: footprint.isReversed) }
        return weights
    }

    /// The two points around a cell's centre with their linear weights, where the steps there are coarser than cells.
    private static func interpolation(
        _ footprint: RegionFootprint, at centre: Double, from start: Int
    ) -> (point: Int, weights: [Float])? {
        var point = start
        while point < footprint.positions.count - 1, footprint.upper(point) <= centre { point += 1 }
        guard footprint.upper(point) - footprint.lower(point) > 1 + RegionFootprint.alignment else { return nil }
        let below = centre < footprint.positions[point] ? point - 1 : point
        // Beyond the outermost points, and at the rim of a hole, the nearest one counts alone.
        guard below >= 0, below + 1 < footprint.positions.count,
            footprint.upper(below) >= footprint.lower(below + 1) - RegionFootprint.sliver
        else { return (point, [1]) }
        let distance = footprint.positions[below + 1] - footprint.positions[below]
        let share = Float((centre - footprint.positions[below]) / distance)
        return (below, [1 - share, share])
    }

    private static func divide(_ weights: inout Weights, by transmission: [Float], isReversed: Bool) {
        for cell in weights.firstPoints.indices {
            var point = weights.firstPoints[cell]
            for index in weights.starts[cell]..<weights.starts[cell + 1] {
                weights.values[index] /= transmission[isReversed ? transmission.count - 1 - point : point]
                point += 1
            }
        }
    }
}
