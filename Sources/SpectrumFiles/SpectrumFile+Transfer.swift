package import FoundationEssentials
import Spectroscopy

/// The way of a file's spectra from the process that read it to the one that asked.
///
/// libhdf5 is known to crash on damaged files: who reads files of strangers lets a process of its own do it.
extension SpectrumFile {
    /// Whether a file should be read by a process of its own.
    package static func isRisky(_ head: [UInt8]) -> Bool { NeXusReader.isHDF5(head) }

    /// The result of reading as bytes.
    package static func encoded(_ result: Result<SpectrumFile, SpectrumFileError>) throws -> Data {
        try JSONEncoder().encode(Transfer(result))
    }

    /// The result of reading from bytes.
    package static func decoded(_ data: Data) throws -> Result<SpectrumFile, SpectrumFileError> {
        try JSONDecoder().decode(Transfer.self, from: data).result()
    }
}

private struct Transfer: Codable {
    struct Failure: Codable {
        var file: String
        var line: Int?
        var offset: Int?
        var reason: String
    }

    struct Window: Codable {
        var name: String
        var isKinetic: Bool
        var startEV: Double?
        var stepEV: Double?
        var energiesEV: [Double]?
        var ordinate: String
        var photonEnergyEV: Double?
        var workFunctionEV: Double?
        var dwellS: Double?
        var sweeps: Int?
        var passEnergyEV: Double?
        var transmission: [Float]?
        var isTransmissionCorrected: Bool
        var intensities: [Float]
    }

    struct Measurement: Codable {
        var regions: [Window]
        var sample: String
        var source: String?
        var blocks: [Int]
        var metadata: [String: String]
    }

    var failure: Failure?
    var format: String?
    var notices: [String] = []
    var spectra: [Measurement] = []

    init(_ result: Result<SpectrumFile, SpectrumFileError>) {
        switch result {
        case .failure(let error):
            failure = Failure(file: error.file, line: error.line, offset: error.offset, reason: error.reason)
        case .success(let file):
            format = file.format.rawValue
            notices = file.notices
            spectra = file.spectra.map { spectrum in
                Measurement(
                    regions: spectrum.regions.map(Window.init), sample: spectrum.sample, source: spectrum.source,
                    blocks: spectrum.blocks, metadata: spectrum.metadata)
            }
        }
    }

    func result() throws -> Result<SpectrumFile, SpectrumFileError> {
        if let failure {
            return .failure(
                SpectrumFileError(
                    file: failure.file, line: failure.line, offset: failure.offset, reason: failure.reason))
        }
        let spectra = try spectra.map { measurement in
            try Spectrum(
                regions: try measurement.regions.map { try $0.region() }, sample: measurement.sample,
                source: measurement.source, blocks: measurement.blocks, metadata: measurement.metadata)
        }
        let format = format.flatMap(SpectrumFile.Format.init) ?? .nexus
        return .success(SpectrumFile(format: format, spectra: spectra, notices: notices))
    }
}

extension Transfer.Window {
    fileprivate init(_ region: Region) {
        let settings = region.settings
        name = settings.name
        isKinetic = settings.axis.kind == .kinetic
        switch settings.axis.points {
        case .uniform(let start, let step, _): (startEV, stepEV) = (start, step)
        case .explicit(let energies): energiesEV = energies
        }
        ordinate = settings.ordinate.rawValue
        photonEnergyEV = settings.photonEnergyEV
        workFunctionEV = settings.workFunctionEV
        dwellS = settings.dwellS
        sweeps = settings.sweeps
        passEnergyEV = settings.passEnergyEV
        transmission = settings.transmission
        isTransmissionCorrected = settings.isTransmissionCorrected
        intensities = region.intensities
    }

    fileprivate func region() throws -> Region {
        let kind: EnergyAxis.Kind = isKinetic ? .kinetic : .binding
        let axis =
            energiesEV.map { EnergyAxis.explicit(kind, energiesEV: $0) }
            ?? .uniform(kind, startEV: startEV ?? 0, stepEV: stepEV ?? 0, count: intensities.count)
        return try Region(
            settings: try RegionSettings(
                name: name, axis: axis, ordinate: RegionSettings.Ordinate(rawValue: ordinate) ?? .arbitrary,
                photonEnergyEV: photonEnergyEV, workFunctionEV: workFunctionEV, dwellS: dwellS, sweeps: sweeps,
                passEnergyEV: passEnergyEV, transmission: transmission,
                isTransmissionCorrected: isTransmissionCorrected),
            intensities: intensities)
    }
}
