import ClusterProtocol

/// How the suite's broker behaves towards a client.
struct ClientScript: Sendable {
    /// What becomes of a submit.
    enum SubmitAnswer: Sendable {
        /// 202.
        case accept
        /// 208, as if it had come before.
        case duplicate
        /// A refusal.
        case refuse(ProtocolError)
        /// It is taken, and the answer is lost.
        case loseAnswer
        /// It is lost.
        case lose
        /// It is taken, and the answer is no JSON.
        case garble
        /// It and all that is unanswered is lost: the broker restarts.
        case restart
    }

    /// What becomes of a question for a result.
    enum ResultAnswer: Sendable {
        /// 200 with the lines.
        case rows
        /// 202: not yet.
        case pending(retryAfterMs: Int)
        /// 409: never.
        case never(JobState)
        /// 503: the collector is away.
        case away(retryAfterMs: Int)
    }

    /// How many jobs the client is to submit.
    var jobs = 6
    /// The window that the client is told.
    var credit = 64
    /// How long each answer to a submit is held back.
    var holdMs = 0
    /// Answers go out latest first.
    var isReversed = false
    /// Answers have keys that this version does not know.
    var hasUnknownKeys = false
    /// The answer to the n-th arrival, from 1, of the job that came as the i-th, from 1.
    var submit: @Sendable (_ order: Int, _ arrival: Int) -> SubmitAnswer = { _, _ in .accept }
    /// The answer to the n-th question, from 1, for the result of the job that came as the i-th.
    var result: @Sendable (_ order: Int, _ question: Int) -> ResultAnswer = { _, _ in .rows }
}
