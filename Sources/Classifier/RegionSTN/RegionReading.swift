import Foundation
import NeuralNetwork
package import Spectroscopy

/// From a gridded spectrum to what a network on regions sees: the same in training and in use, named in the weights.
///
/// For every core-level window with its room for shifts:
/// 1. the first and last cell of each recorded stretch are left out, which may be filled in part only;
/// 2. regions measured together are brought to one scale: counts per second, or per sweep, where all of them tell
///    (`CommonExposure`), as under Al Kα (`PhotonScale`), and surveys to that of the regions beside them (`SurveyScale`);
/// 3. from each recorded region the straight line through the means of its two ends is subtracted, wherever the windows
///    cut it (of a survey the stretch in each window has a line of its own); nothing is clipped;
/// 4. all is divided by the largest sum over 1 eV, which few counts disturb less than an area would;
/// 5. the noise of a cell of 1 eV is told, as a logarithm: from the variance where counts are known, else from the
///    second differences of the data themselves.
public struct RegionReading: Sendable {
    /// Stored with the weights.
    public static let name = "regions/3"

    /// Where the strips of `values` and `mask` lie.
    static let layout = CoreLevelWindow.layout
    /// Noise levels are told within these, as log10 of a share of the highest 1 eV.
    package static let noiseRange: ClosedRange<Float> = -4...0.5
    /// Cells that an end's mean is taken over, at most: 1.5 eV.
    static let endCells = 15
    /// The longest stretch that one background is taken from, in cells: a core level's region.
    private static let longestRegion = Int(RegionSettings.coreLevelSpanEV) * CoreLevelWindow.cellsPerEV

    /// A sum over 1 eV that is less than so many standard deviations of its noise is not told from noise: the highest of
    /// a survey's five hundred reaches four, and the noise of a region's ends, through which its background is drawn,
    /// adds to it.
    private static let leastSigmas: Float = 6
    /// Where none rises, and one falls by so many, the sign is wrong.
    private static let wrongSigmas: Float = 12

    /// The intensities, strip by strip.
    public var values = [Float](repeating: 0, count: layout.movingCount)
    /// 1 where a cell was recorded.
    public var mask = [Float](repeating: 0, count: layout.movingCount)
    /// log10 of the noise of 1 eV, for each window; the upper bound where nothing was recorded.
    public var noise = [Float](repeating: noiseRange.upperBound, count: CoreLevelWindow.all.count)
    /// What the intensities were divided by, for bringing other curves of the same spectrum to the same scale.
    public private(set) var scale: Float = 1

    /// The largest magnitude before the background was taken off.
    private var largest: Float = 0

    /// A reading of nothing.
    public init() {}

    /// The grid that a spectrum is read on: the standard one, moved by at most 0.2 eV so that the lowest recorded energy
    /// lies where one of the localiser's wide cells begins.
    ///
    /// So a spectrum falls on its cells alike whatever its offset, and its answer moves with the offset and changes in
    /// nothing else.
    package static func grid(for settings: [RegionSettings]) -> EnergyGrid {
        let standard = EnergyGrid.standard
        guard let lowestEV = settings.map(\.bindingRangeEV.lowerBound).min() else { return standard }
        let wideEV = standard.stepEV * Double(CoreLevelWindow.localisedCells)
        let originEV = (lowestEV - standard.startEV).remainder(dividingBy: wideEV)
        return EnergyGrid(startEV: standard.startEV + originEV, stepEV: standard.stepEV, count: standard.count)
    }

    /// Reads a spectrum.
    ///
    /// - Parameters:
    ///   - surveyFactors: Factors on regions that are surveys, as `SurveyScale` finds them.
    ///   - knowsVariance: Whether the spectrum's variances are those of its counts.
    /// - Throws: `AnalysisError.nothingRecorded` if no window was recorded, `.noSignal` if nothing rises above the
    ///   background of any, `.lostInNoise` if that may be noise.
    package mutating func read(
        _ spectrum: borrowing GriddedSpectrum, settings: [RegionSettings], photons: PhotonScale,
        surveyFactors: [Int: Float] = [:], knowsVariance: Bool = true
    ) throws(AnalysisError) {
        let rates = spectrum.rates(settings)
        let runs = zip(spectrum.windows, rates).map { window, rate in
            Run(
                cells: Self.whole(window.cells), rate: rate * (surveyFactors[window.region] ?? 1),
                photonFactors: photons.factors[window.region],
                cellsPerStep: max(1, settings[window.region].axis.meanStepEV / spectrum.grid.stepEV))
        }
        let sigmas = try read(
            spectrum.intensities.span, variance: spectrum.variance.span, knowsVariance: knowsVariance, runs: runs)
        guard sigmas.rise < Self.leastSigmas else { return }
        guard Self.show(runs) else { throw .nothingRecorded }
        throw sigmas.fall < Self.wrongSigmas ? .lostInNoise : .noSignal
    }

