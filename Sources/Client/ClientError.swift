public import ClusterProtocol

/// Why a client did not get what it asked for.
public enum ClientError: Error, Equatable, CustomStringConvertible {
    /// No broker answered.
    case unreachable(endpoint: String, within: Duration)
    /// The broker refused, and trying again will not help, or not before a time it names.
    case refused(ProtocolError, JobID?)
    /// The job ended without a result.
    case noResult(JobID, state: JobState, reason: String?)
    /// The answer is none to what was asked.
    case unexpectedAnswer(to: String)
    /// The client was closed before the answer came.
    case closed

    /// The broker's code, where it refused.
    public var code: Code? {
        if case .refused(let error, _) = self { error.code } else { nil }
    }

    /// Whether the same may succeed later without anybody changing anything.
    public var isRetriable: Bool {
        switch self {
        case .unreachable: true
        case .refused(let error, _): error.isRetriable
        case .noResult, .unexpectedAnswer, .closed: false
        }
    }

    /// What happened and what to do.
    public var description: String {
        switch self {
        case .unreachable(let endpoint, let limit):
            "nothing answers at \(endpoint) within \(limit): is `corelevel up` running there?"
        case .refused(let error, let id):
            // "There is no such run." needs no "(run)" behind it.
            "\(id.map { "job \($0.job) of run \($0.run): " } ?? "")\(error.message)"
                + (error.field.flatMap { error.code == .notFound ? nil : " (\($0))" } ?? "")
        case .noResult(let id, let state, let reason):
            "job \(id.job) of run \(id.run) is \(state.rawValue)\(reason.map { ": \($0)" } ?? "")"
        case .unexpectedAnswer(let op):
            "the answer to \(op) is not understood: is another version of CoreLevel serving?"
        case .closed:
            "the client was closed before the answer came"
        }
    }
}
