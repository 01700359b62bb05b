package import Spectroscopy

/// Brings a survey to the scale of the regions beside it, which were measured with another pass energy and for another
/// time: by what both show in the regions' windows.
package struct SurveyScale {
    /// The survey's place among the regions.
    package let region: Int

    private let regridder: Regridder
    private let overlaps: [Overlap]
    /// Cells that share one step of the survey.
    private let cellsPerStep: Int

    /// What a survey and a region have both recorded.
    private struct Overlap {
        let cells: Range<Int>
        /// Which of the gridded spectrum's windows it lies in.
        let window: Int
        /// What brings both to what they would be under Al Kα.
        let photons: (survey: Float, region: Float)
    }

    /// A sum that is less than so many standard deviations of its noise says nothing of the scale.
    private static let leastSigmas = 5.0
    /// Cells that an end's mean is taken over: 1 eV.
    private static let endCells = 10

    /// The scales that regions need: one for each survey that shows something beside them.
    ///
    /// - Parameter windows: Which region fills which cells of the grid.
    package static func scales(
        _ settings: [RegionSettings], windows: [GriddedSpectrum.Window], photons: PhotonScale, grid: EnergyGrid
    ) -> [SurveyScale] {
        let beside = windows.enumerated().filter { !settings[$1.region].isSurvey }
        guard !beside.isEmpty else { return [] }
        return settings.indices.filter { region in
            settings[region].isSurvey && windows.contains { $0.region == region }
        }.map { SurveyScale(region: $0, settings: settings[$0], beside: beside, photons: photons, grid: grid) }
    }

    private init(
        region: Int, settings: RegionSettings, beside windows: [(offset: Int, element: GriddedSpectrum.Window)],
        photons: PhotonScale, grid: EnergyGrid
    ) {
        self.region = region
        regridder = Regridder([settings], grid: grid)
        cellsPerStep = max(1, Int((settings.axis.meanStepEV / grid.stepEV).rounded(.up)))
        var survey = GriddedSpectrum(grid: grid)
        regridder.prepare(&survey)
        overlaps = windows.compactMap { offset, window in
            let cells = window.cells.filter { survey.recorded[$0] }
            guard let first = cells.first, let last = cells.last, last - first + 1 == cells.count,
                cells.count > 4 * Self.endCells
            else { return nil }
            let level = Self.level(at: grid.energyEV(at: (first + last) / 2))
            guard let own = photons.factors[region][level], let other = photons.factors[window.region][level] else {
                return nil
            }
            return Overlap(cells: first..<last + 1, window: offset, photons: (own, other))
        }
    }

    /// The core-level window that lies nearest.
    private static func level(at energyEV: Double) -> Int {
        CoreLevelWindow.all.indices.min { one, other in
            func distanceEV(_ index: Int) -> Double {
                abs(energyEV - (CoreLevelWindow.all[index].lowEV + CoreLevelWindow.all[index].highEV) / 2)
            }
            return distanceEV(one) < distanceEV(other)
        } ?? 0
    }

    /// The factor on the survey's intensities; 1 where the regions do not tell.
    ///
    /// - Parameters:
    ///   - intensities: The survey's.
    ///   - spectrum: All regions on the grid.
    ///   - rates: Factors that bring each of its windows to one scale as far as their settings tell.
    package func factor(
        _ intensities: [Float], beside spectrum: borrowing GriddedSpectrum, rates: [Float]
    ) throws(SpectroscopyError) -> Float {
        guard !overlaps.isEmpty, let own = spectrum.windows.firstIndex(where: { $0.region == region }) else { return 1 }
        var survey = GriddedSpectrum(grid: regridder.grid)
        regridder.prepare(&survey)
        try regridder.regrid(region: 0, intensities.span, into: &survey)
        var (shown, expected) = (Sum(), Sum())
        for overlap in overlaps {
            shown.add(
                survey.intensities, overlap.cells, times: rates[own] * overlap.photons.survey, lag: cellsPerStep)
            expected.add(
                spectrum.intensities, overlap.cells, times: rates[overlap.window] * overlap.photons.region, lag: 1)
        }
        guard shown.isSignificant, expected.isSignificant else { return 1 }
        return Float(expected.net / shown.net)
    }

    /// What lies above straight lines, with its noise.
    private struct Sum {
        var net = 0.0
        private var variance = 0.0

        var isSignificant: Bool { net > SurveyScale.leastSigmas * variance.squareRoot() }

        mutating func add(_ intensities: [Float], _ cells: Range<Int>, times factor: Float, lag: Int) {
            func mean(_ cells: Range<Int>) -> Double {
                cells.reduce(0) { $0 + Double(intensities[$1]) } / Double(cells.count)
            }
            let low = mean(cells.lowerBound..<cells.lowerBound + SurveyScale.endCells)
            let high = mean(cells.upperBound - SurveyScale.endCells..<cells.upperBound)
            let sum = cells.reduce(0) { $0 + Double(intensities[$1]) }
            net += Double(factor) * (sum - (low + high) / 2 * Double(cells.count))
            let noise = DifferenceNoise.variance(of: intensities.span, in: cells, lag: lag)
            // Cells that share a step move together.
            variance += Double(factor * factor) * noise * Double(cells.count * lag)
        }
    }
}
