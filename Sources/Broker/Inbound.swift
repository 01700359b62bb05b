import ClusterProtocol
import ZeroMQ

/// A message on *submit* or *admin*, taken apart.
struct Inbound {
    /// The routing id and the envelope, which go in front of the answer.
    let route: [Frame]
    /// The header, or what should be one.
    let header: Frame
    /// The frames behind it.
    let body: ArraySlice<Frame>

    init(route: [Frame], header: Frame, body: ArraySlice<Frame>) {
        (self.route, self.header, self.body) = (route, header, body)
    }

    /// Nil when there is no frame behind the envelope.
    init?(_ frames: [Frame]) {
        let envelope = withExtendedLifetime(frames) {
            Envelope(frameCount: frames.count - 1) { frames[$0 + 1].withUnsafeBytes { $0 } }
        }
        let headerIndex = envelope.count + 1
        guard headerIndex < frames.count else { return nil }
        route = Array(frames[..<headerIndex])
        header = frames[headerIndex]
        body = frames[(headerIndex + 1)...]
    }
}

/// A job between the socket and the queue's decision.
struct Arrival {
    let payload: JournalPayload
}

/// A question whose answer is not ready yet.
struct PendingReply {
    let socket: SocketRole
    let route: [Frame]
    let request: Request
    /// The key that counts for a submit, made up where the client gave none.
    var key: Name?
}

/// A result between worker and collector.
struct ComputedRows {
    let rows: Frame
    let model: String
    let worker: String
    let attempt: Int
}
