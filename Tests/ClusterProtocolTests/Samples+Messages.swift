import ClusterProtocol

extension Samples {
    mutating func request() -> (request: Request, socket: SocketRole) {
        let operation: Request.Operation
        var socket = SocketRole.submit
        switch Int.random(in: 0..<15, using: &random) {
        case 0: operation = .submit(jobHeader())
        case 1: operation = .hello
        case 2: operation = .status(run: name(), job: maybe(name()))
        case 3: operation = .result(jobID())
        case 4:
            operation = .cancel(run: name(), job: maybe(name()))
            socket = flag() ? .submit : .admin
        case 5: operation = .runOpen(run: name(), expected: maybe(count()))
        case 6: operation = .runClose(run: name(), expected: maybe(count()))
        case 7: operation = .snapshotRuns
        case 8: operation = .snapshotResults(run: name(), after: count(), limit: 1 + count(Limits.page - 1))
        default:
            socket = .admin
            switch Int.random(in: 0..<7, using: &random) {
            case 0: operation = .queue
            case 1: operation = .workers
            case 2: operation = .deadList(run: maybe(name()), limit: 1 + count(Limits.page - 1))
            case 3: operation = .deadShow(jobID())
            case 4: operation = .deadRequeue(run: name(), job: maybe(name()))
            case 5: operation = .deadPurge(run: maybe(name()), job: nil)
            default: operation = .drain(worker: maybe(text()))
            }
        }
        return (Request(operation, id: requestID()), socket)
    }

    mutating func reply() -> Reply {
        let id = requestID()
        let body: Reply.Body
        switch Int.random(in: 0..<20, using: &random) {
        case 0:
            body = .receipt(
                SubmitReceipt(
                    isDuplicate: flag(), job: jobID(), seq: maybe(count()), state: state(),
                    durable: flag() ? .fsync : .memory,
                    isDeduplicated: flag(), credit: count()))
        case 1:
            let request = Correlation(
                op: maybe("submit"), id: id, run: maybe(name()), job: maybe(name()), seq: maybe(count()))
            let error = error([.malformed, .conflict, .versionMismatch, .windowExceeded, .unavailable, .storageFailed])
            body = .refused(Refusal(error, of: request, state: maybe(state()), credit: maybe(count())))
        case 2:
            let sockets = Dictionary(uniqueKeysWithValues: SocketRole.allCases.map { ($0, text()) })
            body = .hello(
                Hello(
                    server: text(), epoch: text(), credit: count(), endpoints: Endpoints(sockets, http: maybe(text()))))
        case 3:
            body = .jobStatus(
                JobStatus(
                    id: jobID(), seq: maybe(count()), state: state(), attempts: count(), spectra: count(),
                    error: maybe(sentence())))
        case 4: body = .runStatus(runCounts())
        case 5: body = .result(jobID(), spectra: count())
        case 6: body = .pending(jobID(), state: state(), retryAfterMs: count())
        case 7: body = .cancelled(jobID())
        case 8: body = .runCancelled(run: name(), jobs: count())
        case 9: body = .runOpened(run: name(), expected: maybe(count()))
        case 10: body = .runClosed(runCounts())
        case 11: body = .snapshotRuns(epoch: text())
        case 12: body = .snapshotResults(run: name(), epoch: text(), progress: maybe(progress()))
        case 13: body = .queue(queue())
        case 14: body = .workers(list { $0.worker() })
        case 15: body = .deadList(list { $0.deadLetter() })
        case 16: body = .deadShow(deadLetter())
        case 17: body = .requeued(count())
        case 18: body = .purged(count())
        default: body = .draining(worker: maybe(text()))
        }
        return Reply(body, id: id)
    }

    mutating func queue() -> QueueStatus {
        QueueStatus(
            epoch: text(), jobs: .init(queued: count(), leased: count(), computed: count(), dead: count()),
            bytes: .init(queued: count(), memory: count(), journal: count(), limit: count()),
            runs: list { $0.runCounts() }, collector: maybe(collector()), isDraining: flag(),
            counters: ["submit.accepted": count(), "submit.refused.422": count()],
            refusals: list { JobRefusal(run: $0.name(), seq: $0.maybe($0.count()), error: $0.error()) })
    }

