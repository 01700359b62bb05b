import ClusterProtocol
import Foundation
import ZeroMQ

/// A delivery that is not stored yet.
struct PendingDelivery: Sendable {
    /// The broker's number of it, to be named in `stored`.
    let delivery: Int
    let job: DeliveredJob

    /// Takes a `deliver` message apart: its header, the job's header, its frames, the result lines.
    init(_ header: Delivery, _ frames: [Frame]) throws(ProtocolError) {
        guard frames.count >= 3, let jobHeader = frames[1].string else {
            throw ProtocolError(
                .unprocessable, "A delivery is a header, the job's header in UTF-8, its frames and the result lines.")
        }
        let rows = try frames[frames.count - 1].withUnsafeBytes { bytes throws(ProtocolError) in
            let lines = try ResultLines(bytes, spectra: header.spectra)
            return (0..<lines.count).map { String(decoding: lines[$0], as: UTF8.self) }
        }
        delivery = header.delivery
        job = DeliveredJob(
            id: header.id, seq: header.seq, attempt: header.attempt, worker: header.worker, model: header.model,
            acceptedMs: header.acceptedMs, header: jobHeader, frames: frames[2..<(frames.count - 1)].map(Data.init),
            rows: rows)
    }
}

extension Data {
    /// The bytes of a frame, which lives as long as they are used; nothing is copied.
    fileprivate init(_ frame: Frame) {
        self = frame.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return Data() }
            return Data(
                bytesNoCopy: UnsafeMutableRawPointer(mutating: base), count: bytes.count,
                // Only read: SQLite binds it, and copies of it share it.
                deallocator: .custom { _, _ in withExtendedLifetime(frame) {} })
        }
    }
}
