import Broker
import ClusterProtocol

/// A worker that obeys the protocol until it is told not to.
struct ModelWorker {
    let id: WorkerID
    let credit: Int
    let creditBytes: Int
    var held: [LeaseOrder] = []
    var executing: [LeaseOrder] = []
    var isFrozen = false
    var nextHeartbeatMs = 0

    var name: String { "worker-\(id.value)" }
    var heldLeases: [LeaseID] { (held + executing).map(\.lease) }

    mutating func cancel(_ lease: LeaseID) { held.removeAll { $0.lease == lease } }

    /// Begins a batch: a suspect alone, others together.
    mutating func startBatch(of count: Int) {
        guard executing.isEmpty, let first = held.first else { return }
        let size = first.isSolo ? 1 : min(count, held.count)
        executing = Array(held.prefix(size))
        held.removeFirst(size)
    }
}
