package import ClusterProtocol

/// A run as the store knows it: the broker's last word on it, and what is stored.
package struct RunRecord: Sendable, Equatable {
    package var name: Name
    /// Nil until the broker has told of the run.
    package var counts: RunCounts?
    /// Jobs stored.
    package var jobs: Int
    /// Spectra stored: the number of the latest one.
    package var spectra: Int
}
