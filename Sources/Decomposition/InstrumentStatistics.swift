import Spectroscopy
import Synthesis

/// What nobody is told of a measurement beyond its lines, as errors of known statistics about what is told: the shift,
/// the width of all lines, and of each region its gain, its energy error, and the level, slope, step and losses that
/// lie under its lines.
///
/// All are taken as linear and count from the truth, and the lines' shape, the spread of charging, damage and the
/// transmission stay told, so that a fit with them knows a little more than anybody can. Being linear it makes less of a
/// gain that is far off.
struct InstrumentStatistics {
    /// What all substances give together, and its change per eV of shift and per share of all widths.
    struct Sum {
        var values: [Double]
        var perEV: [Double]
        var perWidth: [Double]

        init(points: Int) {
            values = [Double](repeating: 0, count: points)
            (perEV, perWidth) = (values, values)
        }

        mutating func add(_ rows: LineDerivatives, times amount: Double) {
            for point in values.indices {
                values[point] += amount * Double(rows.values[point])
                perEV[point] += amount * Double(rows.byShiftEV[point])
                perWidth[point] += amount * Double(rows.byWidth[point])
            }
        }
    }

    /// Standard deviation of the shift in eV unless told otherwise: as a good estimate leaves it.
    static let usualShiftEV = 0.2
    /// Of the lines' widths as a share: resolutions of 0.3 to 1.5 eV and charging under lines of 1 to 2 eV.
    private static let width = 0.2
    /// Of a region's level and of its change over the region, as shares of the background's mean.
    private static let level = 0.5
    private static let slope = 0.3

    /// Standard deviation of the shift in eV.
    let shiftEV: Double
    private let regions: [Region]

    private struct Region {
        let points: Range<Int>
        let stepEV: Double
        let gain: Double
        let energyEV: Double
        let background: Double
    }

    private let stepPerEV: Double
    private let losses: Double

    /// - Parameter shiftEV: Standard deviation of the shift about that of the measurement.
    init(of measurement: Measurement, from generator: MeasurementGenerator, shiftEV: Double) {
        self.shiftEV = shiftEV
        var start = 0
        let scatter = generator.regionScatter(of: measurement)
        regions = measurement.setup.regions.indices.map { index in
            let background = measurement.background[index]
            let points = start..<start + background.count
            start = points.upperBound
            return Region(
                points: points, stepEV: measurement.setup.regions[index].axis.meanStepEV, gain: scatter[index].gain,
                energyEV: scatter[index].energyEV,
                background: background.reduce(0) { $0 + Double($1) } / Double(max(1, background.count)))
        }
        func scatterOf(_ effect: InstrumentEffects.Effect) -> Double {
            effect.isOn ? (effect.range.upperBound - effect.range.lowerBound) / 12.0.squareRoot() : 0
        }
        stepPerEV = scatterOf(generator.effects.shirleyStep)
        losses = scatterOf(generator.effects.losses)
    }

    /// The change of the spectrum with one standard deviation of each error, the shift's first.
    func rows(_ sum: Sum) -> [[Double]] {
        var rows = [sum.perEV.map { $0 * shiftEV }, sum.perWidth.map { $0 * Self.width }]
        let none = [Double](repeating: 0, count: sum.values.count)
        for region in regions {
            func add(_ value: (_ index: Int, _ point: Int) -> Double) {
                var row = none
                for (index, point) in region.points.enumerated() { row[point] = value(index, point) }
                rows.append(row)
            }
            let last = Double(max(1, region.points.count - 1))
            add { sum.values[$1] * region.gain }
            add { sum.perEV[$1] * region.energyEV }
            add { _, _ in region.background * Self.level }
            add { index, _ in region.background * Self.slope * (Double(index) / last - 0.5) }
            var running = 0.0
            add {
                running += sum.values[$1] * region.stepEV * stepPerEV
                return running
            }
            let tail = Self.tail(Array(sum.values[region.points]), stepEV: region.stepEV)
            add { index, _ in tail[index] * losses }
        }
        return rows.filter { $0.contains { $0 != 0 } }
    }

    /// Energy losses beyond a gap in the middle of the generator's, by its cross-section.
    private static func tail(_ values: [Double], stepEV: Double) -> [Double] {
        var losses = TougaardBackground.LossFunction.polymer
        losses.gapEV = 5.5
        let kernel = values.indices.map { losses.density(atLossEV: Double($0) * stepEV) * stepEV }
        var tail = [Double](repeating: 0, count: values.count)
        for from in values.indices where values[from] > 0 {
            for loss in 0..<values.count - from { tail[from + loss] += values[from] * kernel[loss] }
        }
        return tail
    }
}
