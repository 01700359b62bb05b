import ClusterProtocol
import Logging
import ZeroMQ

/// A worker that has registered.
struct WorkerPeer {
    let id: WorkerID
    let introduction: WorkerReady
}

extension Broker {
    func drainWork() {
        for _ in 0..<Self.messagesPerWake {
            guard let received = try? workSocket.receiveNext() else { return }
            switch received {
            case .nothing: return
            case .message(let frames): takeWork(frames)
            case .overLimit: counters.raise("work.oversize_frames")
            }
        }
    }

    private func takeWork(_ frames: [Frame]) {
        guard frames.count > 1 else { return counters.malformed(on: .work) }
        let route = frames[0]
        // Whoever writes a DEALER by hand may put an empty frame first.
        let start = frames.count > 2 && frames[1].isEmpty ? 2 : 1
        do throws(ProtocolError) {
            let message = try frames[start].withUnsafeBytes { bytes throws(ProtocolError) in
                try WorkerMessage(bytes)
            }
            if case .ready(let ready) = message { return register(ready, at: route) }
            guard let peer = workerPeers[route] else { return takeFromStranger(message, frames, start, route) }
            take(message, from: peer, at: route, frames[(start + 1)...])
        } catch {
            counters.malformed(on: .work)
            // To a worker that serves, `refused` would mean that it does not.
            guard workerPeers[route] == nil else { return }
            _ = sendToWorker(route, [Frame(BrokerToWorker.refused(PeerRefusal(error)).encoded())])
        }
    }

    private func register(_ ready: WorkerReady, at route: Frame) {
        if let known = workerPeers[route] { forget(known, at: route, isOrderly: true) }
        let peer = WorkerPeer(id: WorkerID(number()), introduction: ready)
        let welcome = WorkerWelcome(
            epoch: epoch.name, heartbeatMs: configuration.heartbeatMs, leaseMs: queue.leaseMs,
            livenessMs: queue.limits.livenessMs)
        guard sendToWorker(route, [Frame(BrokerToWorker.welcome(welcome).encoded())]) else { return }
        workerPeers[route] = peer
        workerRoutes[peer.id] = route
        logger.info("worker registered", metadata: ["worker": "\(ready.worker)", "host": "\(ready.host)"])
        process(
            .workerReady(peer.id, name: ready.worker, credit: ready.credit, creditBytes: ready.creditBytes))
    }

    /// A peer that has to register first; but work that it has done all the same is not thrown away.
    private func takeFromStranger(_ message: WorkerMessage, _ frames: [Frame], _ start: Int, _ route: Frame) {
        if case .goodbye = message { return }
        counters.raise("work.unknown_peer")
        if case .result(let result) = message {
            takeResult(result, frames[(start + 1)...], worker: nil, name: "")
        }
        _ = sendToWorker(route, [Frame(BrokerToWorker.unknown.encoded())])
    }

    private func take(
        _ message: WorkerMessage, from peer: WorkerPeer, at route: Frame, _ body: ArraySlice<Frame>
    ) {
        switch message {
        case .ready: break
        case .result(let result): takeResult(result, body, worker: peer.id, name: peer.introduction.worker)
        case .failed(let failure):
            process(.workerHeard(peer.id))
            process(
                .failed(
                    peer.id, LeaseID(UInt64(failure.lease)), isPermanent: failure.kind == .badInput,
                    error: failure.error))
        case .returned(let leases): process(.returned(peer.id, leases.map { LeaseID(UInt64($0)) }))
        case .heartbeat(let held, let executing):
            process(
                .heartbeat(
                    peer.id, held: held.map { LeaseID(UInt64($0)) }, executing: executing.map { LeaseID(UInt64($0)) }))
        case .goodbye: forget(peer, at: route, isOrderly: true)
        }
    }

