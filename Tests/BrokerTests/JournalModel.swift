import Broker
import ZeroMQ

/// What a journal must hold after some records: the plainest code that can say it.
struct JournalModel {
    struct Known {
        var acceptance: JournalAcceptance
        var status = "queued"
        var attempts: [JournalAttempt] = []
        var evidence = ""
        var isForgotten = false
        var isIntact = true
    }

    private(set) var jobs: [UInt64: Known] = [:]
    private(set) var runs: [String: JournalRun] = [:]
    private(set) var highestJob: UInt64 = 0

    mutating func apply(_ record: JournalRecord) {
        switch record {
        case .accepted(let acceptance):
            jobs[acceptance.job] = Known(acceptance: acceptance)
            highestJob = max(highestJob, acceptance.job)
        case .attempt(let job, let attempt):
            if isUnfinished(job) { jobs[job]?.attempts.append(attempt) }
        case .stored(let job): end(job, "stored")
        case .cancelled(let job): end(job, "cancelled")
        case .dead(let job, let evidence):
            if isUnfinished(job) {
                jobs[job]?.status = "dead"
                jobs[job]?.evidence = evidence
            }
        case .requeued(let job):
            if jobs[job]?.status == "dead" {
                jobs[job]?.status = "queued"
                jobs[job]?.attempts = []
            }
        case .run(let run): runs[run.name] = run
        case .runForgotten(let name):
            runs[name] = nil
            for (job, known) in jobs where known.acceptance.run == name { jobs[job]?.isForgotten = true }
        }
    }

    /// A job whose bytes were damaged on purpose.
    mutating func damage(_ job: UInt64) {
        jobs[job]?.isIntact = false
    }

    private func isUnfinished(_ job: UInt64) -> Bool { ["queued", "dead"].contains(jobs[job]?.status) }

    private mutating func end(_ job: UInt64, _ status: String) {
        if isUnfinished(job) { jobs[job]?.status = status }
    }

    var contents: JournalContents {
        var contents = JournalContents()
        for (number, known) in jobs.sorted(by: { $0.key < $1.key }) {
            let acceptance = known.acceptance
            let ending: JournalEnding? =
                switch known.status {
                case "stored": .stored
                case "cancelled": .cancelled
                default: nil
                }
            if let ending {
                guard !known.isForgotten else { continue }
                contents.remembered.append(
                    JournalRememberedJob(
                        job: number, run: acceptance.run, key: acceptance.key, annotation: acceptance.annotation,
                        digest: acceptance.payload.digest, ending: ending))
                continue
            }
            let job = JournalJob(
                job: number, run: acceptance.run, key: acceptance.key, digest: acceptance.payload.digest,
                acceptedUnixMs: acceptance.acceptedUnixMs, annotation: acceptance.annotation,
                byteCount: acceptance.payload.byteCount, attempts: known.attempts, isPayloadIntact: known.isIntact)
            if known.status == "dead" {
                contents.deadLetters.append(JournalDeadLetter(job: job, evidence: known.evidence))
            } else {
                contents.jobs.append(job)
            }
        }
        contents.runs = runs.values.sorted { $0.name < $1.name }
        contents.highestJob = highestJob
        return contents
    }
}

/// A history such as a broker would write: nothing ends that has not been accepted, and a run is only forgotten when
/// none of its jobs lives.
struct JournalHistory {
    private(set) var model = JournalModel()
    private var random: SplitMix
    private var unfinished: [UInt64] = []
    private var dead: [UInt64] = []
    private var openRuns = ["scan-0", "scan-1", "scan-2"]
    private var liveJobs: [String: Int] = [:]
    private var attempts: [UInt64: Int] = [:]
    private var runOf: [UInt64: String] = [:]
    private var nextJob: UInt64 = 1
    private var runCount = 3
    private let payloadBytes: Range<Int>
    private let keepsModel: Bool

    init(seed: UInt64, payloadBytes: Range<Int> = 0..<700, keepsModel: Bool = true) {
        random = SplitMix(state: seed)
        self.payloadBytes = payloadBytes
        self.keepsModel = keepsModel
    }

    mutating func next() -> JournalRecord {
        let record = draw()
        if keepsModel { model.apply(record) }
        return record
    }

