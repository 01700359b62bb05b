import ClusterProtocol
import ZeroMQ

extension Broker {
    /// What a client asks beside submitting.
    func ask(_ pending: PendingReply, _ message: Inbound) {
        switch pending.request.operation {
        case .hello:
            reply(
                .hello(
                    Hello(
                        server: "corelevel", epoch: epoch.name, credit: queue.publisherWindow,
                        endpoints: knownEndpoints)),
                to: pending)
        case .status(let run, nil):
            guard let run = queue.run(named: run) else { return refuseUnknownRun(pending) }
            reply(.runStatus(run.onTheWire), to: pending)
        case .status(let run, let job?): answerStatus(pending, JobID(run: run, job: job))
        case .result(let job): answerResult(pending, job, message)
        case .cancel(let run, let job): process(.cancel(run: run, key: job, ticket(for: pending)))
        case .runOpen(let run, let expected):
            process(.openRun(run: run, expected: expected, ticket(for: pending)))
        case .runClose(let run, let expected):
            process(.closeRun(run: run, expected: expected, ticket(for: pending)))
        case .snapshotRuns, .snapshotResults: relay(pending, message)
        default: refuse(pending, ProtocolError(.forbidden, "This belongs on the admin socket.", field: "op"))
        }
    }

    func refuseUnknownRun(_ pending: PendingReply) {
        refuse(pending, ProtocolError(.notFound, "There is no such run.", field: "run"))
    }

    private func answerStatus(_ pending: PendingReply, _ job: JobID) {
        guard let status = queue.status(run: job.run, key: job.job) else {
            refuse(pending, ProtocolError(.notFound, "There is no such job in this run.", field: "job"))
            return
        }
        reply(
            .jobStatus(
                JobStatus(
                    id: job, seq: status.seq, state: status.state.onTheWire,
                    attempts: status.attempts, spectra: status.spectra,
                    error: status.state == .dead ? status.evidence?.error : nil)),
            to: pending)
    }

    private func answerResult(_ pending: PendingReply, _ job: JobID, _ message: Inbound) {
        guard let status = queue.status(run: job.run, key: job.job) else {
            refuse(pending, ProtocolError(.notFound, "There is no such job in this run.", field: "job"))
            return
        }
        switch status.state {
        case .stored: relay(pending, message)
        case .dead, .cancelled, .expired:
            let reason = status.evidence.map { ": \($0.error)" } ?? ""
            refuse(
                pending,
                ProtocolError(.conflict, "There will be no result, the job is \(status.state.rawValue)\(reason)."),
                state: status.state.onTheWire)
        default:
            reply(.pending(job, state: status.state.onTheWire, retryAfterMs: Self.pendingRetryMs), to: pending)
        }
    }

    private static let pendingRetryMs = 100
    private static let queryLimit = 1_024

    /// Passes a question to the collector, which answers in the broker's place.
    private func relay(_ pending: PendingReply, _ message: Inbound) {
        guard collector != nil, queries.count < Self.queryLimit else { return refuseAway(pending) }
        let query = Int(number())
        queries[query] = Query(
            pending: pending, deadlineMs: MonotonicTime.nowMs + configuration.queryTimeoutMs)
        tellCollector(.query(query), [message.header])
    }

    func refuseAway(_ pending: PendingReply) {
        refuse(
            pending,
            ProtocolError(.unavailable, "The collector is away; what is stored is with it.", retryAfterMs: 1_000))
    }

    func giveUpQueries() {
        let nowMs = MonotonicTime.nowMs
        let overdue = queries.filter { $0.value.deadlineMs <= nowMs }
        for (query, entry) in overdue {
            queries[query] = nil
            refuseAway(entry.pending)
        }
    }
}

/// A client's question that the collector has.
struct Query {
    let pending: PendingReply
    let deadlineMs: Int
}
