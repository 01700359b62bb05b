import Spectroscopy

/// What follows from the regions' settings alone, and so holds for every spectrum that was recorded with them.
struct AxisPlan {
    /// What reads the spectra, and so which cells they are put on.
    enum Reader {
        /// A network on the whole axis: the cells of the standard grid.
        case wholeAxis
        /// A network on regions: cells that lie alike relative to what was recorded.
        case regions

        func grid(for settings: [RegionSettings]) -> EnergyGrid {
            switch self {
            case .wholeAxis: .standard
            case .regions: RegionReading.grid(for: settings)
            }
        }
    }

    /// The regions' settings.
    let settings: [RegionSettings]
    /// The way to the grid.
    let regridder: Regridder
    /// Whether the one region lies on the grid point by point, so that it needs no regridding.
    let isOnGrid: Bool
    /// The binding energies that are recorded within the grid, ascending.
    let recordedEV: [ClosedRange<Double>]
    /// Elements that the regions are named for and no training example held.
    let elementsOutsideTraining: [String]
    /// What brings the regions to what they would be under Al Kα, for a network on regions.
    let photons: PhotonScale
    /// What brings surveys to the scale of the regions beside them, for a network on regions.
    let surveys: [SurveyScale]
    /// What of the settings lies outside the training's range, in words.
    let departures: [String]

    init(_ settings: [RegionSettings], for reader: Reader) {
        let grid = reader.grid(for: settings)
        self.settings = settings
        regridder = Regridder(settings, grid: grid)
        isOnGrid = settings.count == 1 && settings.allSatisfy { Self.isOnGrid($0, grid: grid) }
        var gridded = GriddedSpectrum(grid: grid)
        regridder.prepare(&gridded)
        recordedEV = gridded.recordedEV
        elementsOutsideTraining = TrainingScope.elementsOutsideTraining(regionNames: settings.map(\.name))
        photons = PhotonScale(settings)
        surveys =
            reader == .regions
            ? SurveyScale.scales(settings, windows: gridded.windows, photons: photons, grid: grid) : []
        departures =
            TrainingScope.departures(settings)
            + (reader == .regions ? photons.departures : TrainingScope.photonDepartures(settings))
    }

    /// Brings a spectrum that was recorded with these settings to the cells.
    func regrid(_ spectrum: Spectrum, into gridded: inout GriddedSpectrum) throws(AnalysisError) {
        regridder.prepare(&gridded)
        for (index, region) in spectrum.regions.enumerated() {
            do {
                try regridder.regrid(region: index, region.intensities.span, into: &gridded)
            } catch {
                throw .spectrum(error)
            }
        }
    }

    /// How much lower a shift is found on the plan's cells than it is, in eV.
    var originEV: Double { regridder.grid.startEV - EnergyGrid.standard.startEV }

    private static func isOnGrid(_ settings: RegionSettings, grid: EnergyGrid) -> Bool {
        guard settings.axis.kind == .binding, settings.isTransmissionCorrected || settings.transmission == nil,
            case .uniform(let startEV, let stepEV, let count) = settings.axis.points
        else { return false }
        return count == grid.count && abs(startEV - grid.startEV) < 1e-6 && abs(stepEV - grid.stepEV) < 1e-9
    }
}
