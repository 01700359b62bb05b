import ClusterProtocol
import Foundation

/// The cases for clients: the suite is a broker, and the client does the exercise of section 11 of the specification.
public enum ClientCases {
    /// All of them, in order.
    public static let all: [ConformanceCase] = wellBehaved + refusals + losses + results

    private static let wellBehaved = [
        client("C01", "jobs are well-formed and have keys, every result is found", rule: "2, 4.1", ClientScript()),
        client("C02", "no more submits are unacknowledged than the window allows", rule: "4.1 credit") {
            $0.jobs = 8
            $0.credit = 2
            $0.holdMs = 60
        },
        client("C03", "answers in another order than the requests find their jobs", rule: "2 id") {
            $0.holdMs = 80
            $0.isReversed = true
        },
        client("C04", "keys that are not known are ignored in answers", rule: "2 header") { $0.hasUnknownKeys = true },
    ]

    private static let refusals = [
        retry("C05", .windowExceeded, "429"), retry("C06", .unavailable, "503"), retry("C07", .storageFailed, "507"),
        client("C08", "a final refusal is reported and not repeated, the other jobs go on", rule: "3 codes", failing: 2)
        {
            $0.submit = { order, _ in
                order == 2 ? .refuse(ProtocolError(.unprocessable, "Refused by the suite.", field: "regions")) : .accept
            }
        },
        client("C09", "208 is as good as 202", rule: "4.1 duplicate") { $0.submit = { _, _ in .duplicate } },
        client("C10", "a job whose key has other bytes is reported, not repeated", rule: "3 409", failing: 3) {
            $0.submit = { order, _ in
                order == 3 ? .refuse(ProtocolError(.conflict, "The key has other bytes.", field: "job")) : .accept
            }
        },
    ]

    private static let losses = [
        client("C11", "a job that is not answered is sent again, the same bytes", rule: "4.1 resubmission") {
            $0.submit = { order, arrival in order == 2 && arrival == 1 ? .lose : .accept }
        },
        client("C12", "a job whose answer is lost is sent again and 208 taken for yes", rule: "4.1 resubmission") {
            $0.submit = { order, _ in order == 3 ? .loseAnswer : .accept }
        },
        client("C13", "an answer that is no JSON does no harm", rule: "2 header") {
            $0.submit = { order, arrival in order == 2 && arrival == 1 ? .garble : .accept }
        },
        client(
            "C14", "after a restart of the broker all that was not acknowledged is sent again", rule: "4.1 resubmission"
        ) {
            $0.holdMs = 20
            $0.submit = { order, arrival in order == 4 && arrival == 1 ? .restart : .accept }
        },
    ]

    private static let results = [
        client("C15", "a result that is not there yet is asked for after retry_after_ms", rule: "4.2 result") {
            $0.result = { order, question in question <= 2 && order % 2 == 0 ? .pending(retryAfterMs: 120) : .rows }
        },
        client("C16", "while the collector is away results are asked for again", rule: "4.2 result") {
            $0.result = { _, question in question == 1 ? .away(retryAfterMs: 120) : .rows }
        },
        client("C17", "a dead job is reported as dead and not waited for", rule: "4.2 result", failing: 4) {
            $0.result = { order, _ in order == 4 ? .never(.dead) : .rows }
        },
        client("C18", "an expired job is reported as expired and not waited for", rule: "4.3", failing: 1) {
            $0.result = { order, _ in order == 1 ? .never(.expired) : .rows }
        },
    ]

    private static func retry(_ id: String, _ code: Code, _ name: String) -> ConformanceCase {
        client(id, "\(name) is followed by the same job after retry_after_ms", rule: "3 \(name)") {
            $0.submit = { order, arrival in
                order % 2 == 0 && arrival == 1
                    ? .refuse(ProtocolError(code, "Not now.", retryAfterMs: 150)) : .accept
            }
        }
    }

    private static func client(
        _ id: String, _ title: String, rule: String, failing: Int? = nil, _ change: (inout ClientScript) -> Void
    ) -> ConformanceCase {
        var script = ClientScript()
        change(&script)
        return client(id, title, rule: rule, failing: failing, script)
    }

    /// A case in which the `failing`-th job, if there is one, cannot have a result.
    private static func client(
        _ id: String, _ title: String, rule: String, failing: Int? = nil, _ script: ClientScript
    ) -> ConformanceCase {
        ConformanceCase(id, title, rule: rule) { subject in
            let stage = try ClientStage(script)
            let program = try ProgramUnderTest(
                subject.command, broker: stage.endpoint,
                environment: [
                    "CORELEVEL_RUN": stage.run.text, "CORELEVEL_JOBS": "\(script.jobs)",
                    "CORELEVEL_TIMEOUT_MS": "\(answerTimeoutMs)",
                ])
            guard try stage.serve(program, timeoutMs: patienceMs) else {
                stage.note("the program had not ended after \(patienceMs / 1_000) s; \(stage.summary)")
                return stage.violations
            }
            stage.judge(ClientReport(program.printed), status: program.status ?? 0, failing: failing)
            return stage.violations
        }
    }

    /// How long the client is told to wait for an answer before it sends the job again.
    private static let answerTimeoutMs = 400
    private static let patienceMs = 20_000
}

extension ClientStage {
    var summary: String {
        let accepted = seen.values.count { $0.isAccepted }
        return "\(seen.count) of \(script.jobs) jobs had come, \(accepted) were acknowledged"
    }

    /// Compares what the program printed with what it was told.
    fileprivate func judge(_ report: ClientReport, status: Int32, failing: Int?) {
        for fault in report.faults { note(fault) }
        if seen.count != script.jobs { note("\(seen.count) jobs came, not \(script.jobs)") }
        if !isClosed { note("the run was not closed") }
        for (key, job) in seen {
            guard let lines = report.jobs[key.text], let line = lines.first else {
                note("nothing was printed about job \(key)")
                continue
            }
            if lines.count > 1 { note("job \(key) was reported \(lines.count) times") }
            if job.order == failing {
                if line["state"] as? String == "stored" { note("job \(key) was reported as stored, and it is not") }
                let expected = expectedFailure(job.order)
                if !expected.allSatisfy({ "\(line[$0.key] ?? "")" == $0.value }) {
                    note("job \(key) was reported as \(line), not with \(expected)")
                }
            } else if !ClientReport.isStored(line, rows: [Self.row(key)]) {
                note("job \(key) was reported as \(line), not as stored with the rows that were sent")
            }
        }
        if failing == nil, status != 0 { note("every job has a result, and the exit status is \(status)") }
        if failing != nil, status == 0 { note("a job failed, and the exit status is 0") }
        if status >= 128 { note("the program was ended by signal \(status - 128)") }
    }

    private func expectedFailure(_ order: Int) -> [String: String] {
        if case .refuse(let error) = script.submit(order, 1) { return ["code": "\(error.code)"] }
        if case .never(let state) = script.result(order, 1) { return ["state": state.rawValue] }
        return [:]
    }
}
