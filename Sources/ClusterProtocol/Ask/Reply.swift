/// The answer to a request on *submit* or *admin*.
public struct Reply: Equatable, Sendable {
    /// What is answered.
    public enum Body: Equatable, Sendable {
        /// A job was accepted, now or before.
        case receipt(SubmitReceipt)
        /// Not granted.
        case refused(Refusal)
        /// Who is there.
        case hello(Hello)
        /// Where a job stands.
        case jobStatus(JobStatus)
        /// Where a run stands.
        case runStatus(RunCounts)
        /// A job is stored; its lines follow in a second frame.
        case result(JobID, spectra: Int)
        /// A job is on its way: ask again later.
        case pending(JobID, state: JobState, retryAfterMs: Int)
        /// A job is cancelled.
        case cancelled(JobID)
        /// Of a run, so many jobs were cancelled.
        case runCancelled(run: Name, jobs: Int)
        /// A run is known.
        case runOpened(run: Name, expected: Int?)
        /// A run takes no more jobs.
        case runClosed(RunCounts)
        /// The last progress of each run follows in a second frame.
        case snapshotRuns(epoch: String)
        /// Result events of a run follow in a second frame.
        case snapshotResults(run: Name, epoch: String, progress: ProgressEvent?)
        /// The queue.
        case queue(QueueStatus)
        /// The workers.
        case workers([WorkerStatus])
        /// Dead letters.
        case deadList([DeadLetter])
        /// A dead letter; its header and frames follow.
        case deadShow(DeadLetter)
        /// So many dead letters are back in the queue.
        case requeued(Int)
        /// So many dead letters were cancelled.
        case purged(Int)
        /// The worker, or the cluster, drains.
        case draining(worker: String?)
    }

    /// The client's mark, as it came.
    public var id: RequestID?
    /// What is answered.
    public var body: Body

    /// An answer.
    public init(_ body: Body, id: RequestID? = nil) {
        self.id = id
        self.body = body
    }

    /// The refusal of a request whose header was read.
    public init(refusing request: Request, _ error: ProtocolError, state: JobState? = nil, credit: Int? = nil) {
        var correlation = Correlation(
            op: request.operation.op, id: request.id, run: request.operation.run, job: request.operation.job)
        if case .submit(let header) = request.operation { correlation.seq = header.seq }
        self.init(.refused(Refusal(error, of: correlation, state: state, credit: credit)), id: request.id)
    }

    /// The refusal of a header that could not be read, with what can be salvaged of it.
    public init(refusing header: UnsafeRawBufferPointer, _ error: ProtocolError) {
        let correlation = Correlation(salvaging: header)
        self.init(.refused(Refusal(error, of: correlation)), id: correlation.id)
    }

    /// The code of the answer.
    public var code: Code {
        switch body {
        case .receipt(let receipt): receipt.code
        case .refused(let refusal): refusal.error.code
        case .pending: .accepted
        default: .ok
        }
    }
}
