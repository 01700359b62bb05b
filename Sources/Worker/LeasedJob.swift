import ClusterProtocol
import Spectroscopy
import ZeroMQ

/// A job as the broker leased it: where the cluster's headers become the science's spectra.
struct LeasedJob: Sendable {
    /// What the broker said of it.
    let lease: Lease
    /// The job's header and, behind it, its frames, all as the client sent them.
    let frames: [Frame]
    /// The connection it came over; what it brings is of no use to a later one.
    let session: Int

    /// Reads the frames as spectra, in stack order.
    func spectra() throws -> [Spectrum] {
        guard let first = frames.first else { throw LeaseError.noHeader }
        let header = try first.withUnsafeBytes { bytes throws(ProtocolError) in try JobHeader(bytes) }
        let arrays = Array(frames.dropFirst())
        guard arrays.count == header.frameCount else {
            throw LeaseError.frameCount(expected: header.frameCount, found: arrays.count)
        }
        let settings = try header.regions.indices.map { index in
            try header.settings(of: index) { frame, dtype in
                arrays[frame].withUnsafeBytes { dtype.doubles(from: $0) }
            }
        }
        return try (0..<header.spectraCount).map { spectrum in
            let regions = try header.regions.indices.map { index in
                let region = header.regions[index]
                let array = arrays[header.arrayFrame(of: index)]
                let first = spectrum * region.points
                guard (first + region.points) * region.dtype.itemBytes <= array.count else {
                    throw LeaseError.frameSize(region: region.name, bytes: array.count)
                }
                let intensities = array.withUnsafeBytes {
                    region.dtype.floats(from: $0, elements: first..<first + region.points)
                }
                return try Region(settings: settings[index], intensities: intensities)
            }
            return try Spectrum(regions: regions)
        }
    }
}

/// A lease whose frames do not fit its header, which the broker should have refused at its door.
enum LeaseError: Error, CustomStringConvertible {
    case noHeader
    case frameCount(expected: Int, found: Int)
    case frameSize(region: String, bytes: Int)

    var description: String {
        switch self {
        case .noHeader: "the lease came without the job's header"
        case .frameCount(let expected, let found): "the header needs \(expected) frames and \(found) came"
        case .frameSize(let region, let bytes): "the array of region \(region) has only \(bytes) bytes"
        }
    }
}
