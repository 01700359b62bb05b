import Decomposition
public import Spectroscopy
import Synthesis

/// Explains the answers of a model on regions: the energies on which each group rests, the spectrum as a sum of the
/// library's members, its peaks, and what likely lies on the sample.
///
/// It holds the network's memory and the library's lines, and belongs to one thread.
public final class Explainer {
    /// Stretches that are taken out of a spectrum in one batch.
    private static let batch = 64

    private let network: RegionSTN
    private let labels: [String]
    private let library: PolymerLibrary
    /// The library as the photons of the last spectrum show it, and its lines.
    private var lines: (photonEnergyEV: Double, library: PolymerLibrary, search: ShiftSearch)
    private let finder = PeakFinder()

    /// Prepares explanations of a model's answers.
    ///
    /// - Throws: `ExplanationError.needsRegions` for a model of another kind; an error if the model does not fit this
    ///   program or the polymer library is missing.
    public init(model: Model) throws {
        guard model.architecture == .regionSTN else {
            throw ExplanationError.needsRegions(model: model.name, architecture: model.architecture)
        }
        network = RegionSTN(maxBatch: Self.batch, labels: model.labels.count, seed: 0)
        try model.load(into: network)
        labels = model.labels
        library = try PolymerLibrary.shipped
        lines = (CrossSectionTable.aluminiumEV, library, Self.search(library))
    }

    private static func search(_ library: PolymerLibrary) -> ShiftSearch {
        ShiftSearch(library: library, options: .measured(maxShiftEV: CoreLevelWindow.roomEV))
    }

    /// The library as a spectrum's photons show it; as Al Kα does where they are not told or lie beyond the tables.
    private func library(under settings: [RegionSettings]) -> (library: PolymerLibrary, search: ShiftSearch) {
        let toldEV = settings.lazy.compactMap(\.photonEnergyEV).first ?? CrossSectionTable.aluminiumEV
        let isKnown = MeasurementPlan.photonEnergiesEV.contains(toldEV) && !PhotonScale.isAluminium(toldEV)
        let energyEV = isKnown ? toldEV : CrossSectionTable.aluminiumEV
        if lines.photonEnergyEV != energyEV {
            let seen = library.under(photonEnergyEV: energyEV)
            lines = (energyEV, seen, Self.search(seen))
        }
        return (lines.library, lines.search)
    }

    /// Explains what the model answered to a spectrum.
    public func explain(_ spectrum: Spectrum, analysis: Analysis) throws(ExplanationError) -> Explanation {
        let (foundEV, offsetEV) = try Self.scale(of: analysis)
        let shiftEV = foundEV + offsetEV
        let settings = spectrum.regions.map(\.settings)
        let groups = groups(
            try occlusion(of: spectrum, shiftEV: shiftEV), analysis: analysis)
        // A spike that the model does not read is no peak.
        let mended = LoneChannels(in: spectrum)
        let spectrum = mended.spectrum
        var gridded = Regridder.regrid(spectrum)
        if !mended.areCountsWhole { gridded.variance = gridded.variance.map { _ in 0 } }
        let (library, search) = library(under: settings)
        let fit = search.fit(Observation(gridded, settings: settings), atShiftEV: shiftEV)
        let assigner = PeakAssigner(fit, library: library, shiftEV: shiftEV, offsetEV: offsetEV)
        let found = spectrum.regions.flatMap { region in
            finder.peaks(in: region).map { (region: region.settings, peak: $0) }
        }
        let summary = Explanation.Fit(
            fit, library: library, regions: settings, filled: Set(gridded.windows.map(\.region)).sorted())
        let check = ContaminationCheck(
            spectrum: spectrum, photons: PhotonScale(settings), shiftEV: shiftEV,
            peaksEV: found.map { $0.peak.energyEV - shiftEV },
            recordedEV: gridded.recordedEV.map { $0.lowerBound - shiftEV...$0.upperBound - shiftEV },
            hydrocarbonShare: analysis.contamination, fittedHydrocarbonShare: summary.hydrocarbonShare,
            groups: groups.map(\.name))
        return Explanation(
            groups: groups, fit: summary,
            peaks: found.map { region, peak in
                Explanation.AssignedPeak(
                    region: region.name, peak: peak, correctedEV: peak.energyEV - foundEV,
                    assignments: assigner.assignments(of: peak))
            }.sorted { $0.peak.energyEV < $1.peak.energyEV },
            contaminants: check.contaminants(library: library))
    }

    /// What each group called present rests on, without the rest of the explanation.
    package func groups(
        of spectrum: Spectrum, analysis: Analysis
    ) throws(ExplanationError) -> [Explanation.Group] {
        let (foundEV, offsetEV) = try Self.scale(of: analysis)
        return groups(try occlusion(of: spectrum, shiftEV: foundEV + offsetEV), analysis: analysis)
    }

    /// A spectrum ready for being read without parts of it, at a shift on the standard scale.
    ///
    /// It shares the network's memory: one at a time.
    package func occlusion(of spectrum: Spectrum, shiftEV: Double) throws(ExplanationError) -> Occlusion {
        let plan = AxisPlan(spectrum.regions.map(\.settings), for: .regions)
        guard !plan.recordedEV.isEmpty else { throw .nothingRecorded }
        var reading = RegionReading()
        var gridded = GriddedSpectrum(grid: plan.regridder.grid)
        do {
            try reading.read(LoneChannels(in: spectrum), plan: plan, gridded: &gridded)
        } catch {
            throw .unreadable(error)
        }
        return Occlusion(of: reading, shiftEV: shiftEV, originEV: plan.originEV, network: network)
    }

    /// The analysis's shift, and how far its corrected scale lies above that of shift zero.
    private static func scale(
        of analysis: Analysis
    ) throws(ExplanationError) -> (foundEV: Double, offsetEV: Double) {
        guard let foundEV = analysis.shiftEV else { throw .nothingRecorded }
        return (foundEV, analysis.reference.offsetEV)
    }

    private func groups(_ occlusion: Occlusion, analysis: Analysis) -> [Explanation.Group] {
        let present = analysis.groups.filter { $0.call == .present }.map(\.name)
        return SupportingWindows(of: occlusion, library: library).groups(
            labels.indices.filter { present.contains(labels[$0]) }, names: labels)
    }
}