    private func takeResult(_ result: WorkerResult, _ body: ArraySlice<Frame>, worker: WorkerID?, name: String) {
        let lease = LeaseID(UInt64(result.lease))
        let leased = queue.job(leasedAs: lease)
        if let leased, leased.key != result.id.job || queue.run(leased.run)?.name != result.id.run {
            malformed(lease, worker, "the result names another job than its lease", from: name)
            return
        }
        guard let job = leased ?? queue.job(run: result.id.run, key: result.id.job) else {
            process(.result(arrival(result, lease, worker, name, bytes: 1)))
            return
        }
        do throws(ProtocolError) {
            guard body.count == 1, let rows = body.first else {
                throw ProtocolError(.malformed, "there are \(body.count) frames behind the result, not one")
            }
            guard rows.count <= Self.rowsBytes(spectra: job.spectra) else {
                throw ProtocolError(.tooLarge, "the result lines have \(rows.count) bytes")
            }
            try rows.withUnsafeBytes { bytes throws(ProtocolError) in
                _ = try ResultLines(bytes, spectra: job.spectra)
            }
            arrivingRows = ComputedRows(rows: rows, model: result.model, worker: name, attempt: job.deliveries)
            process(.result(arrival(result, lease, worker, name, bytes: rows.count)))
            arrivingRows = nil
        } catch {
            malformed(lease, worker, error.message, from: name)
        }
    }

    /// The most that the lines of a job may take: 64 KiB a spectrum, and never more than a job itself.
    private static func rowsBytes(spectra: Int) -> Int {
        min(spectra.multipliedReportingOverflow(by: 64 << 10).partialValue, 32 << 20)
    }

    private func arrival(
        _ result: WorkerResult, _ lease: LeaseID, _ worker: WorkerID?, _ name: String, bytes: Int
    ) -> ResultArrival {
        ResultArrival(
            worker: worker, workerName: name, lease: lease, run: result.id.run, key: result.id.job, bytes: bytes,
            batchMs: result.computeUs.map { min($0 / 1_000, 3_600_000) })
    }

    /// A result that is none counts as a failure of this attempt.
    private func malformed(_ lease: LeaseID, _ worker: WorkerID?, _ reason: String, from name: String) {
        counters.malformed(on: .work)
        logger.warning("malformed result", metadata: ["worker": "\(name)", "reason": "\(reason)"])
        process(.failed(worker, lease, isPermanent: false, error: "malformed result: \(reason)"))
    }

    // To workers

    /// False when the peer is gone; a peer that does not read misses heartbeats, and ends by its own silence.
    func sendToWorker(_ route: Frame, _ frames: [Frame]) -> Bool {
        guard let result = try? workSocket.send([route] + frames) else { return true }
        if case .unroutable = result { return false }
        return true
    }

    func send(_ order: LeaseOrder) {
        if let frames = payloads[order.job] {
            _ = send(order, frames)
        } else {
            process(.leaseDelayed(order.lease))
            want(order.job, for: .lease(order))
        }
    }

    /// Sends a lease with its payload; false when it could not leave.
    func send(_ order: LeaseOrder, _ frames: [Frame]) -> Bool {
        guard let route = workerRoutes[order.worker], let job = queue.job(order.job), let run = queue.run(job.run)
        else { return false }
        let lease = Lease(
            lease: Int(order.lease.value), attempt: order.attempt, isSolo: order.isSolo,
            isLive: order.isLive, id: JobID(run: run.name, job: job.key), spectra: job.spectra)
        let message = [route, Frame(BrokerToWorker.lease(lease).encoded())] + frames
        switch try? workSocket.send(message) {
        case .sent: return true
        case .unroutable:
            if let peer = workerPeers[route] { lose(peer, at: route) }
        default: process(.congested(order.lease))
        }
        return false
    }

    func cancel(_ lease: LeaseID, of worker: WorkerID) {
        guard let route = workerRoutes[worker] else { return }
        _ = sendToWorker(route, [Frame(BrokerToWorker.cancel(leases: [Int(lease.value)]).encoded())])
    }

    /// The connection is gone.
    func lose(_ peer: WorkerPeer, at route: Frame) {
        logger.warning("worker lost", metadata: ["worker": "\(peer.introduction.worker)"])
        forget(peer, at: route, isOrderly: false)
    }

    private func forget(_ peer: WorkerPeer, at route: Frame, isOrderly: Bool) {
        workerPeers[route] = nil
        workerRoutes[peer.id] = nil
        process(.workerGone(peer.id, isOrderly: isOrderly))
    }

    /// The queue has given a worker up.
    func dropWorker(_ id: WorkerID, _ reason: String) {
        guard let route = workerRoutes.removeValue(forKey: id) else { return }
        if let peer = workerPeers.removeValue(forKey: route) {
            logger.warning("worker \(reason)", metadata: ["worker": "\(peer.introduction.worker)"])
        }
        // Should it live after all it has to register again.
        _ = sendToWorker(route, [Frame(BrokerToWorker.unknown.encoded())])
    }
}
