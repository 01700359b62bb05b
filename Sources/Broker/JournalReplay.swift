/// Applies the records of a journal from the oldest on and keeps what a start needs beyond the state: keys, digests,
/// and what is wrong.
package struct JournalReplay {
    private struct Detail {
        var run: String
        var key: String
        var digest: UInt64
        var acceptedUnixMs: Int64
        var annotation: [UInt8]
        var byteCount: Int
        var isIntact: Bool
    }

    package private(set) var state = JournalState()
    package var notices: [JournalNotice] = []
    private var details: [UInt64: Detail] = [:]
    private var remembered: [UInt64: (run: JournalState.RunNumber, key: JournalRememberedKey)] = [:]

    package init() {}

    package mutating func apply(
        _ entry: JournalEntry, at place: JournalState.Place, isPayloadIntact: Bool
    ) {
        if let heading = entry.heading {
            // A copy whose payload did not reach the disk must not replace the whole one that it was made from.
            if !isPayloadIntact, let known = details[heading.job], known.isIntact,
                state.jobs[heading.job]?.status.ending == nil, state.jobs[heading.job] != nil
            {
                return
            }
            state.apply(entry, at: place)
            details[heading.job] = Detail(
                run: state.run(named: heading.run, at: place).flatMap { state.runs[$0]?.name }
                    ?? heading.run, key: heading.key, digest: heading.digest,
                acceptedUnixMs: heading.acceptedUnixMs, annotation: heading.annotation,
                byteCount: heading.byteCount,
                isIntact: isPayloadIntact)
            return
        }
        state.apply(entry, at: place)
        if case .remembered(let name, let keys) = entry, let run = state.run(named: name, at: place) {
            for key in keys {
                details[key.job] = nil
                remembered[key.job] = (run, key)
            }
        }
    }

    package mutating func noteHighestJob(_ job: UInt64) {
        state.noteHighestJob(job)
    }

    /// Takes a job back that turned out never to have been acknowledged.
    package mutating func withdraw(_ job: UInt64) {
        guard state.jobs[job]?.status.ending == nil else { return }
        state.withdraw(job)
        details[job] = nil
    }

    package func contents() -> JournalContents {
        var contents = JournalContents()
        for (number, detail) in details.sorted(by: { $0.key < $1.key }) {
            guard let job = state.jobs[number] else { continue }
            if let ending = job.status.ending {
                guard !state.isForgotten(job.run) else { continue }
                contents.remembered.append(
                    JournalRememberedJob(
                        job: number, run: detail.run, key: detail.key, annotation: detail.annotation,
                        digest: detail.digest, ending: ending))
                continue
            }
            let known = JournalJob(
                job: number, run: detail.run, key: detail.key, digest: detail.digest,
                acceptedUnixMs: detail.acceptedUnixMs, annotation: detail.annotation,
                byteCount: detail.byteCount,
                attempts: state.attempts[number] ?? [], isPayloadIntact: detail.isIntact)
            if job.status == .dead {
                contents.deadLetters.append(
                    JournalDeadLetter(job: known, evidence: state.evidence[number] ?? ""))
            } else {
                contents.jobs.append(known)
            }
        }
        for (number, item) in remembered {
            guard let run = state.runs[item.run] else { continue }
            contents.remembered.append(
                JournalRememberedJob(
                    job: number, run: run.name, key: item.key.key, annotation: item.key.annotation,
                    digest: item.key.digest,
                    ending: item.key.ending))
        }
        contents.remembered.sort { $0.job < $1.job }
        contents.runs = state.runs.values.filter(\.isAnnounced).sorted { $0.name < $1.name }
        contents.highestJob = state.highestJob
        contents.notices = notices
        return contents
    }
}
