/// The constants of the queue; defaults as in `protocols/README.md` and design contract 4.
package struct QueueLimits: Sendable {
    /// Bytes of accepted, unfinished jobs beyond which a submit is refused with 503.
    package var queueBytes = 20 << 30
    /// Share of `queueBytes` from which the publishers' window shrinks.
    package var softShare = 0.7
    /// Unacknowledged submits that one publisher may have while the queue is not filling up.
    package var publisherWindow = 256
    /// Unacknowledged bytes of all publishers together; the bound on memory before the disk.
    package var unacknowledgedBytes = 256 << 20
    /// Bytes of computed, not yet stored results beyond which nothing more is dispatched.
    package var resultBytes = 128 << 20

    /// Bytes of live jobs, their results included, beyond which the oldest are dropped.
    package var liveBytes = 64 << 20
    /// Live jobs beyond which the oldest are dropped.
    package var liveJobs = 16_384

    /// Interval of the workers' heartbeats.
    package var heartbeatMs = 250
    /// Heartbeats a worker may miss before it is given up.
    package var missesAllowed = 3
    /// How long a lease lives without being named.
    package var leaseMs = 3_000
    /// How long a batch may compute while its usual duration is unknown.
    package var unknownBatchMs = 60_000

    /// Attempts after which a job is dead.
    package var maximumAttempts = 5
    /// Wait before the next attempt, by attempts made; the last one repeats.
    package var retryDelaysMs = [0, 1_000, 5_000, 30_000]

    /// `retry_after_ms` of 429.
    package var windowRetryMs = 20
    /// `retry_after_ms` of 503.
    package var fullRetryMs = 1_000
    /// `retry_after_ms` of 507.
    package var storageRetryMs = 5_000

    /// Silence after which a worker is given up.
    package var livenessMs: Int { heartbeatMs * missesAllowed }

    /// The defaults.
    package init() {}

    func retryDelayMs(afterAttempts attempts: Int) -> Int {
        guard !retryDelaysMs.isEmpty else { return 0 }
        return retryDelaysMs[min(max(attempts - 1, 0), retryDelaysMs.count - 1)]
    }
}
