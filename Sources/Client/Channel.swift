import ClusterProtocol
import ZeroMQ

/// What a client has with one of the broker's sockets: a connection, and the questions that wait for an answer.
struct Channel {
    /// A question; it is sent again over each new connection until it is answered.
    struct Question {
        let frames: [Frame]
        let op: String
        var sentAt: MonotonicTime?
        let answer: @Sendable (Result<Answer, ClientError>) -> Void
    }

    /// A reply with the frames behind its header.
    struct Answer: Sendable {
        let reply: Reply
        let frames: [Frame]
    }

    var connection: Connection?
    /// By the number that goes as `id`.
    var questions: [Int: Question] = [:]
    /// Whether the broker was ever there.
    var wasReady = false
    /// Since when something waits for a broker that is not there.
    var waitingSince: MonotonicTime?
    var timer: TimerID?
}

/// A submit that is not acknowledged.
struct PendingSubmit {
    let job: JobSubmission
    var sentAt: MonotonicTime?
    let answer: @Sendable (Result<SubmitReceipt, ClientError>) -> Void
}
