import DequeModule

extension Queue {
    mutating func submit(_ submission: Submission, _ nowMs: Int, _ effects: inout [QueueEffect]) {
        if let known = runIndexes[submission.run].flatMap({ runs[$0.value]?.entries[submission.key] }) {
            resubmitted(submission, known, &effects)
            return
        }
        if let refusal = refusal(of: submission) {
            if let ticket = submission.ticket { effects.append(.answer(ticket, refusal)) }
            return
        }
        if let ttlMs = submission.ttlMs {
            acceptLive(submission, ttlMs, nowMs, &effects)
            return
        }

        let index = announce(submission, &effects)
        let id = JobNumber(nextJob)
        nextJob += 1
        var job = Job(
            id: id, run: index, key: submission.key, seq: submission.seq, digest: submission.digest,
            bytes: submission.bytes, spectra: submission.spectra, acceptedMs: submission.acceptedMs,
            expiresMs: nil, state: .accepting)
        job.publisher = submission.publisher
        if let ticket = submission.ticket { job.tickets = [ticket] }
        jobs[id] = job
        runs[index.value]?.entries[submission.key] = .live(id)
        runs[index.value]?.accepting += 1
        acceptingCount += 1
        bytes += job.bytes
        unacknowledgedBytes += job.bytes
        if let publisher = submission.publisher { publishers[publisher, default: 0] += 1 }
        effects.append(.accept(id))
    }

    private mutating func resubmitted(
        _ submission: Submission, _ known: Run.Entry, _ effects: inout [QueueEffect]
    ) {
        let answer: QueueAnswer
        switch known {
        case .ended(let ended):
            answer = ended.digest == submission.digest ? .duplicate(ended.state) : .conflict(ended.state)
        case .live(let id):
            guard let job = jobs[id] else { return }
            guard job.digest == submission.digest else {
                answer = .conflict(job.state)
                break
            }
            if job.state == .accepting {
                // Not on disk yet: whoever asks waits for the same commit.
                if let ticket = submission.ticket { jobs[id]?.tickets.append(ticket) }
                return
            }
            answer = .duplicate(job.state)
        }
        if let ticket = submission.ticket { effects.append(.answer(ticket, answer)) }
    }

    /// Why a new job cannot come in now; nil when it can.
    private func refusal(of submission: Submission) -> QueueAnswer? {
        if let index = runIndexes[submission.run], runs[index.value]?.closedMs != nil { return .runClosed }
        if isDraining { return .draining(retryAfterMs: limits.fullRetryMs) }
        // Live jobs make their own room, and are answered at once: no window binds them.
        if submission.ttlMs != nil { return nil }
        if bytes + submission.bytes > limits.queueBytes { return .full(retryAfterMs: limits.fullRetryMs) }
        let isBeyond = submission.publisher.map { publishers[$0, default: 0] >= publisherWindow } ?? false
        if isBeyond || unacknowledgedBytes + submission.bytes > limits.unacknowledgedBytes && unacknowledgedBytes > 0 {
            return .windowExceeded(retryAfterMs: limits.windowRetryMs)
        }
        return nil
    }

    /// How many submits a publisher may have unacknowledged: full below the soft limit, shrinking linearly to nothing
    /// at the hard one.
    package var publisherWindow: Int {
        if isDraining { return 0 }
        let soft = Int(Double(limits.queueBytes) * limits.softShare)
        guard bytes > soft else { return limits.publisherWindow }
        guard bytes < limits.queueBytes else { return 0 }
        let share = Double(limits.queueBytes - bytes) / Double(max(limits.queueBytes - soft, 1))
        return max(1, Int(Double(limits.publisherWindow) * share))
    }

    /// Whether ingest may be read: while not, its senders' buffers fill and block them.
    package var hasRoomForIngest: Bool {
        !isDraining && bytes < limits.queueBytes && unacknowledgedBytes < limits.unacknowledgedBytes / 2
    }

    mutating func committed(_ ids: [JobNumber], _ nowMs: Int, _ effects: inout [QueueEffect]) {
        for id in ids {
            guard let job = jobs[id], job.state == .accepting else { continue }
            settleAccept(of: job)
            if let seq = job.seq { runs[job.run.value]?.sequence.insert(seq) }
            runs[job.run.value]?.counts.accepted += 1
            totals.accepted += 1
            jobs[id]?.tickets = []
            move(id, to: .queued, &effects)
            enqueue(id, in: .fresh)
            for (position, ticket) in job.tickets.enumerated() {
                effects.append(.answer(ticket, position == 0 ? .accepted(id) : .duplicate(.queued)))
            }
        }
        dispatch(nowMs, &effects)
    }

    mutating func commitFailed(_ ids: [JobNumber], _ effects: inout [QueueEffect]) {
        for id in ids {
            guard let job = jobs[id], job.state == .accepting else { continue }
            settleAccept(of: job)
            jobs[id] = nil
            runs[job.run.value]?.entries[job.key] = nil
            bytes -= job.bytes
            effects.append(.forgetPayload(id))
            for ticket in job.tickets {
                effects.append(.answer(ticket, .notStored(retryAfterMs: limits.storageRetryMs)))
            }
        }
    }

    private mutating func settleAccept(of job: Job) {
        runs[job.run.value]?.accepting -= 1
        acceptingCount -= 1
        unacknowledgedBytes -= job.bytes
        guard let publisher = job.publisher, let pending = publishers[publisher] else { return }
        publishers[publisher] = pending > 1 ? pending - 1 : nil
    }
}
