import ClusterProtocol
import Foundation
import Logging
import ZeroMQ

/// The connection to the broker: found, kept alive, lost and found again.
extension Collector {
    /// Messages taken at a time, so that heartbeats and events get their turn.
    private static let messagesPerWake = 256
    /// Until the broker has told its own.
    private static let heartbeat: Duration = .milliseconds(250)
    private static let liveness: Duration = .seconds(3)
    /// How long nobody may answer before it is said.
    private static let patience: Duration = .seconds(5)

    func openLink() {
        guard !isStopping, link == nil else { return }
        do {
            let link = try BrokerLink(context, loop: loop, endpoint: configuration.broker.endpoint(.collect))
            self.link = link
            loop.watch(
                link.socket,
                onReadable: { [weak self] in self?.assumeIsolated { $0.receive() } },
                onWritable: { [weak self] in self?.assumeIsolated { $0.linkIsWritable() } })
            // Writable means connected: then `open` goes first.
            loop.setWriting(link.socket, true)
            scheduleKeepAlive(after: Self.heartbeat)
        } catch {
            logger.error("\(error)")
            reconnect(after: .seconds(1))
        }
    }

    /// Gives the connection up, with all that was delivered over it and is not stored, and makes another soon.
    func reconnect(after delay: Duration? = nil) {
        if let link { loop.unwatch(link.socket) }
        link = nil
        deliveries = []
        guard !isStopping else { return }
        failedAttempts += 1
        let longestMs = min(100 << min(failedAttempts, 5), 2_000)
        let delay = delay ?? .milliseconds(Int.random(in: longestMs / 2...longestMs))
        loop.schedule(after: delay) { [weak self] in self?.assumeIsolated { $0.openLink() } }
    }

    /// Sends to the broker, if there is one; what cannot be said is said again by it after the next `open`.
    func tell(_ message: CollectorMessage, _ frames: [Frame] = []) {
        do {
            try link?.send([Frame(message.encoded())] + frames)
        } catch {
            logger.warning("\(error)")
            reconnect()
        }
    }

    private func linkIsWritable() {
        guard let link else { return }
        if case .connecting = link.state {
            link.state = .opening
            link.lastHeard = .now
            loop.setWriting(link.socket, false)
            let status = CollectorStatus(
                collector: identity, host: ProcessInfo.processInfo.hostName,
                pid: Int(ProcessInfo.processInfo.processIdentifier), software: configuration.software,
                events: eventsEndpoint)
            tell(.open(CollectorOpen(status, creditBytes: configuration.creditBytes)))
        } else {
            do {
                _ = try link.flush()
            } catch {
                logger.warning("\(error)")
                reconnect()
            }
        }
    }

    private func keepAlive() {
        guard let link, !isStopping else { return }
        var interval = Self.heartbeat
        var liveness = Self.liveness
        if case .serving(let welcome) = link.state {
            interval = .milliseconds(welcome.heartbeatMs)
            liveness = .milliseconds(welcome.livenessMs)
            tell(.heartbeat)
        }
        if case .connecting = link.state {
            // The socket goes on trying.
            if !isAbsenceSaid, link.lastHeard.advanced(by: Self.patience) < .now {
                logger.warning("no broker answers at \(configuration.broker); it goes on trying")
                isAbsenceSaid = true
            }
        } else if link.lastHeard.advanced(by: liveness) < .now {
            logger.warning("the broker at \(configuration.broker) is silent; connecting anew")
            reconnect()
            return
        }
        scheduleKeepAlive(after: interval)
    }

    private func scheduleKeepAlive(after interval: Duration) {
        if let aliveTimer { loop.cancel(aliveTimer) }
        aliveTimer = loop.schedule(after: interval) { [weak self] in self?.assumeIsolated { $0.keepAlive() } }
    }

    private func receive() {
        for _ in 0..<Self.messagesPerWake {
            guard let link else { return }
            do {
                guard let frames = try link.socket.receive() else { break }
                link.lastHeard = .now
                guard let header = frames.first else { continue }
                handle(
                    try header.withUnsafeBytes { bytes throws(ProtocolError) in try BrokerToCollector(bytes) }, frames)
            } catch let error as ProtocolError {
                logger.warning("a message of the broker is not understood: \(error)")
            } catch {
                logger.warning("\(error)")
                reconnect()
            }
        }
        commitIfIdle()
    }

    private func handle(_ message: BrokerToCollector, _ frames: [Frame]) {
        switch message {
        case .welcome(let welcome): welcomed(welcome)
        case .deliver(let delivery): receive(delivery, frames)
        case .run(let counts): update(counts)
        case .dead(let letter): receive(letter)
        case .revived(let id):
            knownDead[id] = nil
            sideChanges.append(.revived(id))
        case .refusal(let refusal):
            change(refusal.run) {
                $0.refused(.init(seq: refusal.seq, code: refusal.error.code, error: refusal.error.message))
            }
        case .query(let query): answer(query, frames)
        case .cluster(let counts): clusterCounts = counts
        case .heartbeat: break
        case .drain:
            logger.notice("the broker drains")
            Task { await stop() }
        case .goodbye(.conflict?): fail(CollectorError.replaced(broker: configuration.broker))
        case .goodbye, .unknown:
            logger.notice("the broker at \(configuration.broker) has let go of us; connecting anew")
            reconnect()
        case .refused(let refusal):
            logger.error("the broker at \(configuration.broker) refuses this collector: \(refusal.error)")
            reconnect(after: .seconds(5))
        }
    }

    private func welcomed(_ welcome: CollectorWelcome) {
        logger.notice("serving the broker at \(configuration.broker)")
        link?.state = .serving(welcome)
        failedAttempts = 0
        isAbsenceSaid = false
        // All dead letters follow; those that an operator revived meanwhile do not.
        sideChanges.append(.allRevived)
        didRegister()
    }

    private func receive(_ header: Delivery, _ frames: [Frame]) {
        do {
            deliveries.append(try PendingDelivery(header, frames))
        } catch {
            logger.warning("a result of job \(header.id) cannot be stored: \(error)")
            tell(.rejected(delivery: header.delivery, error: error.message))
        }
    }

    private func receive(_ letter: DeadLetter) {
        sideChanges.append(.dead(letter))
        guard knownDead.updateValue(letter.diedMs, forKey: letter.id) != letter.diedMs else { return }
        let n = publisher.nextNumber(of: .dead(letter.id.run))
        publish(.dead(DeadEvent(n: n, epoch: publisher.epoch, letter: letter)))
    }

    private func update(_ counts: RunCounts) {
        changedCounts[counts.run] = counts
        change(counts.run) { $0.update(counts) }
    }
}
