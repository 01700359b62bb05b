public import ClusterProtocol
import Foundation
import ZeroMQ

/// A job to submit: its header, the user's own object, and the frames of its regions.
///
/// It always has a key, so that a resubmission is recognised; one is made up where the caller gives neither `job` nor
/// `seq`.
public struct JobSubmission: Sendable {
    /// What it is known by.
    public let id: JobID
    /// The number of spectra in it.
    public let spectra: Int
    /// Its size on the wire.
    public let byteCount: Int
    /// Header and frames as they are sent, each time the same bytes.
    let frames: [Frame]

    /// A job with a frame for each region's array and, right behind it, one for its axis where that has its own.
    ///
    /// Structure and sizes are checked here, so that what no broker would take fails at once. `meta` is one JSON object.
    public init(_ header: JobHeader, frames arrays: [[UInt8]], meta: [UInt8]? = nil) throws(ClientError) {
        var header = header
        if header.key == nil { header.job = Name(checked: UUID().uuidString.lowercased()) }
        let key = header.key ?? ""
        id = JobID(run: header.run, job: key)
        spectra = header.spectraCount
        let encoded = header.encoded(meta: meta)
        frames = [Frame(encoded)] + arrays.map { Frame($0) }
        byteCount = frames.reduce(0) { $0 + $1.count }
        do throws(ProtocolError) {
            guard encoded.count <= Limits.headerBytes else {
                throw ProtocolError(
                    .tooLarge, "The header has \(encoded.count) bytes; at most \(Limits.headerBytes) are allowed.",
                    field: meta == nil ? nil : "meta")
            }
            _ = try frames[0].withUnsafeBytes { bytes throws(ProtocolError) in try JobHeader(bytes) }
            let views = frames.dropFirst()
            try header.validate(headerBytes: encoded.count, frameCount: arrays.count) { index in
                // The frames outlive the check, and their bytes do not move.
                views[views.startIndex + index].withUnsafeBytes { $0 }
            }
        } catch {
            throw .refused(error, id)
        }
    }
}
