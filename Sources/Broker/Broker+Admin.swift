import ClusterProtocol
import Logging
import ZeroMQ

extension Broker {
    func drainAdmin() {
        for _ in 0..<Self.messagesPerWake {
            guard let received = try? adminSocket.receiveNext() else { return }
            switch received {
            case .nothing: return
            case .message(let frames): takeAdmin(frames)
            case .overLimit(let head, let frameCount, let byteCount):
                refuseOversize(head, frameCount, byteCount, on: .admin)
            }
        }
    }

    private func takeAdmin(_ frames: [Frame]) {
        guard let message = Inbound(frames) else {
            counters.malformed(on: .admin)
            return
        }
        do throws(ProtocolError) {
            let request = try message.header.withUnsafeBytes { bytes throws(ProtocolError) in
                try Request(bytes, on: .admin)
            }
            administer(PendingReply(socket: .admin, route: message.route, request: request))
        } catch {
            refuse(message, error, on: .admin)
        }
    }

    private func administer(_ pending: PendingReply) {
        switch pending.request.operation {
        case .queue: reply(.queue(status), to: pending)
        case .workers: reply(.workers(workerStatus), to: pending)
        case .deadList(let run, let limit):
            if let run, queue.run(named: run) == nil { return refuseUnknownRun(pending) }
            let letters = queue.deadLetters(run: run, limit: limit)
            reply(.deadList(letters.compactMap { deadLetter($0.id) }), to: pending)
        case .deadShow(let job): showDead(job, pending)
        case .deadRequeue(let run, let job): process(.requeueDead(run: run, key: job, ticket(for: pending)))
        case .deadPurge(let run, let job): process(.purgeDead(run: run, key: job, ticket(for: pending)))
        case .cancel(let run, let job): process(.cancel(run: run, key: job, ticket(for: pending)))
        case .drain(let worker): drain(worker, pending)
        default: refuse(pending, ProtocolError(.forbidden, "This belongs on the submit socket.", field: "op"))
        }
    }

    private var status: QueueStatus {
        let totals = queue.totals
        return QueueStatus(
            epoch: epoch.name,
            jobs: .init(queued: totals.queued, leased: totals.leased, computed: totals.computed, dead: totals.dead),
            bytes: .init(
                queued: queue.bytes, memory: payloads.bytes + queue.resultBytes, journal: journal.bytesOnDisk,
                limit: configuration.queueBytes, live: queue.liveBytes),
            runs: queue.knownRuns.suffix(Limits.page).map(\.onTheWire), collector: collector?.status,
            isDraining: queue.isDraining, counters: counters.named(queue.statistics, socketStatistics),
            refusals: refusals)
    }

    private var socketStatistics: [SocketRole: SocketStatistics] {
        [
            .submit: submitSocket.statistics, .ingest: ingestSocket.statistics, .work: workSocket.statistics,
            .collect: collectSocket.statistics, .admin: adminSocket.statistics,
        ]
    }

    private var workerStatus: [WorkerStatus] {
        let nowMs = MonotonicTime.nowMs
        return queue.connectedWorkers.compactMap { load in
            guard let route = workerRoutes[load.id], let peer = workerPeers[route] else { return nil }
            let introduction = peer.introduction
            return WorkerStatus(
                worker: introduction.worker, host: introduction.host, pid: introduction.pid,
                software: introduction.software, model: introduction.model, credit: load.credit,
                leases: load.leases.count, executing: load.executing, done: load.done, failed: load.failed,
                lastSeenMs: nowMs - load.lastSeenMs, isDraining: load.isDraining)
        }
    }

    private func showDead(_ job: JobID, _ pending: PendingReply) {
        guard let known = queue.job(run: job.run, key: job.job), known.state == .dead else {
            refuse(pending, ProtocolError(.notFound, "There is no such dead letter.", field: "job"))
            return
        }
        let ticket = ticket(for: pending)
        if let frames = payloads[known.id] { return show(known.id, frames, to: ticket) }
        want(known.id, for: .show(ticket))
        readWantedPayloads()
    }

    func show(_ id: JobNumber, _ frames: [Frame], to ticket: Ticket) {
        guard let pending = replies.removeValue(forKey: ticket) else { return }
        guard let letter = deadLetter(id) else {
            refuse(pending, ProtocolError(.notFound, "There is no such dead letter.", field: "job"))
            return
        }
        reply(.deadShow(letter), to: pending, frames)
    }

    private func drain(_ worker: String?, _ pending: PendingReply) {
        guard let worker else {
            logger.notice("draining: no new job is accepted")
            reply(.draining(worker: nil), to: pending)
            process(.drain)
            return
        }
        guard let (route, peer) = workerPeers.first(where: { $0.value.introduction.worker == worker }) else {
            refuse(pending, ProtocolError(.notFound, "There is no such worker.", field: "worker"))
            return
        }
        process(.drainWorker(peer.id))
        _ = sendToWorker(route, [Frame(BrokerToWorker.drain.encoded())])
        reply(.draining(worker: worker), to: pending)
    }
}