    mutating func worker() -> WorkerStatus {
        WorkerStatus(
            worker: text(), host: text(), pid: count(), software: text(), model: text(), credit: count(),
            leases: count(), executing: count(), done: count(), failed: count(), lastSeenMs: count(),
            isDraining: flag())
    }

    mutating func workerMessage() -> WorkerMessage {
        switch Int.random(in: 0..<6, using: &random) {
        case 0:
            .ready(
                WorkerReady(
                    worker: text(), host: text(), pid: count(), software: text(), model: text(),
                    credit: 1 + count(1023), creditBytes: 1 + count(1 << 40)))
        case 1: .result(WorkerResult(lease: count(), id: jobID(), model: text(), computeUs: maybe(count())))
        case 2: .failed(WorkerFailure(lease: count(), kind: flag() ? .badInput : .transient, error: sentence()))
        case 3: .returned(leases: list(1024) { $0.count() })
        case 4: .heartbeat(held: list(1024) { $0.count() }, executing: list { $0.count() })
        default: .goodbye
        }
    }

    mutating func brokerToWorker() -> BrokerToWorker {
        switch Int.random(in: 0..<8, using: &random) {
        case 0:
            .welcome(
                WorkerWelcome(
                    epoch: text(), heartbeatMs: 1 + count(1000), leaseMs: 1 + count(9000), livenessMs: 1 + count(9000)))
        case 1: .refused(PeerRefusal(error()))
        case 2:
            .lease(
                Lease(
                    lease: count(), attempt: count(), isSolo: flag(), isLive: flag(), id: jobID(),
                    spectra: 1 + count(1000)))
        case 3: .heartbeat
        case 4: .cancel(leases: list { $0.count() })
        case 5: .drain
        case 6: .goodbye
        default: .unknown
        }
    }

    mutating func collectorMessage() -> CollectorMessage {
        switch Int.random(in: 0..<6, using: &random) {
        case 0: .open(CollectorOpen(collector(), creditBytes: 1 + count(1 << 40)))
        case 1: .stored(deliveries: list(1024) { $0.count() })
        case 2: .rejected(delivery: count(), error: sentence())
        case 3: .answer(query: count())
        case 4: .heartbeat
        default: .goodbye
        }
    }

    mutating func brokerToCollector() -> BrokerToCollector {
        switch Int.random(in: 0..<13, using: &random) {
        case 0: .welcome(CollectorWelcome(epoch: text(), heartbeatMs: 250, livenessMs: 750))
        case 1: .refused(PeerRefusal(error()))
        case 2:
            .deliver(
                Delivery(
                    delivery: count(), id: jobID(), seq: maybe(count()), attempt: count(), worker: text(),
                    model: text(), spectra: 1 + count(1000), acceptedMs: count()))
        case 3: .run(runCounts())
        case 4: .dead(deadLetter())
        case 5: .revived(jobID())
        case 6: .refusal(JobRefusal(run: name(), seq: maybe(count()), error: error()))
        case 7: .query(count())
        case 8:
            .cluster(
                ClusterCounts(
                    epoch: text(), workers: count(), queued: count(), leased: count(), computed: count(),
                    bytes: count()))
        case 9: .heartbeat
        case 10: .drain
        case 11: .goodbye(maybe(.conflict))
        default: .unknown
        }
    }

    mutating func event() -> Event {
        switch Int.random(in: 0..<5, using: &random) {
        case 0: .progress(progress())
        case 1:
            .result(
                ResultEvent(
                    n: 1 + count(9999), id: jobID(), seq: maybe(count()), index: count(),
                    row: ResultLines.failed(sentence())))
        case 2: .dead(DeadEvent(n: 1 + count(9999), epoch: text(), letter: deadLetter()))
        case 3:
            .ingest(
                IngestEvent(
                    n: 1 + count(9999), epoch: text(), run: name(), accepted: count(), refused: count(),
                    missing: count(),
                    gaps: gaps(),
                    refusals: list { .init(seq: $0.maybe($0.count()), code: .malformed, error: $0.sentence()) }))
        default:
            .cluster(
                ClusterEvent(
                    n: 1 + count(9999), epoch: text(), broker: flag() ? .up : .away, workers: count(), queued: count(),
                    leased: count(), computed: count(), timeMs: count()))
        }
    }
}
