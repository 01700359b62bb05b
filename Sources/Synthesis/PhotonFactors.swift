import Spectroscopy

/// What other photons than Al Kα make of the library's lines: cross-sections relative to C 1s, and Auger lines
/// elsewhere on the axis of binding energies.
struct PhotonFactors: Sendable {
    /// How much higher Auger lines lie on the axis than under Al Kα, in eV: their kinetic energies stay.
    let augerShiftEV: Double

    /// Factors on the intensities of the core levels; what no cross-section is tabulated for is not seen.
    private let factors: [String: Double]
    /// Where the library has each core level, in eV: the mean of its lines.
    private let energiesEV: [String: Double]

    init(library: PolymerLibrary, photonEnergyEV: Double) {
        augerShiftEV = photonEnergyEV - CrossSectionTable.aluminiumEV
        guard augerShiftEV != 0 else {
            (factors, energiesEV) = ([:], [:])
            return
        }
        let carbon = Self.relativeToAluminium("C 1s", photonEnergyEV: photonEnergyEV) ?? 1
        factors = library.coreLevels.reduce(into: [:]) { factors, level in
            // An Auger electron follows the ionisation of the K shell.
            let name = level.value.crossSection == nil ? "\(level.value.element) 1s" : level.key
            factors[level.key] = (Self.relativeToAluminium(name, photonEnergyEV: photonEnergyEV) ?? 0) / carbon
        }
        let lines = Dictionary(
            grouping: library.polymers.flatMap(\.components).filter { $0.kind == .photoelectron }, by: \.coreLevel)
        energiesEV = lines.mapValues { lines in lines.reduce(0) { $0 + $1.bindingEnergyEV } / Double(lines.count) }
    }

    private static func relativeToAluminium(_ name: String, photonEnergyEV: Double) -> Double? {
        PhotoelectronLine(name).flatMap {
            CrossSectionTable.standard.relativeToAluminium($0, photonEnergyEV: photonEnergyEV)
        }
    }

    /// The factor on a core level's intensity.
    func factor(of level: String) -> Double { augerShiftEV == 0 ? 1 : factors[level] ?? 0 }

    /// The factor on a line of which only the energy is known: that of the library's nearest core level.
    func factor(nearEV energyEV: Double) -> Double {
        let nearest = energiesEV.min { abs($0.value - energyEV) < abs($1.value - energyEV) }
        return nearest.map { factor(of: $0.key) } ?? 1
    }
}
