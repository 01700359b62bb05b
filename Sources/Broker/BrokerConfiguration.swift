import ClusterProtocol

/// Where a broker keeps its journal, where it listens, and its limits.
public struct BrokerConfiguration: Sendable {
    /// The directory of the journal and of the broker's epoch; made if it is not there.
    public var dataDirectory: String
    /// The base port, to which each socket adds its offset; 0 takes free ports.
    public var basePort = 5760
    /// The address to listen on: loopback, until there are keys.
    public var bindAddress = "127.0.0.1"

    /// Bytes of accepted, unfinished jobs beyond which submits are refused.
    public var queueBytes = 16 << 30
    /// Bytes of payloads that are kept in memory; the others are read again from the journal.
    public var payloadBytes = 512 << 20
    /// Bytes of results that may wait for the collector; beyond, nothing is dispatched.
    public var resultBytes = 128 << 20
    /// Bytes of live jobs, which are in memory alone; beyond, the oldest are dropped.
    public var liveBytes = 64 << 20
    /// Unacknowledged submits that one publisher may have.
    public var publisherWindow = 256
    /// Interval of heartbeats in both directions.
    public var heartbeatMs = 250
    /// Heartbeats that a worker may miss before it is given up.
    public var heartbeatMisses = 3
    /// How long a lease lives without being named in a heartbeat.
    public var leaseMs = 3_000
    /// Silence after which the collector is taken for gone; it may be busy with its disk.
    public var collectorLivenessMs = 5_000
    /// How long the collector may take to answer a client's question.
    public var queryTimeoutMs = 5_000
    /// Wait before a failed job is tried again, by attempts made; the last one repeats.
    public var retryDelaysMs = [0, 1_000, 5_000, 30_000]
    /// How long a run's keys are remembered after it was closed.
    public var keysKeptMs = 7 * 24 * 3_600_000

    /// The journal's own settings.
    package var journal = JournalConfiguration()

    /// The defaults for a directory.
    public init(dataDirectory: String) {
        self.dataDirectory = dataDirectory
    }

    /// Whether only this machine can reach the address.
    public static func isLoopback(_ address: String) -> Bool {
        if address == "localhost" { return true }
        let parts = address.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    var queueLimits: QueueLimits {
        var limits = QueueLimits()
        limits.queueBytes = queueBytes
        limits.unacknowledgedBytes = min(limits.unacknowledgedBytes, journal.maximumPendingBytes * 3 / 4)
        limits.resultBytes = resultBytes
        // The largest job must fit.
        limits.liveBytes = max(liveBytes, 2 * Limits.jobBytes)
        limits.publisherWindow = publisherWindow
        limits.heartbeatMs = heartbeatMs
        limits.missesAllowed = heartbeatMisses
        limits.leaseMs = leaseMs
        limits.retryDelaysMs = retryDelaysMs
        return limits
    }
}
