import DequeModule

extension Queue {
    /// Puts a queued job into one of the waiting lines.
    mutating func enqueue(_ id: JobNumber, in line: Job.Line, dueMs: Int = 0) {
        guard let index = jobs[id]?.run else { return }
        jobs[id]?.line = line
        switch line {
        case .none: return
        case .solo:
            solo.insertDescending(id)
            return
        case .delayed:
            let position = delayed.firstIndex { $0.dueMs < dueMs } ?? delayed.count
            delayed.insert((dueMs, id), at: position)
            return
        case .fresh: runs[index.value]?.fresh.append(id)
        case .returned: runs[index.value]?.returned.insertDescending(id)
        case .live:
            joinLiveLine(id, index)
            return
        }
        guard runs[index.value]?.isInRing == false else { return }
        runs[index.value]?.isInRing = true
        ring.append(index)
    }

    /// Puts a job that was leased back where it belongs: first in, first out means that it goes first.
    mutating func requeue(_ id: JobNumber, afterMs: Int = 0, _ nowMs: Int, _ effects: inout [QueueEffect]) {
        jobs[id]?.lease = nil
        move(id, to: .queued, &effects)
        if jobs[id]?.isLive == true {
            enqueue(id, in: .live)
        } else if afterMs > 0 {
            enqueue(id, in: .delayed, dueMs: nowMs + afterMs)
        } else {
            enqueue(id, in: jobs[id]?.isSuspect == true ? .solo : .returned)
        }
    }

    mutating func releaseDelayed(_ nowMs: Int) {
        while let last = delayed.last, last.dueMs <= nowMs {
            delayed.removeLast()
            guard jobs[last.job]?.line == .delayed else { continue }
            enqueue(last.job, in: jobs[last.job]?.isSuspect == true ? .solo : .returned)
        }
    }

    /// Leases what can be leased: one job of each run in turn, to the worker that holds least.
    ///
    /// While both classes wait every second lease is a live job's: neither starves the other.
    mutating func dispatch(_ nowMs: Int, _ effects: inout [QueueEffect]) {
        guard !workers.isEmpty else { return }
        let takesComplete = resultBytes < limits.resultBytes
        if takesComplete { dispatchSuspects(nowMs, &effects) }
        while true {
            let complete = takesComplete ? nextComplete() : nil
            let live = leasedLiveLast && complete != nil ? nil : nextLive(nowMs, &effects)
            guard let id = live ?? complete, let job = jobs[id] else { return }
            // A job that fits nobody now holds the others back until a worker has emptied: it would starve otherwise.
            guard let slot = leastLoaded(roomForBytes: job.bytes) else { return }
            if job.isLive {
                liveRing.removeFirst()
                liveRing.append(job.run)
            } else {
                ring.removeFirst()
                ring.append(job.run)
                takeNextJob(of: job.run)
            }
            leasedLiveLast = job.isLive
            lease(id, to: slot, isSolo: false, nowMs, &effects)
        }
    }

    /// The job that is next of those that are not live.
    private mutating func nextComplete() -> JobNumber? {
        while let index = ring.first {
            if let id = nextJob(of: index) { return id }
            ring.removeFirst()
            runs[index.value]?.isInRing = false
        }
        return nil
    }

    /// The oldest job of the run that waits for a worker; drops stale entries on the way.
    private mutating func nextJob(of index: RunIndex) -> JobNumber? {
        while let id = runs[index.value]?.returned.last {
            if jobs[id]?.line == .returned { return id }
            runs[index.value]?.returned.removeLast()
        }
        while let id = runs[index.value]?.fresh.first {
            if jobs[id]?.line == .fresh { return id }
            runs[index.value]?.fresh.removeFirst()
        }
        return nil
    }

    private mutating func takeNextJob(of index: RunIndex) {
        if runs[index.value]?.returned.popLast() == nil { _ = runs[index.value]?.fresh.popFirst() }
    }

    private func leastLoaded(roomForBytes bytes: Int) -> Int? {
        var best: Int?
        var fewest = Int.max
        for slot in workers.indices where workers[slot].leases.count < fewest {
            guard workers[slot].hasRoom(forBytes: bytes) else { continue }
            best = slot
            fewest = workers[slot].leases.count
        }
        return best
    }

    /// Suspects go to a worker that holds nothing else, so that its death tells who did it.
    private mutating func dispatchSuspects(_ nowMs: Int, _ effects: inout [QueueEffect]) {
        while let id = solo.last {
            guard jobs[id]?.line == .solo else {
                solo.removeLast()
                continue
            }
            if let slot = workers.firstIndex(where: { $0.isWilling && $0.leases.isEmpty }) {
                solo.removeLast()
                lease(id, to: slot, isSolo: true, nowMs, &effects)
                continue
            }
            reserveWorker()
            return
        }
        for slot in workers.indices where workers[slot].isReserved { workers[slot].isReserved = false }
    }

    private mutating func reserveWorker() {
        guard !workers.contains(where: { $0.isReserved && ($0.isWilling || $0.holdsSolo) }) else { return }
        let willing = workers.indices.filter { workers[$0].isWilling }
        if let slot = willing.min(by: { workers[$0].leases.count < workers[$1].leases.count }) {
            workers[slot].isReserved = true
        }
    }

    private mutating func lease(
        _ id: JobNumber, to slot: Int, isSolo: Bool, _ nowMs: Int, _ effects: inout [QueueEffect]
    ) {
        guard let bytes = jobs[id]?.bytes else { return }
        let lease = LeaseID(nextLease)
        nextLease += 1
        let deliveries = (jobs[id]?.deliveries ?? 0) + 1
        jobs[id]?.deliveries = deliveries
        jobs[id]?.lease = lease
        move(id, to: .leased, &effects)
        leases[lease] = LeaseGrant(
            job: id, worker: workers[slot].id, bytes: bytes, isSolo: isSolo, grantedMs: nowMs,
            deadlineMs: nowMs + leaseMs)
        workers[slot].leases.insert(lease)
        workers[slot].leasedBytes += bytes
        if isSolo { workers[slot].holdsSolo = true }
        effects.append(
            .lease(
                LeaseOrder(
                    worker: workers[slot].id, lease: lease, job: id, attempt: deliveries, isSolo: isSolo,
                    isLive: jobs[id]?.isLive == true)))
    }
}
