package import ClusterProtocol
package import ZeroMQ

/// What subscribers have asked for, what each topic said last, and how many messages it had.
///
/// Last values are sent to everybody who listens to a topic when one more does, with the `n` they had: whoever has seen
/// them passes over them.
package struct EventPublisher {
    /// The collector's start.
    package let epoch: String
    private var prefixes: Set<[UInt8]> = []
    private var lastNumbers: [Topic: Int] = [:]
    private var lastValues: [Topic: Event] = [:]

    package init(epoch: String) { self.epoch = epoch }

    /// The number of the next message of a topic that does not number its messages itself.
    package mutating func nextNumber(of topic: Topic) -> Int {
        let number = lastNumbers[topic, default: 0] + 1
        lastNumbers[topic] = number
        return number
    }

    /// The message to send, nil when nobody listens.
    package mutating func message(of event: Event) -> [Frame]? {
        let topic = event.topic
        if topic.keepsLastValue { lastValues[topic] = event }
        let bytes = topic.encoded
        return hears(bytes) ? [Frame(bytes), Frame(event.encoded())] : nil
    }

    /// Whether anybody listens to a topic.
    package func hears(_ topic: Topic) -> Bool { hears(topic.encoded) }

    /// The last message of a topic, if it keeps it.
    package func lastValue(of topic: Topic) -> Event? { lastValues[topic] }

    /// Takes a subscription message of an XPUB socket and returns what it asks to be repeated.
    package mutating func receive(_ subscription: [UInt8]) -> [[Frame]] {
        guard let action = subscription.first else { return [] }
        let prefix = Array(subscription.dropFirst())
        guard action == 1 else {
            if action == 0 { prefixes.remove(prefix) }
            return []
        }
        prefixes.insert(prefix)
        return lastValues.compactMap { topic, event in
            let bytes = topic.encoded
            return bytes.starts(with: prefix) ? [Frame(bytes), Frame(event.encoded())] : nil
        }
    }

    private func hears(_ topic: [UInt8]) -> Bool {
        prefixes.contains { topic.starts(with: $0) }
    }
}
