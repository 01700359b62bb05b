import ClusterProtocol
import DequeModule
import ZeroMQ

extension Broker {
    /// Gives an event to the queue and carries out what it asks for; callable while another is being carried out.
    func process(_ event: QueueEvent) {
        events.append(event)
        guard !isHandling else { return }
        isHandling = true
        let nowMs = MonotonicTime.nowMs
        let wallMs = WallClock.unixMs
        while let event = events.popFirst() {
            effects.removeAll(keepingCapacity: true)
            queue.handle(event, nowMs: nowMs, wallMs: wallMs, effects: &effects)
            for index in effects.indices { carryOut(effects[index]) }
        }
        isHandling = false
        readWantedPayloads()
    }

    private func carryOut(_ effect: QueueEffect) {
        switch effect {
        case .accept(let id): accept(id)
        case .keepPayload(let id):
            if let payload = arriving?.payload { payloads.keep(payload.frames, for: id) }
            arriving = nil
        case .record(let record): write(record)
        case .answer(let ticket, let answer): self.answer(ticket, answer)
        case .answerWhenDurable(let ticket, let answer): whenDurable(.answer(ticket, answer))
        case .lease(let order): send(order)
        case .cancelLease(let worker, let lease): cancel(lease, of: worker)
        case .dropWorker(let worker): dropWorker(worker, "was silent")
        case .keepResult(let id):
            results[id] = arrivingRows
            arrivingRows = nil
        case .forgetResult(let id): results[id] = nil
        case .forgetPayload(let id):
            payloads.remove(id)
            results[id] = nil
        case .deliver(let id): deliver(id)
        case .announceDead(let id): whenDurable(.dead(id))
        case .announceLiveFailure(let failure): tellCollector(.dead(DeadLetter(failure)))
        case .announceRevived(let run, let key): whenDurable(.revived(JobID(run: run, job: key)))
        case .runsChanged: break
        case .drained: endDrain()
        }
    }

    /// Carries out now or, when something is on its way to the disk, after it.
    private func whenDurable(_ entry: CommitLog.Entry) {
        if !commits.wait(entry) { settle(entry) }
    }

    func settle(_ entry: CommitLog.Entry) {
        switch entry {
        case .accept(let id): process(.committed([id]))
        case .record: break
        case .answer(let ticket, let answer): self.answer(ticket, answer)
        case .dead(let id): announceDead(id)
        case .revived(let job): tellCollector(.revived(job))
        }
    }

    func tick() {
        process(.tick)
        flushCollector()
        giveUpSilentCollector()
        giveUpQueries()
        setIngestReading()
    }

    /// While there is no room the senders' own buffers fill, which is all the backpressure that PUSH knows.
    func setIngestReading() {
        loop.setReading(ingestSocket, canTakeIngest)
    }

    /// Whether a job that comes by *ingest* now would be accepted: nobody could be told to send it again.
    var canTakeIngest: Bool {
        let limits = configuration.journal
        return queue.hasRoomForIngest && !isStorageFailing && journal.freeBytes > limits.reserveBytes
            && journal.bytesOnDisk + journal.pendingBytes + Limits.jobBytes < limits.maximumBytes
    }

    func sendHeartbeats() {
        let heartbeat = Frame(BrokerToWorker.heartbeat.encoded())
        for (route, peer) in workerPeers where !sendToWorker(route, [heartbeat]) {
            lose(peer, at: route)
        }
        tellCollector(.heartbeat)
    }

    func everySecond() {
        rewriteUnwritten()
        probeStorage()
        tellCollector(
            .cluster(
                ClusterCounts(
                    epoch: epoch.name, workers: workerPeers.count, queued: queue.totals.queued,
                    leased: queue.totals.leased, computed: queue.totals.computed, bytes: queue.bytes)))
    }

    private func endDrain() {
        for route in workerPeers.keys { _ = sendToWorker(route, [Frame(BrokerToWorker.drain.encoded())]) }
        tellCollector(.drain)
        Task { await self.stop() }
    }

    func sayGoodbye() {
        let goodbye = Frame(BrokerToWorker.goodbye.encoded())
        for route in workerPeers.keys { _ = sendToWorker(route, [goodbye]) }
        tellCollector(.goodbye(nil))
    }
}

extension MonotonicTime {
    static var nowMs: Int { Int(now.ns / 1_000_000) }
}
