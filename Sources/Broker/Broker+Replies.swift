import ClusterProtocol
import ZeroMQ

extension Broker {
    private static let keptRefusals = 16

    /// Sends an answer; a peer that is gone, or does not read, gets none, and that is counted.
    func reply(_ header: [UInt8], _ body: [Frame] = [], to route: [Frame], on socket: SocketRole) {
        let frames = route + [Frame(header)] + body
        let result = try? socket == .admin ? adminSocket.send(frames) : submitSocket.send(frames)
        if case .sent? = result { return }
        counters.raise("replies_dropped")
    }

    func reply(_ body: Reply.Body, to pending: PendingReply, _ frames: [Frame] = []) {
        reply(Reply(body, id: pending.request.id).encoded(), frames, to: pending.route, on: pending.socket)
    }

    func refuse(_ pending: PendingReply, _ error: ProtocolError, state: JobState? = nil, credit: Int? = nil) {
        counters.refused(error.code, on: pending.socket)
        if case .submit(let header) = pending.request.operation, !error.isRetriable {
            count(JobRefusal(run: header.run, seq: header.seq, error: error))
        }
        let reply = Reply(refusing: pending.request, error, state: state, credit: credit)
        self.reply(reply.encoded(), to: pending.route, on: pending.socket)
    }

    /// Refuses what could not be read as a request.
    func refuse(_ message: Inbound, _ error: ProtocolError, on socket: SocketRole) {
        counters.refused(error.code, on: socket)
        let reply = message.header.withUnsafeBytes { Reply(refusing: $0, error) }
        if case .refused(let refusal) = reply.body, let run = refusal.request.run,
            refusal.request.op ?? "submit" == "submit"
        {
            count(JobRefusal(run: run, seq: refusal.request.seq, error: error))
        }
        self.reply(reply.encoded(), to: message.route, on: socket)
    }

    /// Counts a refused job in its run, and keeps it among the last ones.
    func count(_ refusal: JobRefusal) {
        refusals.append(refusal)
        if refusals.count > Self.keptRefusals { refusals.removeFirst() }
        process(.refused(run: refusal.run))
    }

    /// Remembers who asked, until the queue has an answer.
    func ticket(for pending: PendingReply) -> Ticket {
        let ticket = Ticket(number())
        replies[ticket] = pending
        return ticket
    }

    /// Sends the queue's answer in the words of the wire.
    func answer(_ ticket: Ticket, _ answer: QueueAnswer) {
        if let job = ingested.removeValue(forKey: ticket) { return settleIngested(job, answer) }
        guard let pending = replies.removeValue(forKey: ticket) else { return }
        if case .submit(let header) = pending.request.operation {
            settle(publisher: pending.route[0])
            answerSubmit(pending, header, answer)
        } else {
            answerQuestion(pending, answer)
        }
    }

    private func answerSubmit(_ pending: PendingReply, _ header: JobHeader, _ answer: QueueAnswer) {
        guard let key = pending.key else { return }
        var receipt = SubmitReceipt(
            job: JobID(run: header.run, job: key), seq: header.seq, isDeduplicated: header.key != nil,
            credit: queue.publisherWindow)
        switch answer {
        case .accepted:
            counters.accepted.submit += 1
            reply(.receipt(receipt), to: pending)
        case .acceptedLive(_, let ttlMs):
            counters.accepted.submit += 1
            receipt.durable = .memory
            receipt.ttlMs = ttlMs
            reply(.receipt(receipt), to: pending)
        case .duplicate(let state):
            counters.raise("submit.duplicate")
            receipt.isDuplicate = true
            receipt.state = state.onTheWire
            if queue.status(run: header.run, key: key)?.isLive == true { receipt.durable = .memory }
            reply(.receipt(receipt), to: pending)
        default:
            guard let error = Self.refusal(for: answer) else { return }
            var state: JobState?
            if case .conflict(let known) = answer { state = known.onTheWire }
            refuse(pending, error, state: state, credit: error.code == .windowExceeded ? queue.publisherWindow : nil)
        }
    }

