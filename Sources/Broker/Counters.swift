import ClusterProtocol
import ZeroMQ

/// The named counters of section 10 of the specification, from zero at each start.
struct Counters {
    private var values: [String: Int] = [:]
    private var refusals: [Refusal: Int] = [:]

    private struct Refusal: Hashable {
        let socket: SocketRole
        let code: Code
    }

    /// Jobs accepted on *submit* and *ingest*; the two counters that rise with every job.
    var accepted = (submit: 0, ingest: 0)
    /// Jobs handed to the collector.
    var delivered = 0
    /// Messages of a socket that had no header, and nobody to answer.
    private var malformed: [SocketRole: Int] = [:]

    mutating func raise(_ name: String) { values[name, default: 0] += 1 }

    mutating func refused(_ code: Code, on socket: SocketRole) {
        refusals[Refusal(socket: socket, code: code), default: 0] += 1
    }

    mutating func malformed(on socket: SocketRole) { malformed[socket, default: 0] += 1 }

    /// All counters by name; those of the queue and of the sockets come from them.
    func named(_ queue: QueueStatistics, _ sockets: [SocketRole: SocketStatistics]) -> [String: Int] {
        var all = values
        all["submit.accepted"] = accepted.submit
        all["ingest.accepted"] = accepted.ingest
        for (refusal, count) in refusals { all["\(refusal.socket.name).refused.\(refusal.code)"] = count }
        all["work.results"] = queue.results
        all["work.late_results"] = queue.lateResults
        all["work.failed"] = queue.failures
        all["work.leases_expired"] = queue.leasesExpired
        all["work.workers_lost"] = queue.workersLost
        all["live.expired"] = queue.expired
        all["live.displaced"] = queue.displaced
        all["collect.delivered"] = delivered
        all["collect.stored"] = queue.stored
        for name in [
            "submit.duplicate", "ingest.duplicate", "work.unknown_peer", "collect.unknown_peer", "replies_dropped",
        ] { all[name, default: 0] += 0 }
        for (role, statistics) in sockets {
            // A lone empty frame is what PROBE_ROUTER sends: no header either.
            all["\(role.name).malformed"] = malformed[role, default: 0] + statistics.probes
            all["\(role.name).oversize_frames", default: 0] += 0
            all["\(role.name).handshakes_failed"] = statistics.handshakeFailures
            all["\(role.name).connections"] = statistics.accepted
            all["\(role.name).disconnections"] = statistics.disconnected
        }
        return all
    }
}
