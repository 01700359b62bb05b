import Glibc
import Spectroscopy

/// Gaussian-Lorentzian lines, tabulated once over the distance from the centre in full widths.
struct LineProfiles: Sendable {
    /// Distance between the tabulated Lorentzian fractions.
    static let mixStep = 0.05
    /// How many are tabulated: 0 to 0.5.
    static let mixCount = 11
    /// Entries for each full width: linear interpolation is then within 3e-6 of the height.
    static let entriesPerWidth = 512
    /// Where the table ends, in full widths: below 1e-7 of the height at every fraction, less than the least noise of
    /// the largest counts, so that no end of a line shows.
    static let reachWidths = 3.25

    /// Entries of one fraction, with one beyond the end to interpolate to.
    static let stride = Int(reachWidths * Double(entriesPerWidth)) + 2

    /// `[mix, distance]`, 1 at the centre.
    let values: [Float]
    /// Height of a line of unit area and unit width, for each fraction.
    let heights: [Double]

    init() {
        var values: [Float] = []
        var heights: [Double] = []
        for mix in 0..<Self.mixCount {
            let shape = LineShape(centreEV: 0, fwhmEV: 1, lorentzianFraction: Double(mix) * Self.mixStep)
            let height = shape.density(atEV: 0)
            heights.append(height)
            for entry in 0..<Self.stride {
                values.append(Float(shape.density(atEV: Double(entry) / Double(Self.entriesPerWidth)) / height))
            }
        }
        self.values = values
        self.heights = heights
    }

    /// The tabulated fraction nearest to one.
    static func nearest(to lorentzianFraction: Double) -> Int {
        min(mixCount - 1, max(0, Int((lorentzianFraction / mixStep).rounded())))
    }

    /// Adds a line to equally spaced points.
    ///
    /// The line has the given area and its own width on each side of the maximum.
    func add(
        area: Double, centreEV: Double, lowWidthEV: Double, highWidthEV: Double, mix: Int,
        to points: UnsafeMutableBufferPointer<Float>, startEV: Double, stepEV: Double
    ) {
        let firstEV = centreEV - Self.reachWidths * lowWidthEV
        let lastEV = centreEV + Self.reachWidths * highWidthEV
        guard lastEV >= startEV, firstEV <= startEV + Double(points.count - 1) * stepEV else { return }
        let height = Float(2 * area / (lowWidthEV + highWidthEV) * heights[mix])
        let first = max(0, Int(((firstEV - startEV) / stepEV).rounded(.up)))
        let last = min(points.count - 1, Int(((lastEV - startEV) / stepEV).rounded(.down)))
        let middle = min(last + 1, max(first, Int(((centreEV - startEV) / stepEV).rounded(.up))))
        values.withUnsafeBufferPointer { values in
            let table = UnsafeBufferPointer(rebasing: values[mix * Self.stride..<(mix + 1) * Self.stride])
            func side(_ range: Range<Int>, sign: Double, widthEV: Double) {
                let scale = sign * Double(Self.entriesPerWidth) / widthEV
                let start = Float((startEV + Double(range.lowerBound) * stepEV - centreEV) * scale)
                let slope = Float(stepEV * scale)
                for point in range {
                    let position = max(0, start + slope * Float(Int32(truncatingIfNeeded: point - range.lowerBound)))
                    // Rounding can carry the outermost point beyond the table's last pair.
                    let entry = min(Int32(position), Int32(Self.stride - 2))
                    let part = position - Float(entry)
                    let low = table[Int(entry)]
                    points[point] += height * (low + part * (table[Int(entry) + 1] - low))
                }
            }
            side(first..<middle, sign: -1, widthEV: lowWidthEV)
            side(middle..<(last + 1), sign: 1, widthEV: highWidthEV)
        }
    }
}
