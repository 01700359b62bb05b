public import Spectroscopy

/// How a run of spectra is recorded: the regions, and what the instrument does to them.
public struct InstrumentSetup: Sendable {
    /// The regions, ascending by energy, without overlap.
    public let regions: [RegionSettings]
    /// Another number for another setup, so that what follows from the regions may be kept.
    public let serial: Int

    /// What the instrument does to each region, which its settings do not tell.
    let recordings: [Recording]
    /// Photon energy of all regions in eV.
    let photonEnergyEV: Double
    /// Exponent of kinetic energy in the relative intensities, attenuation and transmission together.
    let intensityExponent: Double

    /// One region as it is rendered.
    struct Recording: Sendable {
        /// The first point among all regions' points.
        var offset: Int
        var count: Int
        var startEV: Double
        var stepEV: Double
        /// Factor on all its counts.
        var gain: Double
        /// What of that nobody is told: all but a recorded exposure.
        var ownGain: Double
        /// How much too high its energies are read.
        var energyErrorEV: Double
        /// Gaussian width of analyser and source in eV; nil where lines keep the library's widths.
        var resolutionEV: Double?

        var endEV: Double { startEV + Double(count - 1) * stepEV }
    }

    /// The same setup with every region as it was meant to be: without gain and energy error of its own.
    func withoutRegionErrors() -> InstrumentSetup {
        InstrumentSetup(
            regions: regions, serial: serial,
            recordings: recordings.map { recording in
                var recording = recording
                recording.gain /= recording.ownGain
                (recording.ownGain, recording.energyErrorEV) = (1, 0)
                return recording
            }, photonEnergyEV: photonEnergyEV, intensityExponent: intensityExponent)
    }

    /// Points of all regions together.
    var pointCount: Int { recordings.last.map { $0.offset + $0.count } ?? 0 }

    /// A setup of no region, to start from.
    static let empty = InstrumentSetup(
        regions: [], serial: 0, recordings: [], photonEnergyEV: CrossSectionTable.aluminiumEV, intensityExponent: 0)
}
