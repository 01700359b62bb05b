import DequeModule

extension Queue {
    /// Moves a job between states and keeps every count.
    mutating func move(_ id: JobNumber, to state: Job.State, _ effects: inout [QueueEffect]) {
        guard let old = jobs[id]?.state, let run = jobs[id]?.run, old != state else { return }
        jobs[id]?.state = state
        if state != .queued {
            if jobs[id]?.line == .live { leaveLiveLine(id) }
            jobs[id]?.line = .none
        }
        runs[run.value]?.counts[old] -= 1
        runs[run.value]?.counts[state] += 1
        totals[old] -= 1
        totals[state] += 1
        markChanged(run, &effects)
    }

    /// Takes a job that has ended, dead letters aside, out of the tables; its key stays.
    mutating func end(_ id: JobNumber, as state: Job.State, error: String? = nil, _ effects: inout [QueueEffect]) {
        move(id, to: state, &effects)
        guard let job = jobs.removeValue(forKey: id) else { return }
        if job.isLive {
            liveCount -= 1
            liveBytes -= job.bytes
        } else {
            bytes -= job.bytes
        }
        dropResult(of: job)
        runs[job.run.value]?.entries[job.key] = .ended(
            EndedJob(
                id: id, seq: job.seq, digest: job.digest, state: state, attempts: job.attempts,
                spectra: job.spectra, isLive: job.isLive, error: error))
        effects.append(.forgetPayload(id))
    }

    /// Gives a job up; payload and evidence stay until an operator decides.
    mutating func kill(_ id: JobNumber, _ evidence: Evidence, _ effects: inout [QueueEffect]) {
        guard let job = jobs[id], job.state != .dead else { return }
        var evidence = evidence
        evidence.diedMs = wallMs
        if job.isLive { return failLive(job, evidence, &effects) }
        if job.state == .computed {
            dropResult(of: job)
            jobs[id]?.resultBytes = 0
            effects.append(.forgetResult(id))
        }
        move(id, to: .dead, &effects)
        jobs[id]?.evidence = evidence
        effects.append(.record(.dead(id, attempts: job.attempts, evidence: evidence)))
        effects.append(.announceDead(id))
    }

    mutating func dropResult(of job: Job) {
        guard job.resultBytes > 0 else { return }
        if job.isLive {
            liveBytes -= job.resultBytes
            let position = undeliveredLive.ascendingIndex(of: job.id)
            if position < undeliveredLive.count, undeliveredLive[position] == job.id {
                undeliveredLive.remove(at: position)
            }
        } else {
            resultBytes -= job.resultBytes
        }
        if inDelivery.remove(job.id) != nil { inDeliveryBytes -= job.bytes + job.resultBytes }
    }

    mutating func markChanged(_ run: RunIndex, _ effects: inout [QueueEffect]) {
        changes += 1
        runs[run.value]?.lastChange = changes
        guard runs[run.value]?.hasChanged == false else { return }
        runs[run.value]?.hasChanged = true
        changedRuns.append(run)
        if changedRuns.count == 1 { effects.append(.runsChanged) }
    }

    /// The runs that changed since this was last asked.
    package mutating func takeChangedRuns() -> [RunIndex] {
        let changed = changedRuns.filter { runs[$0.value]?.hasChanged == true }
        changedRuns.removeAll(keepingCapacity: true)
        for run in changed { runs[run.value]?.hasChanged = false }
        return changed
    }
}
