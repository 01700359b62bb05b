import ClusterProtocol
import Foundation

/// One region of the spectrum that was stored last, as a display draws it.
struct RegionReading {
    /// The most points that are shown; a record cuts what it has no room for.
    static let maxPoints = 16_384
    /// The most regions of a job that are shown.
    static let maxRegions = 16

    let header: RegionHeader
    /// Binding energies as recorded; a shift is reported, never applied.
    let bindingEV: [Double]
    let intensities: [Double]

    /// The regions of a job, each with the spectrum at `index` of its stack; none where header and frames do not fit.
    static func all(header: String, frames: [Data], index: Int) -> [RegionReading] {
        var text = header
        guard let job = text.withUTF8({ try? JobHeader(UnsafeRawBufferPointer($0)) }) else { return [] }
        return job.regions.indices.prefix(maxRegions).compactMap { region in
            RegionReading(job, region, frames: frames, index: index)
        }
    }

    private init?(_ job: JobHeader, _ region: Int, frames: [Data], index: Int) {
        header = job.regions[region]
        let shown = min(header.points, Self.maxPoints)
        let array = job.arrayFrame(of: region)
        let first = index * header.points
        guard array < frames.count, index >= 0, index < header.spectra,
            frames[array].count == header.spectra * header.points * header.dtype.itemBytes
        else { return nil }
        let dtype = header.dtype
        intensities = frames[array].withUnsafeBytes { bytes in
            dtype.floats(from: bytes, elements: first..<first + shown).map(Double.init)
        }
        var energies: [Double]
        switch header.axis.points {
        case .uniform(let startEV, let stepEV):
            energies = (0..<shown).map { startEV + Double($0) * stepEV }
        case .explicit(let dtype):
            guard let axis = job.axisFrame(of: region), axis < frames.count,
                frames[axis].count == header.points * dtype.itemBytes
            else { return nil }
            energies = Array(frames[axis].withUnsafeBytes { dtype.doubles(from: $0) }.prefix(shown))
        }
        if header.axis.kind == .kinetic {
            // Einstein's equation: E_B = hν - E_K - φ.
            guard let photonEV = header.photonEnergyEV else { return nil }
            let highestEV = photonEV - (header.workFunctionEV ?? 0)
            energies = energies.map { highestEV - $0 }
        }
        bindingEV = energies
    }
}
