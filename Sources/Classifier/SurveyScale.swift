package import Spectroscopy

/// Brings a survey to the scale of the regions beside it, which were measured with another pass energy and for another
/// time: by what both show in the regions' windows.
package struct SurveyScale {
    /// The survey's place among the regions.
    package let region: Int
    private let regridder: Regridder
    /// A sum that is less than so many standard deviations of its noise says nothing of the scale.
    private static let leastSigmas = 5.0
    /// Cells that an end's mean is taken over: 1 eV.
    private static let endCells = 10

    /// The scales that regions need: one for each survey that others lie in.
    package static func scales(_ settings: [RegionSettings], grid: EnergyGrid) -> [SurveyScale] {
        let isSurvey = settings.map {
            $0.bindingRangeEV.upperBound - $0.bindingRangeEV.lowerBound > Regridder.surveySpanEV
        }
        guard isSurvey.contains(false) else { return [] }
        return settings.indices.filter { isSurvey[$0] }.map {
            SurveyScale(region: $0, settings: settings[$0], grid: grid)
        }
    }

    private init(region: Int, settings: RegionSettings, grid: EnergyGrid) {
        self.region = region
        regridder = Regridder([settings], grid: grid)
    }

    /// The factor on the survey's intensities; 1 where the regions do not tell.
    ///
    /// - Parameters:
    ///   - spectrum: All regions.
    ///   - rates: Factors that bring each of its windows to one scale as far as their settings tell.
    package func factor(
        _ intensities: [Float], beside spectrum: borrowing GriddedSpectrum, rates: [Float]
    ) throws(SpectroscopyError) -> Float {
        guard let own = spectrum.windows.firstIndex(where: { $0.region == region }) else { return 1 }
        let surveyRate = rates[own]
        var survey = GriddedSpectrum(grid: regridder.grid)
        regridder.prepare(&survey)
        try regridder.regrid(region: 0, intensities.span, into: &survey)
        var (regions, ours, variance) = (0.0, 0.0, 0.0)
        for (window, rate) in zip(spectrum.windows, rates) where window.region != region {
            let cells = window.cells.filter { survey.recorded[$0] }
            guard let first = cells.first, let last = cells.last, last - first + 1 == cells.count,
                cells.count > 4 * Self.endCells
            else { continue }
            let range = first..<last + 1
            regions += Double(rate) * Self.net(spectrum.intensities, range)
            ours += Double(surveyRate) * Self.net(survey.intensities, range)
            for cell in range { variance += Double(surveyRate * surveyRate) * Double(survey.variance[cell]) }
        }
        guard regions > 0, ours > Self.leastSigmas * variance.squareRoot() else { return 1 }
        return Float(regions / ours)
    }

    /// The sum above the straight line through the means of both ends.
    private static func net(_ intensities: [Float], _ range: Range<Int>) -> Double {
        func mean(_ cells: Range<Int>) -> Double {
            cells.reduce(0) { $0 + Double(intensities[$1]) } / Double(cells.count)
        }
        let low = mean(range.lowerBound..<range.lowerBound + endCells)
        let high = mean(range.upperBound - endCells..<range.upperBound)
        return range.reduce(0) { $0 + Double(intensities[$1]) } - (low + high) / 2 * Double(range.count)
    }
}
