package import ClusterProtocol
package import Foundation

/// A computed job on its way to the disk: what was measured, as it came, and a result line for each of its spectra.
package struct DeliveredJob: Sendable {
    package var id: JobID
    package var seq: Int?
    package var attempt: Int
    package var worker: String
    package var model: String
    package var acceptedMs: Int
    /// The submitted header, untouched.
    package var header: String
    /// The submitted frames, untouched.
    package var frames: [Data]
    /// Result lines in stack order, each one JSON object.
    package var rows: [String]

    package init(
        id: JobID, seq: Int?, attempt: Int, worker: String, model: String, acceptedMs: Int,
        header: String, frames: [Data], rows: [String]
    ) {
        self.id = id
        self.seq = seq
        self.attempt = attempt
        self.worker = worker
        self.model = model
        self.acceptedMs = acceptedMs
        self.header = header
        self.frames = frames
        self.rows = rows
    }

    /// Size in memory and, nearly, on disk.
    package var byteCount: Int {
        frames.reduce(header.utf8.count) { $0 + $1.count } + rows.reduce(0) { $0 + $1.utf8.count }
    }
}
