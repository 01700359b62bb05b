extension Queue {
    /// How long a lease lives without being named: the configured time, or ten times the 99th percentile of a batch.
    package var leaseMs: Int { max(limits.leaseMs, 10 * (batchDuration.percentile99 ?? 0)) }

    /// The connected workers.
    package var connectedWorkers: [WorkerLoad] { workers }

    /// Whether this worker is registered.
    package func knows(_ worker: WorkerID) -> Bool { workerSlots[worker] != nil }

    mutating func workerReady(
        _ id: WorkerID, _ name: String, _ credit: Int, _ creditBytes: Int, _ nowMs: Int,
        _ effects: inout [QueueEffect]
    ) {
        // A second `ready` on one connection: it holds nothing any more, or it would not say so.
        if workerSlots[id] != nil { removeWorker(id, nowMs, isOrderly: true, &effects) }
        workerSlots[id] = workers.count
        workers.append(WorkerLoad(id: id, name: name, credit: credit, creditBytes: creditBytes, nowMs: nowMs))
        dispatch(nowMs, &effects)
    }

    mutating func heard(_ id: WorkerID, _ nowMs: Int) {
        guard let slot = workerSlots[id] else { return }
        workers[slot].lastSeenMs = nowMs
    }

    mutating func heartbeat(
        _ id: WorkerID, _ held: [LeaseID], _ executing: [LeaseID], _ nowMs: Int, _ effects: inout [QueueEffect]
    ) {
        guard let slot = workerSlots[id] else { return }
        workers[slot].lastSeenMs = nowMs
        workers[slot].heartbeats += 1
        workers[slot].isCongested = false
        let heartbeat = workers[slot].heartbeats
        let deadlineMs = nowMs + leaseMs
        for lease in held { name(lease, of: id, in: heartbeat, until: deadlineMs) }
        var computing = 0
        for lease in executing where leases[lease]?.worker == id {
            name(lease, of: id, in: heartbeat, until: deadlineMs)
            leases[lease]?.computedBy = heartbeat
            if leases[lease]?.executingSinceMs == nil { leases[lease]?.executingSinceMs = nowMs }
            computing += 1
        }
        workers[slot].executing = computing

        var forgotten: [LeaseID] = []
        for id in workers[slot].leases {
            guard let lease = leases[id] else { continue }
            if lease.executingSinceMs != nil, lease.computedBy != heartbeat { leases[id]?.executingSinceMs = nil }
            guard lease.namedBy != heartbeat, !lease.isUnsent else { continue }
            leases[id]?.omissions += 1
            // A heartbeat that was under way when the lease was sent cannot name it, however long the way is.
            if lease.omissions + 1 >= 2, nowMs - lease.grantedMs >= 2 * limits.heartbeatMs { forgotten.append(id) }
        }
        expire(forgotten.sorted(), nowMs, &effects)
        dispatch(nowMs, &effects)
    }

    private mutating func name(_ lease: LeaseID, of worker: WorkerID, in heartbeat: Int, until deadlineMs: Int) {
        guard leases[lease]?.worker == worker else { return }
        leases[lease]?.namedBy = heartbeat
        leases[lease]?.omissions = 0
        leases[lease]?.deadlineMs = deadlineMs
    }

    mutating func drainWorker(_ id: WorkerID) {
        guard let slot = workerSlots[id] else { return }
        workers[slot].isDraining = true
    }

    mutating func workerGone(_ id: WorkerID, _ isOrderly: Bool, _ nowMs: Int, _ effects: inout [QueueEffect]) {
        guard workerSlots[id] != nil else { return }
        if !isOrderly { statistics.workersLost += 1 }
        removeWorker(id, nowMs, isOrderly: isOrderly, &effects)
        dispatch(nowMs, &effects)
    }

    /// Forgets a worker and decides what its leases mean.
    ///
    /// What it was computing is to blame. When nothing is known to have been computing it may have died within a
    /// heartbeat of starting: then everything it held is computed alone next time, and nobody is blamed yet.
    private mutating func removeWorker(
        _ id: WorkerID, _ nowMs: Int, isOrderly: Bool, _ effects: inout [QueueEffect]
    ) {
        guard let slot = workerSlots.removeValue(forKey: id) else { return }
        let worker = workers[slot]
        workers.swapAt(slot, workers.count - 1)
        workers.removeLast()
        if slot < workers.count { workerSlots[workers[slot].id] = slot }

        let held = worker.leases.sorted()
        let isKnown = held.contains { leases[$0]?.executingSinceMs != nil || leases[$0]?.isSolo == true }
        for id in held {
            guard let lease = leases.removeValue(forKey: id) else { continue }
            if isOrderly || lease.isUnsent {
                requeue(lease.job, nowMs, &effects)
            } else if lease.isSolo || lease.executingSinceMs != nil || !isKnown && jobs[lease.job]?.isLive == true {
                jobs[lease.job]?.isSuspect = true
                blame(lease.job, on: worker.name, "the worker was lost while it computed this job", nowMs, &effects)
            } else {
                if !isKnown { jobs[lease.job]?.isSuspect = true }
                requeue(lease.job, nowMs, &effects)
            }
        }
    }

    /// Counts an attempt, and gives the job up after the last.
    mutating func blame(
        _ id: JobNumber, on worker: String, _ error: String, isPermanent: Bool = false, _ nowMs: Int,
        _ effects: inout [QueueEffect]
    ) {
        guard let job = jobs[id] else { return }
        var evidence = job.evidence ?? Evidence()
        evidence.workers.append(worker)
        evidence.error = error
        jobs[id]?.attempts = job.attempts + 1
        jobs[id]?.evidence = evidence
        jobs[id]?.lease = nil
        // By the time of another attempt a live job would be old, and it may be what killed the worker.
        if isPermanent || job.isLive || job.attempts + 1 >= limits.maximumAttempts {
            kill(id, evidence, &effects)
        } else {
            effects.append(.record(.attempt(id, attempts: job.attempts + 1, evidence: evidence)))
            requeue(id, afterMs: limits.retryDelayMs(afterAttempts: job.attempts + 1), nowMs, &effects)
        }
    }

    mutating func tick(_ nowMs: Int, _ effects: inout [QueueEffect]) {
        let silent = workers.filter { nowMs - $0.lastSeenMs > limits.livenessMs }.map(\.id)
        for id in silent {
            effects.append(.dropWorker(id))
            statistics.workersLost += 1
            removeWorker(id, nowMs, isOrderly: false, &effects)
        }
        let overdue = leases.filter { nowMs >= $0.value.deadlineMs }.keys.sorted()
        expire(overdue, nowMs, &effects)
        giveUpStuckWorkers(nowMs, &effects)
        releaseDelayed(nowMs)
        dropStale(nowMs, &effects)
        deliver(&effects)
        dispatch(nowMs, &effects)
    }

    /// A worker whose computing thread hangs still sends heartbeats and names its leases: they end all the same.
    private mutating func giveUpStuckWorkers(_ nowMs: Int, _ effects: inout [QueueEffect]) {
        for slot in workers.indices where workers[slot].executing > 0 {
            let overdue = workers[slot].leases.contains { id in
                guard let lease = leases[id], let sinceMs = lease.executingSinceMs else { return false }
                return nowMs - sinceMs > believableMs(for: lease.job)
            }
            guard overdue else { continue }
            workers[slot].isStuck = true
            expire(workers[slot].leases.sorted(), nowMs, &effects)
        }
    }

    private func believableMs(for job: JobNumber) -> Int {
        let spectra = max(jobs[job]?.spectra ?? 1, 1)
        guard let percentile99 = batchDuration.percentile99 else { return limits.unknownBatchMs * spectra }
        return max(3 * limits.leaseMs, 10 * max(percentile99, 1) * spectra)
    }

    private mutating func expire(_ ids: [LeaseID], _ nowMs: Int, _ effects: inout [QueueEffect]) {
        for id in ids {
            guard let lease = leases[id] else { continue }
            let name = workerSlots[lease.worker].map { workers[$0].name } ?? ""
            endLease(id)
            statistics.leasesExpired += 1
            effects.append(.cancelLease(lease.worker, id))
            if lease.executingSinceMs != nil {
                jobs[lease.job]?.isSuspect = true
                blame(lease.job, on: name, "the worker did not come back from computing this job", nowMs, &effects)
            } else {
                requeue(lease.job, nowMs, &effects)
            }
        }
    }

    /// Takes a lease out of the tables; what becomes of its job is the caller's.
    @discardableResult
    mutating func endLease(_ id: LeaseID) -> LeaseGrant? {
        guard let lease = leases.removeValue(forKey: id) else { return nil }
        jobs[lease.job]?.lease = nil
        guard let slot = workerSlots[lease.worker] else { return lease }
        workers[slot].leases.remove(id)
        workers[slot].leasedBytes -= lease.bytes
        if lease.isSolo { workers[slot].holdsSolo = false }
        if lease.executingSinceMs != nil { workers[slot].executing = max(0, workers[slot].executing - 1) }
        return lease
    }
}
