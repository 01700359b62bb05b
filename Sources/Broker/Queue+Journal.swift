import ClusterProtocol

extension Queue {
    /// A queue with everything that the journal remembers; and the jobs whose payload it has lost.
    init(_ contents: JournalContents, limits: QueueLimits, epoch: UInt64) {
        self.init(limits: limits, firstJob: contents.highestJob + 1, epoch: epoch)
        for run in contents.runs {
            restore(
                run: Name(checked: run.name), expected: run.expected,
                openedMs: Int(run.openedUnixMs ?? run.closedUnixMs ?? 0), closedMs: run.closedUnixMs.map { Int($0) })
        }
        let jobs = contents.jobs.map { RecoveredJob($0) } + contents.deadLetters.map { RecoveredJob($0) }
        for job in jobs.sorted(by: { $0.id < $1.id }) { restore(job) }
        for job in contents.remembered {
            let known = JournalKey(job.key)
            restore(
                EndedJob(
                    id: JobNumber(job.job), seq: known.seq, digest: job.digest,
                    state: job.ending == .stored ? .stored : .cancelled, attempts: 0, spectra: known.spectra),
                run: Name(checked: job.run), key: known.key, acceptedMs: 0)
        }
    }
}

extension RecoveredJob {
    init(_ job: JournalJob) {
        let known = JournalKey(job.key)
        self.init(
            id: JobNumber(job.job), run: Name(checked: job.run), key: known.key, seq: known.seq, digest: job.digest,
            bytes: job.byteCount, spectra: known.spectra, acceptedMs: Int(job.acceptedUnixMs))
        guard let last = job.attempts.last else { return }
        attempts = last.number
        evidence = Evidence(workers: job.attempts.map(\.worker), error: last.reason)
    }

    init(_ letter: JournalDeadLetter) {
        self.init(letter.job)
        let (evidence, attempts) = Evidence.read(letter.evidence)
        self.evidence = evidence
        self.attempts = max(attempts, self.attempts)
        isDead = true
    }
}
