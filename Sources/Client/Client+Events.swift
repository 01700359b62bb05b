import ClusterProtocol
import Logging
import ZeroMQ

/// Listening to the collector's events.
extension Client {
    private static let eventsPerWake = 512
    private static let retryInterval: Duration = .milliseconds(500)

    /// Listens to events; throws when no broker answers, and waits for a collector that is away.
    public func events(_ interest: EventSubscription.Interest = .init()) async throws(ClientError) -> EventSubscription
    {
        try await connect()
        let (stream, continuation) = AsyncStream<Event>.makeStream(
            bufferingPolicy: .bufferingOldest(EventReceiver.streamLimit))
        lastReceiver += 1
        let number = lastReceiver
        let receiver = EventReceiver(interest, loop: loop, continuation: continuation)
        receivers[number] = receiver
        continuation.onTermination = { [weak self] _ in
            guard let self else { return }
            self.loop.perform { self.assumeIsolated { $0.endReceiver(number) } }
        }
        openReceiver(number)
        watchReceiver(number)
        return EventSubscription(stream: stream)
    }

    private func endReceiver(_ number: Int) {
        receivers.removeValue(forKey: number)?.end()
    }

    /// Asks where the events are now, and connects there; goes on asking while the collector is away.
    private func openReceiver(_ number: Int) {
        guard let receiver = receivers[number], !receiver.isOpening else { return }
        receiver.isOpening = true
        Task {
            while receivers[number] != nil {
                if let endpoint = try? await connect().endpoints[.events] {
                    connectReceiver(number, endpoint)
                    break
                }
                try? await Task.sleep(for: Self.retryInterval)
            }
            receivers[number]?.isOpening = false
        }
    }

    private func connectReceiver(_ number: Int, _ endpoint: String) {
        do {
            try receivers[number]?.open(context, endpoint: endpoint) { [weak self] in
                self?.assumeIsolated { $0.receiveEvents(number) }
            }
        } catch {
            logger.warning("\(error)")
        }
    }

    /// A collector that is silent has moved, or is gone.
    private func watchReceiver(_ number: Int) {
        guard let receiver = receivers[number] else { return }
        if !receiver.isFull, receiver.lastHeard.advanced(by: EventReceiver.silence) < .now { openReceiver(number) }
        loop.schedule(after: .seconds(1)) { [weak self] in self?.assumeIsolated { $0.watchReceiver(number) } }
    }

    private func receiveEvents(_ number: Int) {
        guard let receiver = receivers[number] else { return }
        do {
            for _ in 0..<Self.eventsPerWake {
                guard !receiver.isFull, let event = try receiver.receive() else { return }
                let (deliver, recover) = receiver.sequencer.accept(event)
                if let deliver { receiver.deliver(deliver) }
                if let recover { self.recover(recover, for: number) }
            }
        } catch {
            logger.warning("\(error)")
            openReceiver(number)
        }
    }

    /// Fetches the spectra of a run that a subscription has missed, page by page as the listener takes them.
    private func recover(_ run: Name, for number: Int) {
        Task {
            while let receiver = receivers[number] {
                if receiver.isFull {
                    try? await Task.sleep(for: Self.retryInterval / 10)
                    continue
                }
                do {
                    let page = try await snapshot(of: run, after: receiver.sequencer.lastDelivered(of: run)).results
                    guard let receiver = receivers[number] else { return }
                    let (deliver, needsMore) = receiver.sequencer.recovered(run, page)
                    for event in deliver { receiver.deliver(event) }
                    if !needsMore { return }
                } catch ClientError.closed {
                    return
                } catch {
                    logger.debug("missed results of run \(run) cannot be fetched yet: \(error)")
                    try? await Task.sleep(for: Self.retryInterval)
                }
            }
        }
    }
}
