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
        let sent = inDelivery.sorted()
        undelivered.prepend(contentsOf: sent.filter { jobs[$0]?.isLive != true })
        for id in sent where jobs[id]?.isLive == true { waitForDelivery(id) }
        inDelivery.removeAll(keepingCapacity: true)
        inDeliveryBytes = 0
    }

    /// Sends what the collector's window takes; a single larger job is sent alone.
    mutating func deliver(_ effects: inout [QueueEffect]) {
        guard let window = collectorCreditBytes else { return }
        while let job = nextToDeliver() {
            let size = job.bytes + job.resultBytes
            guard inDelivery.isEmpty || inDeliveryBytes + size <= window else { return }
            if job.isLive { undeliveredLive.removeLast() } else { undelivered.removeFirst() }
            deliveredLiveLast = job.isLive
            jobs[job.id]?.wasSent = true
            inDelivery.insert(job.id)
            inDeliveryBytes += size
            effects.append(.deliver(job.id))
        }
    }

    /// The newest live result and the oldest of the others, in turn.
    private mutating func nextToDeliver() -> Job? {
        while let id = undelivered.first {
            if jobs[id]?.state == .computed, !inDelivery.contains(id) { break }
            undelivered.removeFirst()
        }
        let complete = undelivered.first.flatMap { jobs[$0] }
        let live = undeliveredLive.last.flatMap { jobs[$0] }
        if let complete, live == nil || deliveredLiveLast { return complete }
        return live
    }

    /// Puts a result into its waiting line.
    mutating func waitForDelivery(_ id: JobNumber) {
        guard jobs[id]?.isLive == true else {
            undelivered.append(id)
            return
        }
        undeliveredLive.insert(id, at: undeliveredLive.ascendingIndex(of: id))
    }

    /// Whether the collector shall get this result now and has not confirmed it.
    package func isDelivering(_ id: JobNumber) -> Bool { inDelivery.contains(id) }

    mutating func undelivered(_ id: JobNumber) {
        guard let job = jobs[id], inDelivery.remove(id) != nil else { return }
        inDeliveryBytes -= job.bytes + job.resultBytes
        jobs[id]?.wasSent = false
        if job.isLive { waitForDelivery(id) } else { undelivered.prepend(id) }
    }

    mutating func stored(_ ids: [JobNumber], _ nowMs: Int, _ effects: inout [QueueEffect]) {
        for id in ids {
            // A delivery confirmed twice, or by a collector before this one: both are true and both are late.
            guard let job = jobs[id], job.state == .computed else { continue }
            statistics.stored += 1
            if !job.isLive { effects.append(.record(.stored(id))) }
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
