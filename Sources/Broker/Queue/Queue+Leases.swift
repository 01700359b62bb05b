package import ClusterProtocol
import DequeModule

extension Queue {
    /// The job of a lease that has not ended.
    package func job(leasedAs lease: LeaseID) -> Job? { leases[lease].flatMap { jobs[$0.job] } }

    /// A job that has not ended, or is dead, by its key.
    package func job(run: Name, key: Name) -> Job? {
        guard let index = runIndexes[run], case .live(let id)? = runs[index.value]?.entries[key] else { return nil }
        return jobs[id]
    }

    mutating func result(_ arrival: ResultArrival, _ nowMs: Int, _ effects: inout [QueueEffect]) {
        if let worker = arrival.worker { answered(by: worker, nowMs) }
        if let batchMs = arrival.batchMs { batchDuration.add(batchMs) }
        let id: JobNumber
        if let lease = leases[arrival.lease], lease.worker == arrival.worker {
            id = lease.job
            endLease(arrival.lease)
        } else {
            statistics.lateResults += 1
            guard let index = runIndexes[arrival.run],
                case .live(let known)? = runs[index.value]?.entries[arrival.key],
                let state = jobs[known]?.state, state == .queued || state == .leased
            else { return }
            id = known
            // Somebody else may be at it again: the work is pure, the first result counts.
            if let other = jobs[id]?.lease, let lease = endLease(other) {
                effects.append(.cancelLease(lease.worker, other))
            }
        }
        statistics.results += 1
        if let slot = arrival.worker.flatMap({ workerSlots[$0] }) { workers[slot].done += 1 }
        compute(id, arrival, &effects)
        deliver(&effects)
        dispatch(nowMs, &effects)
    }

    private mutating func compute(_ id: JobNumber, _ arrival: ResultArrival, _ effects: inout [QueueEffect]) {
        move(id, to: .computed, &effects)
        jobs[id]?.resultBytes = max(arrival.bytes, 1)
        jobs[id]?.computedBy = arrival.workerName
        jobs[id]?.isSuspect = false
        effects.append(.keepResult(id))
        waitForDelivery(id)
        if jobs[id]?.isLive == true {
            liveBytes += max(arrival.bytes, 1)
            makeRoomForLive(&effects)
        } else {
            resultBytes += max(arrival.bytes, 1)
        }
    }

    mutating func failed(
        _ worker: WorkerID?, _ leaseID: LeaseID, _ isPermanent: Bool, _ error: String, _ nowMs: Int,
        _ effects: inout [QueueEffect]
    ) {
        // Only the holder's failure counts: a late one says nothing about whoever computes the job now.
        guard let worker, leases[leaseID]?.worker == worker, let lease = endLease(leaseID) else { return }
        answered(by: worker, nowMs)
        statistics.failures += 1
        var name = ""
        if let slot = workerSlots[worker] {
            workers[slot].failed += 1
            name = workers[slot].name
        }
        blame(lease.job, on: name, error, isPermanent: isPermanent, nowMs, &effects)
        dispatch(nowMs, &effects)
    }

    mutating func returned(
        _ worker: WorkerID, _ ids: [LeaseID], _ nowMs: Int, _ effects: inout [QueueEffect]
    ) {
        answered(by: worker, nowMs)
        for id in ids {
            guard leases[id]?.worker == worker, let lease = endLease(id) else { continue }
            requeue(lease.job, nowMs, &effects)
        }
        dispatch(nowMs, &effects)
    }

    private mutating func answered(by worker: WorkerID, _ nowMs: Int) {
        guard let slot = workerSlots[worker] else { return }
        workers[slot].lastSeenMs = nowMs
        workers[slot].isStuck = false
        workers[slot].isCongested = false
    }

    mutating func congested(_ id: LeaseID, _ effects: inout [QueueEffect]) {
        guard let lease = endLease(id) else { return }
        if let slot = workerSlots[lease.worker] { workers[slot].isCongested = true }
        requeue(lease.job, lease.grantedMs, &effects)
    }

    mutating func leaseSent(_ id: LeaseID, _ nowMs: Int) {
        guard leases[id]?.isUnsent == true else { return }
        let deadlineMs = nowMs + leaseMs
        leases[id]?.isUnsent = false
        leases[id]?.omissions = 0
        leases[id]?.deadlineMs = deadlineMs
    }

    mutating func payloadLost(_ id: JobNumber, _ error: String, _ nowMs: Int, _ effects: inout [QueueEffect]) {
        guard let job = jobs[id], job.state == .queued || job.state == .leased || job.state == .computed else { return }
        if let lease = job.lease { endLease(lease) }
        var evidence = job.evidence ?? Evidence()
        evidence.error = error
        kill(id, evidence, &effects)
        deliver(&effects)
        dispatch(nowMs, &effects)
    }
}
