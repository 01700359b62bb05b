import Synchronization
import ZeroMQ

/// Carries what the journal's threads report to the broker's loop, a batch a wake.
final class JournalMailbox: Sendable {
    private struct Content {
        var events: [Journal.Event] = []
        weak var broker: Broker?
    }

    private let loop: PollLoop
    private let content = Mutex(Content())

    init(loop: PollLoop) {
        self.loop = loop
    }

    /// Names the receiver; what was posted before waits for it.
    func attach(_ broker: Broker) {
        content.withLock { $0.broker = broker }
        loop.perform { [weak broker] in broker?.assumeIsolated { $0.takeJournalEvents() } }
    }

    /// Callable from any thread.
    func post(_ event: Journal.Event) {
        let (isFirst, broker) = content.withLock { content in
            content.events.append(event)
            return (content.events.count == 1, content.broker)
        }
        guard isFirst, let broker else { return }
        loop.perform { broker.assumeIsolated { $0.takeJournalEvents() } }
    }

    /// Takes what has come.
    func take() -> [Journal.Event] {
        content.withLock { content in
            defer { content.events = [] }
            return content.events
        }
    }
}
