import ClusterProtocol
import DequeModule

/// Jobs of class `live`: newest first, in memory alone, dropped with a count when they are stale.
///
/// They have a budget of their own and never touch that of the others, nor the journal.
extension Queue {
    mutating func acceptLive(
        _ submission: Submission, _ ttlMs: Int, _ nowMs: Int, _ effects: inout [QueueEffect]
    ) {
        guard makeRoomForLive(bytes: submission.bytes, &effects) else {
            if let ticket = submission.ticket {
                effects.append(.answer(ticket, .full(retryAfterMs: limits.fullRetryMs)))
            }
            return
        }
        let index = announce(submission, &effects)
        let id = JobNumber(nextJob)
        nextJob += 1
        let expiresMs = nowMs + ttlMs
        // Nobody sees it as `accepting`: `move` counts it in.
        jobs[id] = Job(
            id: id, run: index, key: submission.key, seq: submission.seq, digest: submission.digest,
            bytes: submission.bytes, spectra: submission.spectra, acceptedMs: submission.acceptedMs,
            expiresMs: expiresMs, state: .accepting)
        runs[index.value]?.entries[submission.key] = .live(id)
        runs[index.value]?.counts.accepted += 1
        totals.accepted += 1
        if let seq = submission.seq { runs[index.value]?.sequence.insert(seq) }
        liveCount += 1
        liveBytes += submission.bytes
        noteStaleness(of: id, atMs: expiresMs)
        move(id, to: .queued, &effects)
        enqueue(id, in: .live)
        effects.append(.keepPayload(id))
        if let ticket = submission.ticket { effects.append(.answer(ticket, .acceptedLive(id, ttlMs: ttlMs))) }
        dispatch(nowMs, &effects)
    }

    // Waiting lines

    mutating func joinLiveLine(_ id: JobNumber, _ index: RunIndex) {
        guard let line = runs[index.value]?.live, let bytes = jobs[id]?.bytes else { return }
        runs[index.value]?.live.insert(id, at: line.ascendingIndex(of: id))
        runs[index.value]?.liveBytes += bytes
        guard runs[index.value]?.isInLiveRing == false else { return }
        runs[index.value]?.isInLiveRing = true
        liveRing.append(index)
    }

    mutating func leaveLiveLine(_ id: JobNumber) {
        guard let job = jobs[id], let line = runs[job.run.value]?.live else { return }
        let position = line.ascendingIndex(of: id)
        guard position < line.count, line[position] == id else { return }
        runs[job.run.value]?.live.remove(at: position)
        runs[job.run.value]?.liveBytes -= job.bytes
    }

    /// The newest job of the run whose turn it is; without a collector none, since its result could not be shown.
    mutating func nextLive(_ nowMs: Int, _ effects: inout [QueueEffect]) -> JobNumber? {
        guard collectorCreditBytes != nil else { return nil }
        while let index = liveRing.first {
            guard let id = runs[index.value]?.live.last else {
                liveRing.removeFirst()
                runs[index.value]?.isInLiveRing = false
                continue
            }
            guard let expiresMs = jobs[id]?.expiresMs, expiresMs <= nowMs else { return id }
            drop(id, &effects)
        }
        return nil
    }

    // Dropping

    /// Drops what is older than it may be.
    ///
    /// What a collector was sent stays until that one, or the next, has said that it is stored.
    mutating func dropStale(_ nowMs: Int, _ effects: inout [QueueEffect]) {
        while let first = staleness.first, first.atMs <= nowMs {
            staleness.removeFirst()
            guard let job = jobs[first.job] else { continue }
            if job.wasSent {
                noteStaleness(of: job.id, atMs: nowMs + Self.sentAgainMs)
            } else {
                drop(job.id, &effects)
            }
        }
    }

    private static let sentAgainMs = 1_000

    private mutating func noteStaleness(of id: JobNumber, atMs: Int) {
        if staleness.count > 2 * liveCount + 1_024 { staleness.removeAll { jobs[$0.job] == nil } }
        // Times to live are mostly alike: the place is near the end.
        var position = staleness.count
        while position > 0, staleness[position - 1].atMs > atMs { position -= 1 }
        staleness.insert((atMs, id), at: position)
    }

    /// Drops the oldest until the budget holds, and `bytes` more if they are named; false when that cannot be.
    @discardableResult
    mutating func makeRoomForLive(bytes: Int? = nil, _ effects: inout [QueueEffect]) -> Bool {
        while liveBytes + (bytes ?? 0) > limits.liveBytes || liveCount + (bytes == nil ? 0 : 1) > limits.liveJobs {
            guard let victim = leastWanted else { return false }
            statistics.displaced += 1
            drop(victim, &effects)
        }
        return true
    }

    /// The oldest of the run that takes most of the room; where none waits, the oldest result that was not sent.
    private var leastWanted: JobNumber? {
        let index = liveRing.max { (runs[$0.value]?.liveBytes ?? 0) < (runs[$1.value]?.liveBytes ?? 0) }
        if let index, let id = runs[index.value]?.live.first { return id }
        return undeliveredLive.first { jobs[$0]?.wasSent == false }
    }

    private mutating func drop(_ id: JobNumber, _ effects: inout [QueueEffect]) {
        statistics.expired += 1
        withdraw(id, &effects)
        end(id, as: .expired, &effects)
    }

    /// A live job is tried once; what is left of its failure is a sentence.
    mutating func failLive(_ job: Job, _ evidence: Evidence, _ effects: inout [QueueEffect]) {
        guard let run = runs[job.run.value] else { return }
        runs[job.run.value]?.liveFailures += 1
        effects.append(
            .announceLiveFailure(
                LiveFailure(
                    id: JobID(run: run.name, job: job.key), seq: job.seq, attempts: job.attempts, evidence: evidence)))
        end(job.id, as: .dead, error: evidence.error.cut(toBytes: 256), &effects)
    }

    /// Takes a job back from the worker that has it.
    mutating func withdraw(_ id: JobNumber, _ effects: inout [QueueEffect]) {
        guard let lease = jobs[id]?.lease, let worker = leases[lease]?.worker else { return }
        endLease(lease)
        effects.append(.cancelLease(worker, lease))
    }
}