    /// Why a job is not taken, in the words of the wire.
    static func refusal(for answer: QueueAnswer) -> ProtocolError? {
        switch answer {
        case .conflict:
            ProtocolError(
                .conflict, "This run has a job of that key with other bytes; choose another key.", field: "job")
        case .runClosed:
            ProtocolError(.conflict, "The run is closed and takes no more jobs; open another.", field: "run")
        case .windowExceeded(let retryAfterMs):
            ProtocolError(
                .windowExceeded, "There are more unacknowledged submits than the window allows.",
                retryAfterMs: retryAfterMs)
        case .full(let retryAfterMs):
            ProtocolError(
                .unavailable, "The queue is full; it takes jobs again when others have ended.",
                retryAfterMs: retryAfterMs)
        case .draining(let retryAfterMs):
            ProtocolError(
                .unavailable, "The cluster drains and accepts no new job.", retryAfterMs: retryAfterMs)
        case .notStored(let retryAfterMs):
            ProtocolError(
                .storageFailed, "The broker's disk is full or failed; the job was not accepted.",
                retryAfterMs: retryAfterMs)
        default: nil
        }
    }

    private func answerQuestion(_ pending: PendingReply, _ answer: QueueAnswer) {
        let operation = pending.request.operation
        switch (answer, operation) {
        case (.opened, .runOpen(let run, _)):
            reply(.runOpened(run: run, expected: queue.run(named: run)?.expected), to: pending)
        case (.closed(let run), _):
            if let run = queue.run(named: run) { reply(.runClosed(run.onTheWire), to: pending) }
        case (.cancelled, .cancel(let run, let job?)):
            reply(.cancelled(JobID(run: run, job: job)), to: pending)
        case (.cancelledJobs(let count), .cancel(let run, _)):
            reply(.runCancelled(run: run, jobs: count), to: pending)
        case (.requeued(let count), _): reply(.requeued(count), to: pending)
        case (.purged(let count), _): reply(.purged(count), to: pending)
        case (.tooLate(let state), _):
            refuse(
                pending,
                ProtocolError(.conflict, "It is too late: the job is \(state.onTheWire.rawValue).", field: "job"),
                state: state.onTheWire)
        case (.notDead(let state), _):
            refuse(
                pending, ProtocolError(.notFound, "The job is \(state.onTheWire.rawValue), not dead.", field: "job"),
                state: state.onTheWire)
        case (.notKept, _):
            refuse(
                pending,
                ProtocolError(.notFound, "The job was live: it is dead, and nothing of it was kept.", field: "job"),
                state: .dead)
        case (.unknownRun, _):
            refuse(pending, ProtocolError(.notFound, "There is no such run.", field: "run"))
        case (.unknownJob, _):
            refuse(pending, ProtocolError(.notFound, "There is no such job in this run.", field: "job"))
        default:
            if let error = Self.refusal(for: answer) { refuse(pending, error) }
        }
    }
}

extension Job.State {
    /// The state as peers are told.
    var onTheWire: JobState {
        switch self {
        case .accepting, .queued: .queued
        case .leased: .leased
        case .computed: .computed
        case .stored: .stored
        case .dead: .dead
        case .cancelled: .cancelled
        case .expired: .expired
        }
    }
}

extension Run {
    /// The run as peers are told.
    var onTheWire: RunCounts {
        var counts = RunCounts(run: name, expected: expected, openedMs: openedMs)
        counts.accepted = self.counts.accepted
        counts.queued = self.counts.queued
        counts.leased = self.counts.leased
        counts.computed = self.counts.computed
        counts.stored = self.counts.stored
        counts.dead = self.counts.dead
        counts.cancelled = self.counts.cancelled
        counts.expired = self.counts.expired
        counts.refused = self.counts.refused
        let gaps = gaps
        counts.missing = gaps.reduce(0) { $0 + $1.count }
        counts.gaps = gaps.prefix(Limits.gaps).map { SequenceGap(first: $0.lowerBound, last: $0.upperBound) }
        counts.isClosed = closedMs != nil
        return counts
    }
}
