/// What regions must have in common for their areas to be compared, and what has to be assumed where it is not said.
struct RecordingConditions {
    /// What is known of the analyser's transmission.
    enum TransmissionKnowledge {
        /// It was recorded, or divided out.
        case known
        /// It was assumed to be a power of the kinetic energy.
        case assumed
    }

    /// Photon energies that differ by less are of one line: Al Kα is written as 1486.6, 1486.61 or 1486.7 eV.
    static let sameLineEV = 1.0

    let photonEnergyEV: Double
    let transmission: TransmissionKnowledge
    let exposure: CommonExposure
    let assumptions: [String]
    private let transmissionExponent: Double

    init(_ settings: [RegionSettings], options: QuantificationOptions) throws(QuantificationError) {
        var assumptions: [String] = []
        let photonEnergiesEV = Set(settings.compactMap { $0.photonEnergyEV ?? options.photonEnergyEV })
        if let low = photonEnergiesEV.min(), let high = photonEnergiesEV.max(), high - low > Self.sameLineEV {
            throw .photonEnergiesDiffer(photonEnergiesEV.sorted())
        }
        photonEnergyEV = photonEnergiesEV.min() ?? CrossSectionTable.aluminiumEV
        if photonEnergiesEV.isEmpty { assumptions.append("no photon energy is given; Al Kα, 1486.6 eV, is taken") }
        let passEnergiesEV = Set(settings.compactMap(\.passEnergyEV))
        guard passEnergiesEV.count <= 1 else { throw .passEnergiesDiffer(passEnergiesEV.sorted()) }
        exposure = try Self.exposure(settings, assumptions: &assumptions)
        transmissionExponent = options.transmissionExponent
        let unknown = settings.filter { !Self.isTransmissionKnown($0) }
        transmission = unknown.isEmpty ? .known : .assumed
        if !unknown.isEmpty {
            assumptions.append(
                "the transmission of \(unknown.map(\.name).joined(separator: ", ")) is not recorded; it is taken as the "
                    + "kinetic energy to the power \(options.transmissionExponent)")
        }
        self.assumptions = assumptions
    }

    /// What is known of a region's transmission.
    func transmission(of settings: RegionSettings) -> SensitivityFactors.Transmission {
        Self.isTransmissionKnown(settings) ? .dividedOut : .power(exponent: transmissionExponent)
    }

    private static func isTransmissionKnown(_ settings: RegionSettings) -> Bool {
        settings.isTransmissionCorrected || settings.transmission != nil
    }

    private static func exposure(
        _ settings: [RegionSettings], assumptions: inout [String]
    ) throws(QuantificationError) -> CommonExposure {
        let common = CommonExposure(settings)
        guard common != .seconds else { return common }
        let isCounts = settings.map { $0.ordinate == .counts }
        guard !isCounts.contains(true) || !isCounts.contains(false) else {
            throw .ordinatesDiffer(settings.map(\.name))
        }
        if settings.count > 1 {
            assumptions.append(
                isCounts.contains(true)
                    ? "dwell times are not recorded; all regions are taken to have the same"
                    : "the unit of the intensities is not recorded; all regions are taken to share it")
        }
        return common
    }
}
