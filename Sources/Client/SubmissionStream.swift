import ClusterProtocol
import Synchronization
import ZeroMQ

/// Submits many jobs with back pressure: sending waits while too many are unacknowledged, and costs next to nothing
/// otherwise.
public final class SubmissionStream: Sendable {
    /// What became of the jobs so far.
    public struct Summary: Sendable {
        /// Jobs acknowledged, duplicates included.
        public internal(set) var acknowledged = 0
        /// Jobs that the broker had before.
        public internal(set) var duplicates = 0
        /// Jobs that failed.
        public internal(set) var failures = 0
        /// Why, of the first hundred.
        public internal(set) var errors: [ClientError] = []
    }

    private struct State {
        let capacity: Int
        let capacityBytes: Int
        var summary = Summary()
        var gathered: [JobSubmission] = []
        var isHandingOver = false
        var outstanding = 0
        var outstandingBytes = 0
        var senders: [CheckedContinuation<Void, Never>] = []
        var finishers: [CheckedContinuation<Void, Never>] = []
        var lasting: ClientError?

        /// A job larger than all room goes alone.
        var hasRoom: Bool { outstanding == 0 || (outstanding < capacity && outstandingBytes < capacityBytes) }
        var isHalfEmpty: Bool { outstanding <= capacity / 2 && outstandingBytes <= capacityBytes / 2 }
    }

    private static let keptErrors = 100

    private let client: Client
    private let onAnswer: (@Sendable (JobID, Result<SubmitReceipt, ClientError>) -> Void)?
    private let state: Mutex<State>

    init(
        client: Client, capacity: Int, capacityBytes: Int,
        onAnswer: (@Sendable (JobID, Result<SubmitReceipt, ClientError>) -> Void)?
    ) {
        precondition(capacity > 0, "a stream without room sends nothing")
        self.client = client
        state = Mutex(State(capacity: capacity, capacityBytes: capacityBytes))
        self.onAnswer = onAnswer
    }

    /// What became of the jobs so far.
    public var summary: Summary { state.withLock { $0.summary } }

    /// Hands a job over; waits while as many as the capacity are on their way.
    ///
    /// Throws when no broker is there.
    public func send(_ job: JobSubmission) async throws(ClientError) {
        while true {
            let (error, hasRoom, mustHandOver) = state.withLock { state in
                if let error = state.lasting { return (error as ClientError?, false, false) }
                guard state.hasRoom else { return (nil, false, false) }
                state.outstanding += 1
                state.outstandingBytes += job.byteCount
                state.gathered.append(job)
                defer { state.isHandingOver = true }
                return (nil, true, !state.isHandingOver)
            }
            if let error { throw error }
            if mustHandOver { client.loop.perform { self.handOver() } }
            if hasRoom { return }
            await withCheckedContinuation { continuation in
                let hasRoom = state.withLock { state in
                    if state.hasRoom || state.lasting != nil { return true }
                    state.senders.append(continuation)
                    return false
                }
                if hasRoom { continuation.resume() }
            }
        }
    }

    /// Waits until every job has its answer.
    public func finish() async -> Summary {
        await withCheckedContinuation { continuation in
            let isDone = state.withLock { state in
                if state.outstanding > 0 { state.finishers.append(continuation) }
                return state.outstanding == 0
            }
            if isDone { continuation.resume() }
        }
        return summary
    }

    private func handOver() {
        let jobs = state.withLock { state in
            defer { (state.gathered, state.isHandingOver) = ([], false) }
            return state.gathered
        }
        client.assumeIsolated { $0.take(jobs, of: self) }
    }

    func take(_ result: Result<SubmitReceipt, ClientError>, for job: JobSubmission) {
        onAnswer?(job.id, result)
        let (senders, finishers) = state.withLock { state in
            state.outstanding -= 1
            state.outstandingBytes -= job.byteCount
            switch result {
            case .success(let receipt):
                state.summary.acknowledged += 1
                if receipt.isDuplicate { state.summary.duplicates += 1 }
            case .failure(let error):
                state.summary.failures += 1
                if state.summary.errors.count < Self.keptErrors { state.summary.errors.append(error) }
                // The next job would fail in the same way.
                switch error {
                case .unreachable, .closed: state.lasting = error
                default: break
                }
            }
            var (senders, finishers) = ([CheckedContinuation<Void, Never>](), [CheckedContinuation<Void, Never>]())
            // Woken with room for many, a sender is not woken for each.
            if state.isHalfEmpty || state.lasting != nil { swap(&senders, &state.senders) }
            if state.outstanding == 0 { swap(&finishers, &state.finishers) }
            return (senders, finishers)
        }
        for continuation in senders + finishers { continuation.resume() }
    }
}
