import DequeModule

extension Queue {
    mutating func collectorOpened(_ creditBytes: Int, _ nowMs: Int, _ effects: inout [QueueEffect]) {
        takeBackDeliveries()
        collectorCreditBytes = creditBytes
        deliver(&effects)
        dispatch(nowMs, &effects)
    }

    mutating func collectorGone() {
        takeBackDeliveries()
        collectorCreditBytes = nil
    }

    /// What was sent and never confirmed goes first again.
    private mutating func takeBackDeliveries() {
        undelivered.prepend(contentsOf: inDelivery.sorted())
        inDelivery.removeAll(keepingCapacity: true)
        inDeliveryBytes = 0
    }

    /// Sends what the collector's window takes; a single larger job is sent alone.
    mutating func deliver(_ effects: inout [QueueEffect]) {
        guard let window = collectorCreditBytes else { return }
        while let id = undelivered.first {
            guard let job = jobs[id], job.state == .computed, !inDelivery.contains(id) else {
                undelivered.removeFirst()
                continue
            }
            let size = job.bytes + job.resultBytes
            guard inDelivery.isEmpty || inDeliveryBytes + size <= window else { return }
            undelivered.removeFirst()
            inDelivery.insert(id)
            inDeliveryBytes += size
            effects.append(.deliver(id))
        }
    }

    /// Whether the collector shall get this result now and has not confirmed it.
    package func isDelivering(_ id: JobNumber) -> Bool { inDelivery.contains(id) }

    mutating func undelivered(_ id: JobNumber) {
        guard let job = jobs[id], inDelivery.remove(id) != nil else { return }
        inDeliveryBytes -= job.bytes + job.resultBytes
        undelivered.prepend(id)
    }

    mutating func stored(_ ids: [JobNumber], _ nowMs: Int, _ effects: inout [QueueEffect]) {
        for id in ids {
            // A delivery confirmed twice, or by a collector before this one: both are true and both are late.
            guard jobs[id]?.state == .computed else { continue }
            statistics.stored += 1
            effects.append(.record(.stored(id)))
            effects.append(.forgetResult(id))
            end(id, as: .stored, &effects)
        }
        deliver(&effects)
        dispatch(nowMs, &effects)
    }

    mutating func rejected(_ id: JobNumber, _ error: String, _ nowMs: Int, _ effects: inout [QueueEffect]) {
        guard let job = jobs[id], job.state == .computed else { return }
        var evidence = job.evidence ?? Evidence()
        if let worker = job.computedBy { evidence.workers.append(worker) }
        evidence.error = error
        kill(id, evidence, &effects)
        deliver(&effects)
        dispatch(nowMs, &effects)
    }
}
