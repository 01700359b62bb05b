/// Where a job stands: section 4.2 of the specification.
public enum JobState: String, Sendable, CaseIterable {
    /// Accepted, waiting for a worker.
    case queued
    /// A worker has it.
    case leased
    /// The result waits for the collector.
    case computed
    /// The result is committed.
    case stored
    /// Given up, with evidence.
    case dead
    /// No longer wanted.
    case cancelled
    /// Live, and dropped: its time was over, or newer jobs took its room.
    case expired

    /// Whether the job has ended.
    public var isFinal: Bool { self == .stored || self == .dead || self == .cancelled || self == .expired }

    init(_ value: JSONValue) throws(ProtocolError) {
        guard let state = JobState(rawValue: try value.string()) else {
            throw value.wrong("must be one of \(JobState.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        self = state
    }
}
