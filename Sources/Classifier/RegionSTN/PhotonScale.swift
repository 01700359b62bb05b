import Glibc
package import Spectroscopy

/// What brings the counts of each region to what they would be under Al Kα, which the networks learned from: the ratio of
/// cross-sections, and of what attenuation and transmission make of the electrons' kinetic energy.
///
/// One factor for each core-level window, since a region may be a survey. Polarised light, which favours s levels over
/// others, is not known of.
package struct PhotonScale: Sendable, Equatable {
    /// [regions, windows]; nil where a window's lines lie elsewhere under these photons.
    package let factors: [[Float?]]
    /// What no factor can mend, in words.
    package let departures: [String]

    /// Photon energies further from Al Kα than this, in eV, have factors.
    private static let toleranceEV = 2.0
    /// A window is recorded from this share of it on.
    private static let leastRecordedShare = 0.5
    /// Auger lines may be this far from where they are without charging, in eV.
    private static let roomEV = 5.0

    /// Kinetic energies of the strongest Auger lines, KL23L23 (Moulder et al., Handbook of X-ray Photoelectron
    /// Spectroscopy, 1992: the elements' charts, recalled, widened by their structure).
    private static let augerLines: [(name: String, kineticEV: ClosedRange<Double>)] = [
        ("C KLL", 245...280), ("N KLL", 370...388), ("O KLL", 498...520), ("F KLL", 645...662), ("Na KLL", 982...998),
    ]

    /// The scale of regions, each with its own photons.
    package init(_ settings: [RegionSettings]) {
        var departures: [String] = []
        var factors: [[Float?]] = []
        let recordedWindows = CoreLevelWindow.all.count { window in
            settings.contains { Self.records($0, window) }
        }
        for region in settings {
            guard let energyEV = region.photonEnergyEV,
                abs(energyEV - CrossSectionTable.aluminiumEV) > Self.toleranceEV
            else {
                factors.append([Float?](repeating: 1, count: CoreLevelWindow.all.count))
                continue
            }
            let isTransmissionKnown = region.isTransmissionCorrected || region.transmission != nil
            factors.append(
                CoreLevelWindow.all.map { window in
                    guard let level = window.level else { return nil }
                    let factor = Self.factor(level, photonEnergyEV: energyEV, isTransmissionKnown: isTransmissionKnown)
                    if factor == nil, recordedWindows > 1, Self.records(region, window) {
                        departures.append(
                            "\(level) at \(Self.words(energyEV)), for which no cross-section is tabulated")
                    }
                    return factor ?? 1
                })
            for (name, kineticEV) in Self.augerLines {
                let lowEV = energyEV - kineticEV.upperBound - Self.roomEV
                let highEV = energyEV - kineticEV.lowerBound + Self.roomEV
                for window in CoreLevelWindow.all where window.level != nil && Self.records(region, window) {
                    guard min(highEV, window.highEV) - max(lowEV, window.lowEV) > 0 else { continue }
                    departures.append(
                        "\(window.name) at \(Self.words(energyEV)), where \(name) electrons may lie under it")
                }
            }
        }
        self.factors = factors
        self.departures = TrainingScope.distinct(departures)
    }

    private static func records(_ region: RegionSettings, _ window: CoreLevelWindow) -> Bool {
        let rangeEV = region.bindingRangeEV
        let recordedEV = min(rangeEV.upperBound, window.highEV) - max(rangeEV.lowerBound, window.lowEV)
        return recordedEV >= leastRecordedShare * (window.highEV - window.lowEV)
    }

    /// How much more a level counts under Al Kα than under other photons, for as much of it; nil without a cross-section.
    private static func factor(_ level: PhotoelectronLine, photonEnergyEV: Double, isTransmissionKnown: Bool) -> Float?
    {
        let table = CrossSectionTable.standard
        guard let relative = table.relativeToAluminium(level, photonEnergyEV: photonEnergyEV) else { return nil }
        let bindingEV = table.bindingEnergiesEV(of: level).lowerBound
        let exponent =
            SensitivityFactors.standardAttenuationExponent
            + (isTransmissionKnown ? 0 : QuantificationOptions.assumedTransmissionExponent)
        return Float(
            pow((CrossSectionTable.aluminiumEV - bindingEV) / (photonEnergyEV - bindingEV), exponent) / relative)
    }

    private static func words(_ energyEV: Double) -> String { "a photon energy of \(TrainingScope.words(energyEV)) eV" }
}
