import ClusterProtocol
import DequeModule
import Logging
import ZeroMQ

/// The collector that is the one.
struct CollectorPeer {
    let route: Frame
    /// Tells one opening from another.
    let session: Int
    let status: CollectorStatus
    var lastSeenMs: Int
    /// What its socket had no room for, in order.
    var outbox: Deque<[Frame]> = []
}

extension Broker {
    /// Reports that may wait for a collector that does not read, beyond which those that may be dropped are.
    private static let droppableBeyond = 10_000

    func drainCollect() {
        for _ in 0..<Self.messagesPerWake {
            guard let received = try? collectSocket.receiveNext() else { return }
            switch received {
            case .nothing: return
            case .message(let frames): takeCollect(frames)
            case .overLimit: counters.raise("collect.oversize_frames")
            }
        }
    }

    private func takeCollect(_ frames: [Frame]) {
        guard frames.count > 1 else { return counters.malformed(on: .collect) }
        let route = frames[0]
        let start = frames.count > 2 && frames[1].isEmpty ? 2 : 1
        do throws(ProtocolError) {
            let message = try frames[start].withUnsafeBytes { bytes throws(ProtocolError) in
                try CollectorMessage(bytes)
            }
            if case .open(let open) = message { return self.open(open, at: route) }
            guard collector?.route == route else {
                if case .goodbye = message { return }
                counters.raise("collect.unknown_peer")
                send(.unknown, toCollectorAt: route)
                return
            }
            collector?.lastSeenMs = MonotonicTime.nowMs
            take(message, frames[(start + 1)...])
        } catch {
            counters.malformed(on: .collect)
            if collector?.route != route { send(.refused(PeerRefusal(error)), toCollectorAt: route) }
        }
    }

    private func open(_ open: CollectorOpen, at route: Frame) {
        if let old = collector {
            if old.route != route { send(.goodbye(.conflict), toCollectorAt: old.route) }
            loseCollector("was replaced")
        }
        collector = CollectorPeer(
            route: route, session: Int(number()), status: open.status, lastSeenMs: MonotonicTime.nowMs)
        logger.info("collector opened", metadata: ["collector": "\(open.status.collector)"])
        tellCollector(
            .welcome(
                CollectorWelcome(
                    epoch: epoch.name, heartbeatMs: configuration.heartbeatMs,
                    livenessMs: configuration.collectorLivenessMs)))
        _ = queue.takeChangedRuns()
        for run in queue.knownRuns { tellCollector(.run(run.onTheWire)) }
        for job in queue.deadLetters() { announceDead(job.id) }
        process(.collectorOpened(creditBytes: open.creditBytes))
    }

    private func take(_ message: CollectorMessage, _ body: ArraySlice<Frame>) {
        switch message {
        case .open, .heartbeat: break
        case .stored(let deliveries): process(.stored(deliveries.map { JobNumber(UInt64($0)) }))
        case .rejected(let delivery, let error):
            process(.rejected(JobNumber(UInt64(delivery)), error: "the collector cannot store it: \(error)"))
        case .answer(let query):
            guard let entry = queries.removeValue(forKey: query) else { return }
            guard let header = body.first else {
                counters.malformed(on: .collect)
                refuseAway(entry.pending)
                return
            }
            reply([UInt8](header), Array(body.dropFirst()), to: entry.pending.route, on: entry.pending.socket)
        case .goodbye: loseCollector("said goodbye")
        }
    }

    func loseCollector(_ reason: String) {
        guard let lost = collector else { return }
        collector = nil
        logger.notice("collector \(reason)", metadata: ["collector": "\(lost.status.collector)"])
        let open = queries.values
        queries = [:]
        for query in open { refuseAway(query.pending) }
        process(.collectorGone)
    }

    func giveUpSilentCollector() {
        guard let collector, MonotonicTime.nowMs - collector.lastSeenMs > configuration.collectorLivenessMs else {
            return
        }
        send(.unknown, toCollectorAt: collector.route)
        loseCollector("was silent")
    }

    // To the collector

    private func send(_ message: BrokerToCollector, toCollectorAt route: Frame) {
        _ = try? collectSocket.send([route, Frame(message.encoded())])
    }

    /// Sends in order, now or when there is room; with no collector the message is nobody's.
    func tellCollector(_ message: BrokerToCollector, _ body: [Frame] = [], isDroppable: Bool = false) {
        guard let collector else { return }
        let frames = [collector.route, Frame(message.encoded())] + body
        if collector.outbox.isEmpty, sendToCollector(frames) { return }
        if isDroppable, collector.outbox.count > Self.droppableBeyond {
            counters.raise("replies_dropped")
        } else {
            self.collector?.outbox.append(frames)
        }
    }

    /// False when there is no room; a collector that is gone is lost here, and then there is nothing to wait for.
    private func sendToCollector(_ frames: [Frame]) -> Bool {
        switch try? collectSocket.send(frames) {
        case .sent: return true
        case .unroutable:
            loseCollector("is gone")
            return true
        default: return false
        }
    }

    func flushCollector() {
        while let frames = collector?.outbox.first {
            guard sendToCollector(frames) else { return }
            _ = collector?.outbox.popFirst()
        }
    }

    func deliver(_ id: JobNumber) {
        guard let collector else { return }
        if let frames = payloads[id] {
            deliver(id, frames)
        } else {
            want(id, for: .delivery(collector.session))
        }
    }

    func deliver(_ id: JobNumber, _ frames: [Frame]) {
        guard let collector, let job = queue.job(id), let run = queue.run(job.run), let rows = results[id] else {
            return
        }
        let delivery = Delivery(
            delivery: Int(id.value), id: JobID(run: run.name, job: job.key), seq: job.seq, attempt: rows.attempt,
            worker: rows.worker, model: rows.model, spectra: job.spectra, acceptedMs: job.acceptedMs)
        let message =
            [collector.route, Frame(BrokerToCollector.deliver(delivery).encoded())] + frames + [rows.rows]
        guard collector.outbox.isEmpty, sendToCollector(message) else { return process(.undelivered(id)) }
        counters.delivered += 1
    }

    func announceDead(_ id: JobNumber) {
        guard let letter = deadLetter(id) else { return }
        tellCollector(.dead(letter))
    }

    func deadLetter(_ id: JobNumber) -> DeadLetter? {
        guard let job = queue.job(id), job.state == .dead, let run = queue.run(job.run) else { return nil }
        let evidence = job.evidence ?? Evidence()
        return DeadLetter(
            id: JobID(run: run.name, job: job.key), seq: job.seq, attempts: job.attempts, error: evidence.error,
            workers: evidence.workers, diedMs: evidence.diedMs)
    }

    /// Runs that changed, at most five times a second each.
    func reportRuns() {
        guard collector != nil else { return }
        for index in queue.takeChangedRuns() {
            if let run = queue.run(index) { tellCollector(.run(run.onTheWire)) }
        }
    }
}

extension DeadLetter {
    /// A live job that failed, as peers are told.
    init(_ failure: LiveFailure) {
        self.init(
            id: failure.id, seq: failure.seq, attempts: failure.attempts, error: failure.evidence.error,
            workers: failure.evidence.workers, diedMs: failure.evidence.diedMs)
    }
}
