import Logging
import ZeroMQ

/// Who listens, and what those must be told who come late.
extension BlueskyPublisher {
    private static let subscriptionsPerWake = 256

    /// Takes subscriptions; each newcomer, and nobody else, is sent the start and the descriptors of the open runs.
    func receiveSubscriptions() {
        do {
            for _ in 0..<Self.subscriptionsPerWake {
                guard let message = try socket.receive() else { return }
                guard let bytes = message.first.map(Array.init), let action = bytes.first else { continue }
                let wanted = bytes.dropFirst()
                switch action {
                case 1:
                    subscriptions += 1
                    try repeatOpenRuns(for: wanted)
                    for topic in topics(for: wanted) { try socket.admit(topic) }
                case 0:
                    subscriptions = max(0, subscriptions - 1)
                    for topic in topics(for: wanted) { try socket.dismiss(topic) }
                default: break
                }
            }
        } catch {
            logger.warning("\(error)")
        }
    }

    private func topics(for wanted: ArraySlice<UInt8>, isRepeated: Bool = false) -> [[UInt8]] {
        framing.topics(isRepeated: isRepeated).filter { $0.starts(with: wanted) }
    }

    /// Behind a proxy nobody knows who has heard what: there only runs are repeated whose start nobody heard.
    private func repeatOpenRuns(for wanted: ArraySlice<UInt8>) throws {
        guard !awaitsFormerSubscribers else { return }
        let isDirect = if case .listen = configuration.link { true } else { false }
        let topics = topics(for: wanted, isRepeated: true)
        for topic in topics { try socket.admit(topic) }
        for run in runs.keys.sorted() {
            guard let state = runs[run], isDirect || !state.note.wasHeard else { continue }
            for document in state.repeated(timeS: Double(Collector.wallClockMs) / 1000) {
                _ = try socket.send([Frame(framing.bytes(of: document, isRepeated: true))])
            }
            runs[run]?.heard()
        }
        for topic in topics { try socket.dismiss(topic) }
    }
}