    /// Whether anything was recorded of a window itself, and not of its room alone: a neighbour's core level lies there,
    /// which longer counting would not change.
    private static func show(_ runs: [Run]) -> Bool {
        CoreLevelWindow.all.indices.contains { strip in
            let first = cells(ofStrip: strip).first + layout.padding
            return runs.contains { $0.cells.overlaps(first..<first + layout.lengths[strip]) }
        }
    }

    /// Reads a spectrum as it was recorded, its lone channels mended, by way of a buffer that may be used again and
    /// again.
    mutating func read(
        _ mended: LoneChannels, plan: AxisPlan, gridded: inout GriddedSpectrum
    ) throws(AnalysisError) {
        try plan.regrid(mended.spectrum, into: &gridded)
        var factors: [Int: Float] = [:]
        for survey in plan.surveys {
            do {
                factors[survey.region] = try survey.factor(
                    mended.spectrum.regions[survey.region].intensities, beside: gridded,
                    rates: gridded.rates(plan.settings))
            } catch {
                throw .spectrum(error)
            }
        }
        try read(
            gridded, settings: plan.settings, photons: plan.photons, surveyFactors: factors,
            knowsVariance: mended.areCountsWhole)
    }

    /// Reads a spectrum that lies on the grid: intensities, what was recorded, and variances (zero where unknown).
    ///
    /// - Throws: `AnalysisError.nothingRecorded` if no window was recorded, `.noSignal` if nothing rises above the
    ///   background of any; what may be noise is read, too.
    public mutating func read(
        row: Span<Float>, variance: Span<Float>?, windows: [Range<Int>]
    ) throws(AnalysisError) {
        let runs = windows.map { Run(cells: Self.whole($0), rate: 1, photonFactors: nil, cellsPerStep: 1) }
        if let variance {
            _ = try read(row, variance: variance, knowsVariance: true, runs: runs)
        } else {
            _ = try read(row, variance: row, knowsVariance: false, runs: runs)
        }
    }

    /// A recorded stretch of the grid.
    private struct Run {
        var cells: Range<Int>
        /// Factor that brings it to the scale of the others.
        var rate: Float
        /// What under Al Kα there would be more of in each window, nil of a window whose lines lie elsewhere.
        ///
        /// Nil of all: the photons are those.
        var photonFactors: [Float?]?
        /// Cells that share one step of the instrument.
        var cellsPerStep: Double
    }

    private mutating func read(
        _ intensities: Span<Float>, variance: Span<Float>, knowsVariance: Bool, runs: [Run]
    ) throws(AnalysisError) -> (rise: Float, fall: Float) {
        clear()
        for strip in CoreLevelWindow.all.indices {
            copy(intensities, variance: variance, knowsVariance: knowsVariance, runs: runs, strip: strip)
        }
        guard noise.contains(where: { $0 != -.infinity }) else { throw .nothingRecorded }
        return try normalize()
    }

    /// Reads a spectrum of the grid that is recorded throughout and free of noise and background.
    public mutating func read(clean row: Span<Float>) throws(AnalysisError) {
        clear()
        for strip in CoreLevelWindow.all.indices {
            let (first, start) = Self.cells(ofStrip: strip)
            for cell in 0..<stripCount(strip) {
                let point = first + cell
                guard point >= 0, point < row.count else { continue }
                values[start + cell] = row[point]
                mask[start + cell] = 1
            }
        }
        _ = try normalize()
    }

    /// Another curve of the spectrum that was read last, such as its noise-free signal, on the same scale.
    package func curve(
        _ spectrum: borrowing GriddedSpectrum, settings: [RegionSettings], photons: PhotonScale,
        into target: inout MutableSpan<Float>
    ) {
        let rates = spectrum.rates(settings)
        for cell in 0..<target.count { target[cell] = 0 }
        for strip in CoreLevelWindow.all.indices {
            let (first, start) = Self.cells(ofStrip: strip)
            for (window, rate) in zip(spectrum.windows, rates) {
                guard let photonFactor = photons.factors[window.region][strip] else { continue }
                let factor = rate * photonFactor * scale
                for cell in Self.overlap(Self.whole(window.cells), first: first, count: stripCount(strip)) {
                    target[start + cell] = spectrum.intensities[first + cell] * factor
                }
            }
        }
    }

    /// The cells of a recorded stretch that are filled to their rims: a stretch that begins or ends between the grid's
    /// lines leaves part of its counts in the cells there.
    private static func whole(_ cells: Range<Int>) -> Range<Int> {
        cells.count > 2 ? cells.lowerBound + 1..<cells.upperBound - 1 : cells
    }

    private func stripCount(_ strip: Int) -> Int { Self.layout.lengths[strip] + 2 * Self.layout.padding }

    private mutating func clear() {
        for cell in values.indices {
            values[cell] = 0
            mask[cell] = 0
        }
        for strip in noise.indices { noise[strip] = -.infinity }
        largest = 0
    }

    /// The grid's cell at which a strip begins, and its place in the row.
    private static func cells(ofStrip strip: Int) -> (first: Int, start: Int) {
        let lowEV = CoreLevelWindow.all[strip].lowEV - CoreLevelWindow.roomEV
        return (Int((EnergyGrid.standard.position(ofEV: lowEV)).rounded()), layout.movingStarts[strip])
    }

