/// What the records of a journal amount to: which jobs live and where their bytes are, and how much of each segment is
/// still needed.
///
/// A pure value; the same function replays a journal and follows its writer.
///
/// Every entry may be applied twice: a crash while jobs are carried forward leaves both copies.
package struct JournalState: Sendable {
    /// Where a record lies.
    package struct Place: Equatable, Sendable {
        package var segment: UInt32
        package var offset: UInt32
        package var byteCount: UInt32

        package init(segment: UInt32, offset: UInt32, byteCount: UInt32) {
            self.segment = segment
            self.offset = offset
            self.byteCount = byteCount
        }
    }

    package enum Status: UInt8, Sendable {
        case queued
        case dead
        case stored
        case cancelled

        package var ending: JournalEnding? {
            switch self {
            case .queued, .dead: nil
            case .stored: .stored
            case .cancelled: .cancelled
            }
        }

        package init(_ ending: JournalEnding) {
            switch ending {
            case .stored: self = .stored
            case .cancelled: self = .cancelled
            }
        }
    }

    /// Where an accepted job's latest copy lies; an ended job stays until that copy's segment is dropped.
    package struct Job: Sendable {
        package var place: Place
        package var run: RunNumber
        package var status: Status
    }

    /// A run between two forgettings of its name.
    package typealias RunNumber = UInt32

    /// What of a segment is needed.
    package struct Usage: Sendable {
        /// Bytes of queued jobs and dead letters.
        package var liveBytes = 0
        /// Keys of ended jobs, by run.
        package private(set) var rememberedKeys: [RunNumber: Int] = [:]
        private var keyCount = 0
        /// Jobs whose latest copy is here.
        package var jobs = 0

        package var neededBytes: Int { liveBytes + keyCount * JournalState.rememberedKeyBytes }

        mutating func addKeys(_ count: Int, of run: RunNumber) {
            rememberedKeys[run, default: 0] += count
            keyCount += count
        }

        mutating func forgetKeys(of run: RunNumber) {
            keyCount -= rememberedKeys.removeValue(forKey: run) ?? 0
        }
    }

    /// About what a key takes in a `remembered` record.
    package static let rememberedKeyBytes = 64

    package private(set) var jobs: [UInt64: Job] = [:]
    package private(set) var attempts: [UInt64: [JournalAttempt]] = [:]
    package private(set) var evidence: [UInt64: String] = [:]
    package private(set) var runs: [RunNumber: JournalRun] = [:]
    package private(set) var usage: [UInt32: Usage] = [:]
    /// The sum over all segments.
    package private(set) var neededBytes = 0
    package private(set) var highestJob: UInt64 = 0
    private var runNumbers: [String: RunNumber] = [:]
    private var births: [RunNumber: Place] = [:]
    private var nextRun: RunNumber = 0

    package init() {}

    package mutating func apply(_ entry: JournalEntry, at place: Place) {
        switch entry {
        case .accepted(let heading):
            put(heading, status: .queued, at: place)
        case .carriedJob(let heading, let attempts, let evidence):
            put(heading, status: evidence == nil ? .queued : .dead, at: place)
            self.attempts[heading.job] = attempts.isEmpty ? nil : attempts
            self.evidence[heading.job] = evidence
        case .attempt(let job, let attempt):
            guard let known = jobs[job], known.status.ending == nil else { return }
            record(attempt, of: job)
        case .ended(let job, let ending):
            end(job, ending)
        case .dead(let job, let evidence):
            guard jobs[job]?.status.ending == nil, jobs[job] != nil else { return }
            jobs[job]?.status = .dead
            self.evidence[job] = evidence
        case .requeued(let job):
            guard jobs[job]?.status == .dead else { return }
            jobs[job]?.status = .queued
            attempts[job] = nil
            evidence[job] = nil
        case .run(let run):
            runs[number(ofRun: run.name, at: place)] = run
        case .runForgotten(let name):
            forget(name)
        case .remembered(let name, let keys):
            remember(keys, run: number(ofRun: name, at: place), in: place.segment)
        case .synced:
            break
        }
    }

    /// Forgets a segment after its file is gone, and the ended jobs that were in it for nobody's memory.
    package mutating func drop(segment: UInt32, discarding discarded: [UInt64]) {
        for job in discarded where jobs[job]?.place.segment == segment {
            jobs[job] = nil
        }
        neededBytes -= usage.removeValue(forKey: segment)?.neededBytes ?? 0
    }

    /// Takes back a job that turned out never to have been acknowledged.
    package mutating func withdraw(_ job: UInt64) {
        guard let known = jobs.removeValue(forKey: job) else { return }
        withdraw(known)
        attempts[job] = nil
        evidence[job] = nil
    }

    /// Numbers below are never given again, also when nothing else speaks of them any longer.
    package mutating func noteHighestJob(_ job: UInt64) {
        highestJob = max(highestJob, job)
    }

    package func isForgotten(_ run: RunNumber) -> Bool { runs[run] == nil }

    /// The run that a record at a place speaks of, unless it has been forgotten since; its name may be in use again.
    package func run(named name: String, at place: Place) -> RunNumber? {
        guard let number = runNumbers[name], let birth = births[number],
            (birth.segment, birth.offset) <= (place.segment, place.offset)
        else { return nil }
        return number
    }

    private mutating func put(_ heading: JournalHeading, status: Status, at place: Place) {
        let run = number(ofRun: heading.run, at: place)
        if let old = jobs[heading.job] { withdraw(old) }
        jobs[heading.job] = Job(place: place, run: run, status: status)
        change(place.segment) { usage in
            usage.jobs += 1
            usage.liveBytes += Int(place.byteCount)
        }
        highestJob = max(highestJob, heading.job)
    }

    private mutating func record(_ attempt: JournalAttempt, of job: UInt64) {
        var list = attempts[job] ?? []
        list.removeAll { $0.number == attempt.number }
        if list.count >= JournalLimits.attempts { list.removeFirst() }
        list.append(attempt)
        attempts[job] = list
    }

    private mutating func end(_ job: UInt64, _ ending: JournalEnding) {
        guard let known = jobs[job], known.status.ending == nil else { return }
        jobs[job]?.status = Status(ending)
        attempts[job] = nil
        evidence[job] = nil
        let isRemembered = !isForgotten(known.run)
        change(known.place.segment) { usage in
            usage.liveBytes -= Int(known.place.byteCount)
            if isRemembered { usage.addKeys(1, of: known.run) }
        }
    }

    private mutating func remember(_ keys: [JournalRememberedKey], run: RunNumber, in segment: UInt32) {
        for key in keys {
            if let old = jobs.removeValue(forKey: key.job) { withdraw(old) }
            attempts[key.job] = nil
            evidence[key.job] = nil
            highestJob = max(highestJob, key.job)
        }
        change(segment) { $0.addKeys(keys.count, of: run) }
    }

    /// Takes a job's share out of the segment that held its latest copy.
    private mutating func withdraw(_ job: Job) {
        change(job.place.segment) { usage in
            usage.jobs -= 1
            if job.status.ending == nil {
                usage.liveBytes -= Int(job.place.byteCount)
            } else if usage.rememberedKeys[job.run] != nil {
                usage.addKeys(-1, of: job.run)
            }
        }
    }

    private mutating func forget(_ name: String) {
        guard let run = runNumbers.removeValue(forKey: name) else { return }
        runs[run] = nil
        births[run] = nil
        for segment in Array(usage.keys) {
            change(segment) { $0.forgetKeys(of: run) }
        }
    }

    private mutating func change(_ segment: UInt32, _ body: (inout Usage) -> Void) {
        let before = usage[segment]?.neededBytes ?? 0
        body(&usage[segment, default: Usage()])
        neededBytes += (usage[segment]?.neededBytes ?? 0) - before
    }

    private mutating func number(ofRun name: String, at place: Place) -> RunNumber {
        if let known = runNumbers[name] { return known }
        let number = nextRun
        nextRun += 1
        runNumbers[name] = number
        runs[number] = JournalRun(name: name)
        births[number] = place
        return number
    }
}

