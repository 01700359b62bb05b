package import ClusterProtocol
package import Spectroscopy

extension RegionHeader {
    /// The region's settings as a spectrum has them.
    ///
    /// - Parameter readEnergies: Reads the axis frame, of an axis whose energies are listed.
    package func settings(readEnergies: (Dtype) -> [Double]) throws(SpectroscopyError) -> RegionSettings {
        let kind: EnergyAxis.Kind = axis.kind == .kinetic ? .kinetic : .binding
        let energies: EnergyAxis =
            switch axis.points {
            case .uniform(let startEV, let stepEV): .uniform(kind, startEV: startEV, stepEV: stepEV, count: points)
            case .explicit(let dtype): .explicit(kind, energiesEV: readEnergies(dtype))
            }
        let scale: RegionSettings.Ordinate =
            switch ordinate {
            case .counts: .counts
            case .countsPerSecond: .countsPerSecond
            case .arbitrary: .arbitrary
            }
        return try RegionSettings(
            name: name, axis: energies, ordinate: scale, photonEnergyEV: photonEnergyEV, workFunctionEV: workFunctionEV,
            dwellS: dwellS, sweeps: sweeps.map { Int(min(max($0.rounded(), 1), 1e9)) }, passEnergyEV: passEnergyEV,
            isTransmissionCorrected: isTransmissionCorrected ?? false)
    }
}
