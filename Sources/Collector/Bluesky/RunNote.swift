package import Foundation

/// What the store remembers of a run's documents, so that a collector that starts again goes on with the same uids and
/// numbers and sends nothing twice.
package struct RunNote: Sendable, Hashable, Codable {
    /// What the start document was made from.
    package struct Start: Sendable, Hashable, Codable {
        package var uid: UUID
        package var timeS: Double
        /// The total number of jobs, where it was known.
        package var expected: Int?
        /// What the first job's `meta` said of sample and scan: texts and integers.
        package var texts: [String: String] = [:]
        package var integers: [String: Int] = [:]
        /// The data keys along which the run scans.
        package var dimensions: [String] = []
        /// The uid of the documents that this run's earlier spectra are in.
        package var continues: UUID?
    }

    /// Nil while no run of documents is open.
    package var start: Start?
    /// How many of the run's spectra came before this start.
    package var base = 0
    /// The number of the run's spectrum whose event was sent last.
    package var published = 0
    /// The number of the last event of stream `progress`.
    package var progressEvents = 0
    /// The data keys of stream `primary`, nil before its first descriptor; and how many descriptors there were.
    package var schema: PrimarySchema?
    package var descriptors = 0
    /// How many jobs the run had when it was last told of: more of them begin it anew.
    package var acquired = 0
    /// Whether anybody listened when the run began.
    package var wasHeard = false
    /// The uid of the documents that ended last.
    package var last: UUID?

    /// A run of which nothing was told.
    package init() {}

    /// A run that began before anybody wanted documents: only what is new is told.
    package init(published: Int, acquired: Int) {
        self.published = published
        base = published
        self.acquired = acquired
    }
}
