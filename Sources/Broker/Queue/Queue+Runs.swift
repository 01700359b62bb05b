package import ClusterProtocol
import DequeModule

extension Queue {
    /// The run's index; a new run if the name is new.
    mutating func run(named name: Name, openedMs: Int) -> RunIndex {
        if let known = runIndexes[name] { return known }
        let fresh = Run(name: name, openedMs: openedMs)
        let index: RunIndex
        if let slot = freeRuns.popLast() {
            runs[slot] = fresh
            index = RunIndex(slot)
        } else {
            runs.append(fresh)
            index = RunIndex(runs.count - 1)
        }
        runIndexes[name] = index
        return index
    }

    /// The run of a submission; the journal hears of it before its first job, and when it says how many there will be.
    mutating func announce(_ submission: Submission, _ effects: inout [QueueEffect]) -> RunIndex {
        let isNew = runIndexes[submission.run] == nil
        let index = run(named: submission.run, openedMs: submission.acceptedMs)
        let isUnwritten = runs[index.value]?.isJournalled == false
        if submission.ttlMs != nil, isUnwritten {
            if let expected = submission.expected { runs[index.value]?.expected = expected }
            if isNew { markChanged(index, &effects) }
        } else if isUnwritten {
            if let expected = submission.expected { runs[index.value]?.expected = expected }
            recordRun(index, &effects)
        } else {
            expect(submission.expected, in: index, &effects)
        }
        return index
    }

    mutating func expect(_ expected: Int?, in index: RunIndex, _ effects: inout [QueueEffect]) {
        guard let expected, runs[index.value]?.expected != expected else { return }
        runs[index.value]?.expected = expected
        recordRun(index, &effects)
    }

    private mutating func recordRun(_ index: RunIndex, _ effects: inout [QueueEffect]) {
        guard let run = runs[index.value] else { return }
        runs[index.value]?.isJournalled = true
        effects.append(
            .record(.run(name: run.name, expected: run.expected, openedMs: run.openedMs, closedMs: run.closedMs)))
        markChanged(index, &effects)
    }

    mutating func openRun(_ name: Name, _ expected: Int?, _ ticket: Ticket, _ effects: inout [QueueEffect]) {
        if let known = runIndexes[name] {
            guard runs[known.value]?.closedMs == nil else {
                effects.append(.answer(ticket, .runClosed))
                return
            }
            if runs[known.value]?.isJournalled == true {
                expect(expected, in: known, &effects)
            } else {
                if let expected { runs[known.value]?.expected = expected }
                recordRun(known, &effects)
            }
        } else {
            let index = run(named: name, openedMs: wallMs)
            runs[index.value]?.expected = expected
            recordRun(index, &effects)
        }
        effects.append(.answerWhenDurable(ticket, .opened))
    }

    mutating func closeRun(_ name: Name, _ expected: Int?, _ ticket: Ticket, _ effects: inout [QueueEffect]) {
        guard let index = runIndexes[name] else {
            effects.append(.answer(ticket, .unknownRun))
            return
        }
        let isNews = runs[index.value]?.closedMs == nil
        if let expected { runs[index.value]?.expected = expected }
        if isNews { runs[index.value]?.closedMs = wallMs }
        if isNews || expected != nil { recordRun(index, &effects) }
        effects.append(.answerWhenDurable(ticket, .closed(run: name)))
    }

    mutating func cancel(
        _ name: Name, _ key: Name?, _ ticket: Ticket, _ nowMs: Int, _ effects: inout [QueueEffect]
    ) {
        guard let index = runIndexes[name], let run = runs[index.value] else {
            effects.append(.answer(ticket, .unknownRun))
            return
        }
        guard let key else {
            var ids: [JobNumber] = []
            for case .live(let id) in run.entries.values where isCancellable(id) { ids.append(id) }
            ids.sort()
            for id in ids { cancelJob(id, &effects) }
            effects.append(.answerWhenDurable(ticket, .cancelledJobs(ids.count)))
            dispatch(nowMs, &effects)
            return
        }
        switch run.entries[key] {
        case nil: effects.append(.answer(ticket, .unknownJob))
        case .ended(let ended): effects.append(.answer(ticket, .tooLate(ended.state)))
        case .live(let id):
            if isCancellable(id) {
                cancelJob(id, &effects)
                effects.append(.answerWhenDurable(ticket, .cancelled))
                dispatch(nowMs, &effects)
            } else {
                let state = jobs[id]?.state ?? .accepting
                effects.append(.answer(ticket, state == .accepting ? .unknownJob : .tooLate(state)))
            }
        }
    }

