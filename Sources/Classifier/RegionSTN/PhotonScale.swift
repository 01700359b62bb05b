import Glibc
package import Spectroscopy

/// What brings the counts of each region to what they would be under Al Kα, which the networks learned from: the ratio of
/// cross-sections, and of what attenuation and transmission make of the electrons' kinetic energy.
///
/// One factor for each core-level window, since a region may be a survey: that of the level which the region is named
/// for, else of the window's last. Polarised light, which favours s levels over others, is not known of, nor are fluxes.
package struct PhotonScale: Sendable, Equatable {
    /// [regions, windows]; nil of a window that shows something else under these photons, and is not read.
    package let factors: [[Float?]]
    /// What no factor can mend, in words.
    package let departures: [String]

    /// Photon energies further from Al Kα than this, in eV, have factors.
    private static let toleranceEV = 2.0
    /// A window is recorded where region and window share so much of the shorter of both.
    private static let leastRecordedShare = 0.5
    /// Windows that the network can do without, which an Auger line takes from it.
    private static let minorWindows = ["S 2s", "Cl 2s"]
    /// Auger lines may be this far from where they are without charging, in eV.
    private static let roomEV = 5.0

    /// Kinetic energies of the strongest Auger lines, KL23L23 (Moulder et al., Handbook of X-ray Photoelectron
    /// Spectroscopy, 1992: the elements' charts, recalled, widened by their structure).
    private static let augerLines: [(name: String, kineticEV: ClosedRange<Double>)] = [
        ("C KLL", 245...280), ("N KLL", 370...388), ("O KLL", 498...520), ("F KLL", 645...662), ("Na KLL", 982...998),
    ]

    /// The scale of regions, each with its own photons.
    package init(_ settings: [RegionSettings]) {
        let recordedWindows = CoreLevelWindow.all.count { window in
            settings.contains { Self.records($0, window) }
        }
        var departures: [String] = []
        factors = settings.map { region in
            guard let energyEV = region.photonEnergyEV,
                !Self.isAluminium(energyEV)
            else { return [Float?](repeating: 1, count: CoreLevelWindow.all.count) }
            return CoreLevelWindow.all.map { window in
                guard !window.levels.isEmpty else { return nil }
                let isRecorded = Self.records(region, window)
                for auger in Self.augerLines(under: window, photonEnergyEV: energyEV) where isRecorded {
                    if Self.minorWindows.contains(window.name) { return nil }
                    departures.append(
                        "\(window.name) at \(Self.words(energyEV)), where \(auger) electrons may lie under it")
                }
                let named = window.levels.first { $0 == PhotoelectronLine(region.name) }
                guard let level = named ?? window.levels.last else { return nil }
                if let factor = Self.factor(level, of: region, photonEnergyEV: energyEV) { return factor }
                // Alone it needs none.
                if isRecorded, recordedWindows > 1 {
                    departures.append("\(level) at \(Self.words(energyEV)), for which no cross-section is tabulated")
                }
                return 1
            }
        }
        let energiesEV = Set(settings.compactMap(\.photonEnergyEV))
        if let low = energiesEV.min(), let high = energiesEV.max(), high - low > Self.toleranceEV {
            departures.append(
                "regions under photons of \(TrainingScope.words(low)) to \(TrainingScope.words(high)) eV, whose fluxes are not "
                    + "known")
        }
        self.departures = TrainingScope.distinct(departures)
    }

    /// Whether photons are of Al Kα, which is written as 1486.6, 1486.7 or 1487 eV.
    static func isAluminium(_ photonEnergyEV: Double) -> Bool {
        abs(photonEnergyEV - CrossSectionTable.aluminiumEV) <= toleranceEV
    }

    /// The Auger lines that may lie in a window.
    private static func augerLines(under window: CoreLevelWindow, photonEnergyEV: Double) -> [String] {
        augerLines.filter { _, kineticEV in
            let lowEV = photonEnergyEV - kineticEV.upperBound - roomEV
            let highEV = photonEnergyEV - kineticEV.lowerBound + roomEV
            return highEV > window.lowEV && lowEV < window.highEV
        }.map(\.name)
    }

    private static func records(_ region: RegionSettings, _ window: CoreLevelWindow) -> Bool {
        let rangeEV = region.bindingRangeEV
        let recordedEV = min(rangeEV.upperBound, window.highEV) - max(rangeEV.lowerBound, window.lowEV)
        let shorterEV = min(window.highEV - window.lowEV, rangeEV.upperBound - rangeEV.lowerBound)
        return recordedEV >= leastRecordedShare * shorterEV
    }

    /// How much more a level counts under Al Kα than under other photons, for as much of it; nil without a cross-section.
    private static func factor(
        _ level: PhotoelectronLine, of region: RegionSettings, photonEnergyEV: Double
    ) -> Float? {
        let table = CrossSectionTable.standard
        guard let relative = table.relativeToAluminium(level, photonEnergyEV: photonEnergyEV) else { return nil }
        let bindingEV = table.bindingEnergiesEV(of: level).lowerBound
        let isTransmissionKnown = region.isTransmissionCorrected || region.transmission != nil
        let exponent =
            SensitivityFactors.standardAttenuationExponent
            + (isTransmissionKnown ? 0 : QuantificationOptions.assumedTransmissionExponent)
        return Float(
            pow((CrossSectionTable.aluminiumEV - bindingEV) / (photonEnergyEV - bindingEV), exponent) / relative)
    }

    private static func words(_ energyEV: Double) -> String { "a photon energy of \(TrainingScope.words(energyEV)) eV" }
}
