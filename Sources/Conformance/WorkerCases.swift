import ClusterProtocol
import ZeroMQ

/// The cases for workers: the suite is a broker that leases.
public enum WorkerCases {
    /// All of them, in order.
    public static let all: [ConformanceCase] = [
        worker("W01", "ready is the first message and is well-formed", rule: "6 ready") { stage, _ in
            try stage.serve(atMostMs: 400)
            try expect(stage.registrations == 1, "ready came \(stage.registrations) times")
        },
        worker("W02", "heartbeats come as often as the broker says", rule: "6 heartbeat") { stage, _ in
            try stage.serve(atMostMs: 1_500)
            let count = stage.heartbeats.count
            // Half of what is due is enough: the machine may be busy.
            try expect(count >= 7, "\(count) heartbeats came in 1.5 s, and one is due every 100 ms")
            let gaps = zip(stage.heartbeats, stage.heartbeats.dropFirst()).map { ($1.at.ns - $0.at.ns) / 1_000_000 }
            let longest = gaps.max() ?? 0
            try expect(longest < WorkerStage.livenessMs, "there was no heartbeat for \(longest) ms")
        },
        worker("W03", "a lease is answered with its run, job and one line", rule: "6 result") { stage, _ in
            let lease = try stage.lease()
            try stage.answers(to: [lease])
            try expect(stage.failures.isEmpty, "a good job failed: \(stage.failures[lease.lease]?.error ?? "")")
        },
        worker("W04", "a stack is answered with one line for each spectrum", rule: "6.1") { stage, _ in
            try stage.answers(to: [try stage.lease(spectra: 3), try stage.lease(spectra: 1)])
            try expect(stage.failures.isEmpty, "a good stack failed")
        },
        worker("W05", "every lease up to the credit is answered, live ones too", rule: "6 credit, 4.3") { stage, _ in
            let credit = min(stage.ready?.credit ?? 1, 32)
            try stage.answers(to: try (0..<credit).map { try stage.lease(isLive: $0 % 3 == 0) })
        },
        worker("W06", "a heartbeat names every lease that is held", rule: "6 heartbeat") { stage, _ in
            let credit = min(stage.ready?.credit ?? 1, 16)
            var given: [Lease] = []
            for _ in 0..<credit { given.append(try stage.lease(spectra: 4)) }
            try stage.answers(to: given) { stage.checkHeartbeat() }
        },
        worker("W07", "a job that cannot be read is failed, and the worker goes on", rule: "6 failed") { stage, _ in
            let bad = try stage.lease(header: Array("{\"run\":".utf8))
            let alien = try stage.lease(header: Array("{\"run\":\"conformance\",\"regions\":7}".utf8))
            try stage.answers(to: [bad, alien, try stage.lease()])
            try expect(
                stage.failures[bad.lease] != nil && stage.failures[alien.lease] != nil,
                "a job without a readable header was answered with a result")
        },
        worker("W08", "after unknown the worker forgets its leases and says ready", rule: "6 unknown") { stage, _ in
            try stage.say(.unknown)
            try expect(try stage.serve { stage.registrations == 2 }, "no second ready came")
            try stage.answers(to: [try stage.lease()])
        },
        worker("W09", "a broker that is silent is looked for again", rule: "6 liveness_ms") { stage, _ in
            stage.isAlive = false
            try expect(try stage.serve { stage.registrations == 2 }, "no second ready came after a silence of 10 s")
            stage.isAlive = true
            try stage.answers(to: [try stage.lease()])
        },
        worker("W10", "a message that the worker does not know does no harm", rule: "2") { stage, _ in
            try stage.sayRaw(Array("{\"v\":1,\"op\":\"weather\",\"sun\":true}".utf8))
            try stage.answers(to: [try stage.lease()])
            try expect(stage.registrations == 1, "the worker registered again")
        },
        worker("W11", "a cancelled lease is no longer named, and others go on", rule: "6 cancel") { stage, _ in
            let leases = try (0..<4).map { _ in try stage.lease() }
            try stage.say(.cancel(leases: leases.map(\.lease) + [123]))
            try stage.serve(atMostMs: 600)
            stage.forgetOpenLeases()
            let named = stage.heartbeats.last?.held ?? []
            try expect(named.isEmpty, "0.6 s after cancel a heartbeat names \(named)")
            try stage.answers(to: [try stage.lease()])
        },
        worker("W12", "drain: what is held is answered or returned, then goodbye and exit 0", rule: "6 drain") {
            stage, program in
            let credit = min(stage.ready?.credit ?? 1, 16)
            for _ in 0..<credit { try stage.lease() }
            try stage.say(.drain)
            try stage.expectEnd(of: program)
        },
        worker("W13", "SIGTERM drains too", rule: "6") { stage, program in
            for _ in 0..<min(stage.ready?.credit ?? 1, 16) { try stage.lease() }
            program.terminate()
            try stage.expectEnd(of: program)
        },
    ]

    private static func worker(
        _ id: String, _ title: String, rule: String,
        _ play: @escaping @Sendable (WorkerStage, ProgramUnderTest) throws -> Void
    ) -> ConformanceCase {
        ConformanceCase(id, title, rule: rule) { subject in
            let stage = try WorkerStage()
            let program = try ProgramUnderTest(subject.command, broker: stage.endpoint, environment: [:])
            // A model may take its time to load.
            guard try stage.serve(atMostMs: 30_000, until: { stage.registrations > 0 || program.hasEnded }) else {
                return stage.violations + ["no ready came within 30 s"]
            }
            if stage.registrations == 0 { return ["the program ended before it said ready"] }
            do { try play(stage, program) } catch let violation as Violation { stage.note(violation.description) }
            return stage.violations
        }
    }
}

extension WorkerStage {
    /// Waits until all of these are answered, by a result or a failure.
    fileprivate func answers(to leases: [Lease], _ look: () -> Void = {}) throws {
        let done = try serve(atMostMs: 20_000) {
            look()
            return leases.allSatisfy { !open.contains($0.lease) }
        }
        let missing = leases.filter { open.contains($0.lease) }.count
        try expect(done, "\(missing) of \(leases.count) leases were not answered within 20 s")
    }

    /// The last two heartbeats must name what was given a second before them and is not answered.
    ///
    /// A second, since the machine may be busy and the worker late in reading.
    fileprivate func checkHeartbeat() {
        guard let last = heartbeats.last, let before = heartbeats.dropLast().last else { return }
        for lease in open where !last.held.contains(lease) && !before.held.contains(lease) {
            guard let given = granted[lease], before.at > given.later(byMs: 1_000) else { continue }
            note("two heartbeats do not name lease \(lease), which was given a second before them")
        }
        if !Set(last.executing).isSubset(of: last.held) { note("a heartbeat computes what it does not hold") }
    }

    fileprivate func expectEnd(of program: ProgramUnderTest) throws {
        let ended = try serve(atMostMs: 15_000) { program.hasEnded }
        // What it said last may still be under way.
        try serve(atMostMs: 200)
        try expect(ended, "the program had not ended after 15 s")
        try expect(program.status == 0, "the exit status is \(program.status ?? -1)")
        try expect(open.isEmpty, "\(open.count) leases were neither answered nor returned")
        try expect(saidGoodbye, "no goodbye came")
    }
}