    private func isCancellable(_ id: JobNumber) -> Bool {
        let state = jobs[id]?.state
        return state == .queued || state == .leased
    }

    private mutating func cancelJob(_ id: JobNumber, _ effects: inout [QueueEffect]) {
        withdraw(id, &effects)
        if jobs[id]?.isLive != true { effects.append(.record(.cancelled(id))) }
        end(id, as: .cancelled, &effects)
    }

    mutating func countRefusal(_ name: Name, _ effects: inout [QueueEffect]) {
        // A refused job does not found a run: garbage with random names must not fill the table.
        guard let index = runIndexes[name] else { return }
        runs[index.value]?.counts.refused += 1
        markChanged(index, &effects)
    }

    mutating func forgetRuns(_ closedBeforeMs: Int, _ effects: inout [QueueEffect]) {
        for (slot, run) in runs.enumerated() {
            guard let run, let closedMs = run.closedMs, closedMs < closedBeforeMs else { continue }
            guard run.unfinished == 0, run.counts.dead == run.liveFailures, run.accepting == 0 else { continue }
            for state in [Job.State.stored, .cancelled, .expired, .dead] { totals[state] -= run.counts[state] }
            totals.accepted -= run.counts.accepted
            ring.removeAll { $0.value == slot }
            liveRing.removeAll { $0.value == slot }
            changedRuns.removeAll { $0.value == slot }
            runs[slot] = nil
            runIndexes[run.name] = nil
            freeRuns.append(slot)
            if run.isJournalled { effects.append(.record(.forgotten(run: run.name))) }
        }
    }

    /// A run by name.
    package func run(named name: Name) -> Run? { runIndexes[name].flatMap { runs[$0.value] } }

    /// A run by index.
    package func run(_ index: RunIndex) -> Run? { runs[index.value] }

    /// All runs, the one that changed last at the end.
    package var knownRuns: [Run] { runs.compactMap(\.self).sorted { $0.lastChange < $1.lastChange } }

    /// A job that has not ended, or is dead.
    package func job(_ id: JobNumber) -> Job? { jobs[id] }

    /// What is known under a key: a job, or what is left of one.
    package func status(run: Name, key: Name) -> KeyStatus? {
        switch runIndexes[run].flatMap({ runs[$0.value]?.entries[key] }) {
        case nil: nil
        case .ended(let ended):
            KeyStatus(
                id: ended.id, seq: ended.seq, state: ended.state, attempts: ended.attempts, spectra: ended.spectra,
                isLive: ended.isLive, evidence: ended.error.map { Evidence(error: $0) })
        case .live(let id):
            jobs[id].flatMap { job in
                job.state == .accepting
                    ? nil
                    : KeyStatus(
                        id: id, seq: job.seq, state: job.state, attempts: job.attempts, spectra: job.spectra,
                        isLive: job.isLive, evidence: job.evidence)
            }
        }
    }
}

/// What `status` answers.
package struct KeyStatus: Sendable {
    /// The job's number.
    package let id: JobNumber
    /// Its number within the run.
    package let seq: Int?
    /// Where it is.
    package let state: Job.State
    /// Failed attempts that count against it.
    package let attempts: Int
    /// Spectra in it.
    package let spectra: Int
    /// Whether it is, or was, live.
    package let isLive: Bool
    /// What is known of its failures.
    package let evidence: Evidence?
}
