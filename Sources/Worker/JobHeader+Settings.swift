package import ClusterProtocol
package import Spectroscopy

extension JobHeader {
    /// A region's settings as a spectrum has them.
    ///
    /// - Parameter read: Reads the frame of that number behind the header: listed energies, a transmission.
    package func settings(
        of index: Int, read: (_ frame: Int, Dtype) -> [Double]
    ) throws(SpectroscopyError) -> RegionSettings {
        let region = regions[index]
        let kind: EnergyAxis.Kind = region.axis.kind == .kinetic ? .kinetic : .binding
        let energies: EnergyAxis =
            switch region.axis.points {
            case .uniform(let startEV, let stepEV):
                .uniform(kind, startEV: startEV, stepEV: stepEV, count: region.points)
            case .explicit(let dtype): .explicit(kind, energiesEV: axisFrame(of: index).map { read($0, dtype) } ?? [])
            }
        let transmission = region.transmission.flatMap { dtype in
            transmissionFrame(of: index).map { read($0, dtype).map(Float.init) }
        }
        let scale: RegionSettings.Ordinate =
            switch region.ordinate {
            case .counts: .counts
            case .countsPerSecond: .countsPerSecond
            case .arbitrary: .arbitrary
            }
        return try RegionSettings(
            name: region.name, axis: energies, ordinate: scale, photonEnergyEV: region.photonEnergyEV,
            workFunctionEV: region.workFunctionEV, dwellS: region.dwellS,
            sweeps: region.sweeps.map { Int(min(max($0.rounded(), 1), 1e9)) }, passEnergyEV: region.passEnergyEV,
            transmission: transmission, isTransmissionCorrected: region.isTransmissionCorrected ?? false)
    }
}