extension JournalState {
    /// Says what is inconsistent; empty when nothing is.
    ///
    /// For tests.
    package func brokenInvariants() -> [String] {
        var broken: [String] = []
        var expected: [UInt32: Usage] = [:]
        for (number, job) in jobs {
            expected[job.place.segment, default: Usage()].jobs += 1
            if job.status.ending == nil {
                expected[job.place.segment, default: Usage()].liveBytes += Int(job.place.byteCount)
            } else if attempts[number] != nil || evidence[number] != nil {
                broken.append("job \(number) has ended and still has attempts or evidence")
            }
            if (job.status == .dead) != (evidence[number] != nil) {
                broken.append("job \(number): status \(job.status) does not go with its evidence")
            }
        }
        for (segment, usage) in usage {
            let sum = expected[segment] ?? Usage()
            if usage.jobs != sum.jobs || usage.liveBytes != sum.liveBytes {
                broken.append("segment \(segment): \(usage) instead of \(sum)")
            }
            let keys = usage.rememberedKeys.values
            if keys.contains(where: { $0 < 0 })
                || usage.neededBytes != usage.liveBytes + keys.reduce(0, +) * Self.rememberedKeyBytes
            {
                broken.append("segment \(segment): remembers \(usage.rememberedKeys)")
            }
        }
        if neededBytes != usage.values.reduce(0, { $0 + $1.neededBytes }) {
            broken.append("\(neededBytes) bytes needed is not the sum over the segments")
        }
        return broken
    }
}
