package import ClusterProtocol
package import Foundation

/// What is new of a run.
package struct RunNews: Sendable {
    /// How far it is, `done` among it; nil where nothing changed but the latest result.
    package var progress: ProgressEvent?
    /// The spectrum that was stored last; nil where none was.
    package var latest: LatestResult?

    /// Nothing new.
    package init() {}
}

/// The spectrum of a run that was stored last, once it is on disk.
package struct LatestResult: Sendable {
    /// Its result line, its job, and its number in the run.
    package var result: ResultEvent
    /// When the broker took the job, in milliseconds since 1970 UTC.
    package var acceptedMs: Int
    /// The job's header as it was submitted, the user's `meta` in it.
    package var header: String
    /// The job's frames as submitted; they are shared, not copied.
    package var frames: [Data]
    /// Jobs of the run that are stored, this one among them.
    package var jobs: Int

    /// A stored spectrum.
    package init(result: ResultEvent, acceptedMs: Int, header: String, frames: [Data] = [], jobs: Int = 0) {
        self.result = result
        self.acceptedMs = acceptedMs
        self.header = header
        self.frames = frames
        self.jobs = jobs
    }
}