    /// The cells of a strip, counted from its own first, that a recorded window fills.
    private static func overlap(_ cells: Range<Int>, first: Int, count: Int) -> Range<Int> {
        let low = max(cells.lowerBound - first, 0)
        return low..<max(low, min(cells.upperBound - first, count))
    }

    /// Copies what was recorded of one strip, run by run, without its background.
    private mutating func copy(
        _ intensities: Span<Float>, variance variances: Span<Float>, knowsVariance: Bool, runs: [Run], strip: Int
    ) {
        let (first, start) = Self.cells(ofStrip: strip)
        var (variance, cells) = (0.0, 0)
        for run in runs {
            let inside = Self.overlap(run.cells, first: first, count: stripCount(strip))
            // Less than 2 eV show no line with both its flanks.
            guard inside.count >= 2 * CoreLevelWindow.cellsPerEV,
                let photonFactor = run.photonFactors.map({ $0[strip] }) ?? 1
            else { continue }
            let rate = run.rate * photonFactor
            let isRegion = run.cells.count <= Self.longestRegion
            let background = Background(
                of: intensities, isRegion ? run.cells : first + inside.lowerBound..<first + inside.upperBound)
            var known = 0.0
            for cell in inside {
                let value = intensities[first + cell] * rate
                values[start + cell] = value - background.level(at: first + cell) * rate
                mask[start + cell] = 1
                largest = max(largest, abs(value))
                known += Double(variances[first + cell])
            }
            let range = start + inside.lowerBound..<start + inside.upperBound
            // Cells that share a coarse step move together, so that a sum over 1 eV varies more.
            if knowsVariance, known > 0 {
                variance += known * Double(rate * rate) * run.cellsPerStep
            } else {
                let lag = Int(run.cellsPerStep.rounded(.up))
                let recorded = first + inside.lowerBound..<first + inside.upperBound
                let own = max(
                    DifferenceNoise.variance(of: values.span, in: range, lag: lag),
                    DifferenceNoise.varianceOfFewEvents(intensities, in: recorded) * Double(rate * rate))
                variance += own * Double(inside.count) * run.cellsPerStep
            }
            cells += inside.count
        }
        // The variance of a sum over ten cells.
        guard cells > 0 else { return }
        noise[strip] = Float((variance / Double(cells) * Double(CoreLevelWindow.cellsPerEV)).squareRoot())
    }

    /// The straight line through the means of a stretch's two ends.
    private struct Background {
        private let first: Int
        private let origin: Float
        private let slope: Float

        init(of intensities: Span<Float>, _ cells: Range<Int>) {
            let ends = min(RegionReading.endCells, cells.count / 4)
            var (low, high): (Float, Float) = (0, 0)
            for cell in 0..<ends {
                low += intensities[cells.lowerBound + cell]
                high += intensities[cells.upperBound - 1 - cell]
            }
            low /= Float(ends)
            high /= Float(ends)
            first = cells.lowerBound
            slope = (high - low) / Float(cells.count - ends)
            origin = low - slope * Float(ends - 1) / 2
        }

        func level(at cell: Int) -> Float { origin + slope * Float(Int32(truncatingIfNeeded: cell - first)) }
    }

    /// Divides by the largest sum over 1 eV, turns the noise into logarithms, and returns by how many standard deviations
    /// of its noise a sum rises, and falls, at most.
    private mutating func normalize() throws(AnalysisError) -> (rise: Float, fall: Float) {
        var highest: Float = 0
        var (rise, fall): (Float, Float) = (0, 0)
        let width = CoreLevelWindow.cellsPerEV
        for strip in CoreLevelWindow.all.indices {
            let start = Self.layout.movingStarts[strip]
            var (sum, top, bottom): (Float, Float, Float) = (0, 0, 0)
            for cell in 0..<stripCount(strip) {
                sum += values[start + cell]
                if cell >= width { sum -= values[start + cell - width] }
                top = max(top, sum)
                bottom = min(bottom, sum)
            }
            highest = max(highest, top)
            guard noise[strip] != -.infinity else { continue }
            // Nothing at all neither rises nor falls.
            if top > 0 { rise = max(rise, top / noise[strip]) }
            if bottom < 0 { fall = max(fall, -bottom / noise[strip]) }
        }
        // Below that share of what was there, what is left is the rounding of a straight line.
        guard highest > largest * Float(width) * 2e-6, highest.isFinite, (1 / highest).isFinite else {
            throw .noSignal
        }
        scale = Float(width) / highest
        for cell in values.indices { values[cell] *= scale }
        // Where nothing was counted, as little is known as where it is known best.
        let least = noise.filter { $0 > 0 }.min() ?? 0
        for strip in noise.indices {
            let bounds = Self.noiseRange
            guard noise[strip] != -.infinity else {
                noise[strip] = bounds.upperBound
                continue
            }
            let share = max(noise[strip], least) / highest
            noise[strip] = share > 0 ? min(max(log10(share), bounds.lowerBound), bounds.upperBound) : bounds.lowerBound
        }
        return (rise, fall)
    }
}