    private mutating func draw() -> JournalRecord {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<42: return accept()
        case 42..<50:
            guard let job = unfinished.randomElement(using: &random) else { return accept() }
            attempts[job, default: 0] += 1
            return .attempt(
                job: job, JournalAttempt(number: attempts[job] ?? 1, worker: "worker-\(job % 4)", reason: "lease lost"))
        case 50..<84:
            guard let job = takeUnfinished() else { return accept() }
            return .stored(job: job)
        case 84..<89:
            guard let job = takeUnfinished() else { return accept() }
            return .cancelled(job: job)
        case 89..<93:
            guard let job = takeUnfinished(isEnd: false) else { return accept() }
            dead.append(job)
            return .dead(job: job, evidence: "worker-1 died of job \(job)")
        case 93..<95:
            guard let position = dead.indices.randomElement(using: &random) else { return accept() }
            let job = dead.remove(at: position)
            attempts[job] = nil
            unfinished.append(job)
            return .requeued(job: job)
        case 95..<97:
            let name = openRuns.randomElement(using: &random) ?? "scan-0"
            return .run(JournalRun(name: name, expected: Int.random(in: 1..<500, using: &random), openedUnixMs: 17))
        default:
            return changeRuns()
        }
    }

    private mutating func accept() -> JournalRecord {
        let job = nextJob
        nextJob += 1
        let run = openRuns.randomElement(using: &random) ?? "scan-0"
        unfinished.append(job)
        liveJobs[run, default: 0] += 1
        runOf[job] = run
        let header = Frame([UInt8]("{\"job\":\"\(job)\"}".utf8))
        let count = Int.random(in: payloadBytes, using: &random)
        var bytes = [UInt8](repeating: UInt8(truncatingIfNeeded: job), count: count)
        for index in stride(from: 0, to: count, by: 97) { bytes[index] = UInt8.random(in: 0...255, using: &random) }
        return .accepted(
            JournalAcceptance(
                job: job, run: run, key: "key-\(job)", acceptedUnixMs: Int64(job) * 10,
                annotation: job % 3 == 0 ? [UInt8(truncatingIfNeeded: job)] : [],
                payload: JournalPayload(frames: count == 0 ? [header] : [header, Frame(bytes)])))
    }

    private mutating func takeUnfinished(isEnd: Bool = true) -> UInt64? {
        // Mostly the oldest, as in life, so that whole segments run empty; sometimes any.
        guard !unfinished.isEmpty else { return nil }
        let isOld = Int.random(in: 0..<8, using: &random) > 0
        let position =
            isOld
            ? Int.random(in: 0..<min(6, unfinished.count), using: &random)
            : Int.random(in: 0..<unfinished.count, using: &random)
        let job = unfinished.remove(at: position)
        if isEnd {
            attempts[job] = nil
            if let run = runOf.removeValue(forKey: job) { liveJobs[run, default: 1] -= 1 }
        }
        return job
    }

    private mutating func changeRuns() -> JournalRecord {
        if let name = openRuns.first(where: { liveJobs[$0, default: 0] == 0 }), Bool.random(using: &random) {
            // Sometimes the same name comes back.
            if Bool.random(using: &random) {
                openRuns.removeAll { $0 == name }
                openRuns.append("scan-\(runCount)")
                runCount += 1
            }
            return .runForgotten(run: name)
        }
        let name = openRuns.randomElement(using: &random) ?? "scan-0"
        return .run(JournalRun(name: name, expected: nil, openedUnixMs: 17, closedUnixMs: 23))
    }
}

/// Steele, Lea, Flood: Fast splittable pseudorandom number generators, OOPSLA 2014.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

extension JournalContents {
    /// What is not as expected, in a few words; nil when everything is.
    func difference(from expected: JournalContents) -> String? {
        guard self != expected else { return nil }
        func differ<T: Equatable>(_ what: String, _ found: [T], _ expected: [T]) -> String? {
            guard found != expected else { return nil }
            let extra = found.filter { !expected.contains($0) }.prefix(3)
            let missing = expected.filter { !found.contains($0) }.prefix(3)
            return "\(what): found \(extra), missing \(missing)"
        }
        let parts = [
            differ("jobs", jobs, expected.jobs), differ("dead", deadLetters, expected.deadLetters),
            differ("remembered", remembered, expected.remembered), differ("runs", runs, expected.runs),
            differ("notices", notices, expected.notices),
            highestJob == expected.highestJob ? nil : "highest job \(highestJob), not \(expected.highestJob)",
        ]
        return parts.compactMap { $0 }.joined(separator: "; ")
    }
}
