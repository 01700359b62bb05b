/// A request on the *submit* or *admin* socket, or a job on *ingest*.
public struct Request: Equatable, Sendable {
    /// What is asked.
    public enum Operation: Equatable, Sendable {
        /// A job.
        case submit(JobHeader)
        /// Who is there, and where its sockets are.
        case hello
        /// Where a job stands, or a run.
        case status(run: Name, job: Name?)
        /// The result lines of a job.
        case result(JobID)
        /// A job, or all of a run, is no longer wanted.
        case cancel(run: Name, job: Name?)
        /// A run is announced before its first job.
        case runOpen(run: Name, expected: Int?)
        /// A run takes no more jobs.
        case runClose(run: Name, expected: Int?)
        /// The last progress of each run.
        case snapshotRuns
        /// The result events of a run with `n` above `after`, at most `limit`.
        case snapshotResults(run: Name, after: Int, limit: Int)
        /// The queue, its bytes, runs and counters.
        case queue
        /// The workers.
        case workers
        /// Dead letters, of one run if named.
        case deadList(run: Name?, limit: Int)
        /// A dead letter with its frames.
        case deadShow(JobID)
        /// Dead letters back into the queue: one, those of a run, or all.
        case deadRequeue(run: Name?, job: Name?)
        /// Dead letters cancelled: one, those of a run, or all.
        case deadPurge(run: Name?, job: Name?)
        /// A worker, or the whole cluster, finishes and leaves.
        case drain(worker: String?)
    }

    /// The client's own mark, to be echoed.
    public var id: RequestID?
    /// What is asked.
    public var operation: Operation

    /// A request.
    public init(_ operation: Operation, id: RequestID? = nil) {
        self.operation = operation
        self.id = id
    }
}

extension Request.Operation {
    /// The operation's name on the wire.
    public var op: String {
        switch self {
        case .submit: "submit"
        case .hello: "hello"
        case .status: "status"
        case .result: "result"
        case .cancel: "cancel"
        case .runOpen: "run.open"
        case .runClose: "run.close"
        case .snapshotRuns, .snapshotResults: "snapshot"
        case .queue: "queue"
        case .workers: "workers"
        case .deadList: "dead.list"
        case .deadShow: "dead.show"
        case .deadRequeue: "dead.requeue"
        case .deadPurge: "dead.purge"
        case .drain: "drain"
        }
    }

    /// The run that is asked about.
    public var run: Name? {
        switch self {
        case .submit(let header): header.run
        case .status(let run, _), .cancel(let run, _), .runOpen(let run, _), .runClose(let run, _): run
        case .snapshotResults(let run, _, _): run
        case .result(let job), .deadShow(let job): job.run
        case .deadList(let run, _), .deadRequeue(let run, _), .deadPurge(let run, _): run
        case .hello, .snapshotRuns, .queue, .workers, .drain: nil
        }
    }

    /// The job that is asked about.
    public var job: Name? {
        switch self {
        case .submit(let header): header.job
        case .status(_, let job), .cancel(_, let job), .deadRequeue(_, let job), .deadPurge(_, let job): job
        case .result(let job), .deadShow(let job): job.job
        default: nil
        }
    }
}
