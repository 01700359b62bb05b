package import ClusterProtocol

/// One row of results: a spectrum of a job.
package struct StoredSpectrum: Sendable, Equatable {
    package var id: JobID
    package var seq: Int?
    /// Position in the job's stack.
    package var index: Int
    /// Number in the run, from 1, in the order of storing.
    package var n: Int
    package var model: String
    /// The result line: one JSON object.
    package var row: String

    package init(id: JobID, seq: Int?, index: Int, n: Int, model: String, row: String) {
        self.id = id
        self.seq = seq
        self.index = index
        self.n = n
        self.model = model
        self.row = row
    }
}
