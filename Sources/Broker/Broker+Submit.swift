import ClusterProtocol
import ZeroMQ

extension Broker {
    /// Messages taken from a socket before timers and other sockets get their turn.
    static let messagesPerWake = 64

    func drainSubmit() {
        for _ in 0..<Self.messagesPerWake {
            guard let received = try? submitSocket.receiveNext() else { return }
            switch received {
            case .nothing: return
            case .message(let frames): takeSubmit(frames)
            case .overLimit(let head, let frameCount, let byteCount):
                refuseOversize(head, frameCount, byteCount, on: .submit)
            }
        }
    }

    private func takeSubmit(_ frames: [Frame]) {
        guard let message = Inbound(frames) else {
            counters.malformed(on: .submit)
            return
        }
        do throws(ProtocolError) {
            let request = try message.header.withUnsafeBytes { bytes throws(ProtocolError) in
                try Request(bytes, on: .submit)
            }
            var pending = PendingReply(socket: .submit, route: message.route, request: request)
            guard case .submit(let header) = request.operation else {
                ask(pending, message)
                return
            }
            do throws(ProtocolError) {
                try validate(header, message)
            } catch {
                refuse(pending, error)
                return
            }
            let key = header.key ?? Name(checked: "broker-\(epoch.number)-\(number())")
            pending.key = key
            let publisher = publisher(message.route[0])
            submit(header, key, message, publisher: publisher, ticket: ticket(for: pending))
        } catch {
            refuse(message, error, on: .submit)
        }
    }

    private func validate(_ header: JobHeader, _ message: Inbound) throws(ProtocolError) {
        // The views must not outlive the frames, which nobody else might hold by then.
        try withExtendedLifetime(message) { () throws(ProtocolError) in
            try header.validate(headerBytes: message.header.count, frameCount: message.body.count) {
                message.body[message.body.startIndex + $0].withUnsafeBytes { $0 }
            }
        }
    }

    private func submit(
        _ header: JobHeader, _ key: Name, _ message: Inbound, publisher: PublisherID?, ticket: Ticket?
    ) {
        let payload = JournalPayload(frames: [message.header] + message.body)
        arriving = Arrival(payload: payload)
        process(
            .submit(
                Submission(
                    run: header.run, key: key, seq: header.seq, expected: header.expected, digest: payload.digest,
                    bytes: payload.byteCount, spectra: header.spectraCount, acceptedMs: WallClock.unixMs,
                    ttlMs: header.jobClass.ttlMs, publisher: publisher, ticket: ticket)))
        arriving = nil
    }

    /// The number of a publisher, as long as it has something unanswered.
    private func publisher(_ route: Frame) -> PublisherID {
        let known = publishers[route] ?? (PublisherID(number()), 0)
        publishers[route] = (known.id, known.pending + 1)
        return known.id
    }

    func settle(publisher route: Frame) {
        guard let known = publishers[route] else { return }
        publishers[route] = known.pending > 1 ? (known.id, known.pending - 1) : nil
    }

    /// Answers a message that is beyond what is taken in at all, from the frames that were kept of it.
    func refuseOversize(_ head: [Frame], _ frameCount: Int, _ byteCount: Int, on socket: SocketRole) {
        guard let message = Inbound(head) else {
            counters.raise("\(socket.name).oversize_frames")
            return
        }
        let error = ProtocolError(
            .tooLarge,
            "The message has \(frameCount) frames and \(byteCount) bytes; "
                + "a job has at most \(Limits.frames) frames and \(Limits.jobBytes) bytes.")
        refuse(message, error, on: socket)
    }

    // Fire and forget

    func drainIngest() {
        for _ in 0..<Self.messagesPerWake {
            guard canTakeIngest else {
                setIngestReading()
                return
            }
            guard let received = try? ingestSocket.receiveNext() else { return }
            switch received {
            case .nothing: return
            case .message(let frames): takeIngest(frames)
            case .overLimit: counters.raise("ingest.oversize_frames")
            }
        }
    }

    private func takeIngest(_ frames: [Frame]) {
        // Some put an empty frame first, as a REQ does: there is nobody to send it back to, but the job is good.
        let start = frames.count > 1 && frames[0].isEmpty ? 1 : 0
        let header = frames[start]
        let message = Inbound(route: [], header: header, body: frames[(start + 1)...])
        do throws(ProtocolError) {
            let request = try header.withUnsafeBytes { bytes throws(ProtocolError) in
                try Request(bytes, on: .ingest)
            }
            guard case .submit(let job) = request.operation, let key = job.key else {
                throw ProtocolError(.malformed, "The ingest socket takes jobs only.", field: "op")
            }
            try validate(job, message)
            let ticket = Ticket(number())
            ingested[ticket] = IngestedJob(run: job.run, seq: job.seq)
            submit(job, key, message, publisher: nil, ticket: ticket)
        } catch {
            let known = header.withUnsafeBytes { Correlation(salvaging: $0) }
            refuseIngested(run: known.run, seq: known.seq, error)
        }
    }

    /// The queue's word on a job from *ingest*, for the counters and for whoever listens to events.
    func settleIngested(_ job: IngestedJob, _ answer: QueueAnswer) {
        switch answer {
        case .accepted, .acceptedLive: counters.accepted.ingest += 1
        case .duplicate: counters.raise("ingest.duplicate")
        default:
            if let error = Self.refusal(for: answer) { refuseIngested(run: job.run, seq: job.seq, error) }
        }
    }

    private func refuseIngested(run: Name?, seq: Int?, _ error: ProtocolError) {
        counters.refused(error.code, on: .ingest)
        guard let run else { return }
        let refusal = JobRefusal(run: run, seq: seq, error: error)
        count(refusal)
        tellCollector(.refusal(refusal), isDroppable: true)
    }
}

/// A job that came by *ingest*, while the queue has not decided.
struct IngestedJob {
    let run: Name
    let seq: Int?
}
