package import ClusterProtocol

extension Queue {
    /// The dead letters that died last, in that order: of one run, or of all.
    package func deadLetters(run: Name? = nil, limit: Int = Int.max) -> [Job] {
        let index = run.flatMap { runIndexes[$0] }
        if run != nil, index == nil { return [] }
        guard totals.dead > 0 else { return [] }
        let dead = jobs.values.filter { $0.state == .dead && (index == nil || $0.run == index) }
        return dead.sorted { ($0.diedMs, $0.id.value) < ($1.diedMs, $1.id.value) }.suffix(limit)
    }

    mutating func requeueDead(
        _ run: Name?, _ key: Name?, _ ticket: Ticket, _ nowMs: Int, _ effects: inout [QueueEffect]
    ) {
        guard let ids = chosenDeadLetters(run, key, ticket, &effects) else { return }
        // Youngest first: each then goes to the near end of its waiting line.
        for id in ids.reversed() {
            jobs[id]?.attempts = 0
            jobs[id]?.evidence = nil
            revive(id, record: .revived(id), &effects)
            requeue(id, nowMs, &effects)
        }
        effects.append(.answerWhenDurable(ticket, .requeued(ids.count)))
        dispatch(nowMs, &effects)
    }

    mutating func purgeDead(_ run: Name?, _ key: Name?, _ ticket: Ticket, _ effects: inout [QueueEffect]) {
        guard let ids = chosenDeadLetters(run, key, ticket, &effects) else { return }
        for id in ids {
            revive(id, record: .cancelled(id), &effects)
            end(id, as: .cancelled, &effects)
        }
        effects.append(.answerWhenDurable(ticket, .purged(ids.count)))
    }

    private mutating func revive(_ id: JobNumber, record: QueueRecord, _ effects: inout [QueueEffect]) {
        guard let job = jobs[id], let run = runs[job.run.value] else { return }
        effects.append(.record(record))
        effects.append(.announceRevived(run: run.name, key: job.key))
    }

    /// The dead letters that a request means; nil when it was answered with a refusal.
    private func chosenDeadLetters(
        _ run: Name?, _ key: Name?, _ ticket: Ticket, _ effects: inout [QueueEffect]
    ) -> [JobNumber]? {
        guard let run else { return deadLetters().map(\.id).sorted() }
        guard runIndexes[run] != nil else {
            effects.append(.answer(ticket, .unknownRun))
            return nil
        }
        guard let key else { return deadLetters(run: run).map(\.id).sorted() }
        guard let status = status(run: run, key: key) else {
            effects.append(.answer(ticket, .unknownJob))
            return nil
        }
        guard status.state == .dead else {
            effects.append(.answer(ticket, .notDead(status.state)))
            return nil
        }
        guard !status.isLive else {
            effects.append(.answer(ticket, .notKept))
            return nil
        }
        return [status.id]
    }
}
