package import ClusterProtocol

/// A job at the door, without its payload.
package struct Submission: Sendable {
    /// Its run.
    package var run: Name
    /// Its key within the run.
    package var key: Name
    /// Its number within the run.
    package var seq: Int?
    /// How many jobs the run will have, if it says so.
    package var expected: Int?
    /// What tells it from another under the same key.
    package var digest: UInt64
    /// Header and frames.
    package var bytes: Int
    /// Spectra in it.
    package var spectra: Int
    /// Wall clock, for people.
    package var acceptedMs: Int
    /// How long it is wanted, if it is of class `live`; nil for a job that is wanted until it is done.
    package var ttlMs: Int?
    /// Whose window it counts against; nil for ingest, which has none.
    package var publisher: PublisherID?
    /// Whom to answer; nil for ingest.
    package var ticket: Ticket?

    /// Everything the queue needs to know.
    package init(
        run: Name, key: Name, seq: Int? = nil, expected: Int? = nil, digest: UInt64, bytes: Int, spectra: Int,
        acceptedMs: Int, ttlMs: Int? = nil, publisher: PublisherID? = nil, ticket: Ticket? = nil
    ) {
        self.run = run
        self.key = key
        self.seq = seq
        self.expected = expected
        self.digest = digest
        self.bytes = bytes
        self.spectra = spectra
        self.acceptedMs = acceptedMs
        self.ttlMs = ttlMs
        self.publisher = publisher
        self.ticket = ticket
    }
}

/// A result at the door, without its rows.
package struct ResultArrival: Sendable {
    /// From whom; nil when the peer is not, or no longer, registered.
    package var worker: WorkerID?
    /// What the peer is called.
    package var workerName: String
    /// The delivery it answers.
    package var lease: LeaseID
    /// The job's run, which finds it when the lease has ended.
    package var run: Name
    /// The job's key.
    package var key: Name
    /// Size of the rows.
    package var bytes: Int
    /// Duration of the batch it was computed in.
    package var batchMs: Int?

    /// Everything the queue needs to know.
    package init(
        worker: WorkerID?, workerName: String, lease: LeaseID, run: Name, key: Name, bytes: Int,
        batchMs: Int? = nil
    ) {
        self.worker = worker
        self.workerName = workerName
        self.lease = lease
        self.run = run
        self.key = key
        self.bytes = bytes
        self.batchMs = batchMs
    }
}

/// What happens to the queue.
package enum QueueEvent: Sendable {
    /// A job wants in.
    case submit(Submission)
    /// These jobs are on stable storage.
    case committed([JobNumber])
    /// These jobs could not be written.
    case commitFailed([JobNumber])

    /// A run is announced.
    case openRun(run: Name, expected: Int?, Ticket)
    /// A run takes no more jobs.
    case closeRun(run: Name, expected: Int?, Ticket)
    /// A job, or all of a run, is no longer wanted.
    case cancel(run: Name, key: Name?, Ticket)
    /// A job of this run was refused before it came here.
    case refused(run: Name)
    /// Runs closed before this wall-clock time, and their keys, are forgotten.
    case forgetRuns(closedBeforeMs: Int)

    /// A worker registers.
    case workerReady(WorkerID, name: String, credit: Int, creditBytes: Int)
    /// A worker sent something.
    case workerHeard(WorkerID)
    /// A worker is alive and says what it holds and what it computes.
    case heartbeat(WorkerID, held: [LeaseID], executing: [LeaseID])
    /// A worker has computed.
    case result(ResultArrival)
    /// A worker could not.
    case failed(WorkerID?, LeaseID, isPermanent: Bool, error: String)
    /// A worker gives back untouched.
    case returned(WorkerID, [LeaseID])
    /// A worker said goodbye, or (not orderly) its connection is gone.
    case workerGone(WorkerID, isOrderly: Bool)
    /// A worker shall get no more leases.
    case drainWorker(WorkerID)
    /// A worker's socket took nothing: this lease never left.
    case congested(LeaseID)
    /// A lease waits for its payload to be read.
    case leaseDelayed(LeaseID)
    /// And now was sent.
    case leaseSent(LeaseID)
    /// The journal cannot give a job's payload back any more.
    case payloadLost(JobNumber, error: String)

    /// A collector takes so many bytes at once.
    case collectorOpened(creditBytes: Int)
    /// There is no collector.
    case collectorGone
    /// The collector's socket took nothing: this delivery never left.
    case undelivered(JobNumber)
    /// These results are on the collector's disk.
    case stored([JobNumber])
    /// This result cannot be stored.
    case rejected(JobNumber, error: String)

    /// Dead letters get another five attempts: one, a run's, or all.
    case requeueDead(run: Name?, key: Name?, Ticket)
    /// Dead letters are cancelled: one, a run's, or all.
    case purgeDead(run: Name?, key: Name?, Ticket)
    /// Nothing new is accepted; say so when everything is stored.
    case drain
    /// Time has passed.
    case tick
}

/// What has to be done about it, in this order.
package enum QueueEffect: Sendable, Equatable {
    /// Append this job, with the payload at hand, to the journal; `committed` or `commitFailed` follows.
    case accept(JobNumber)
    /// Keep the payload at hand in memory and nowhere else: the job is live.
    case keepPayload(JobNumber)
    /// Append this to the journal.
    case record(QueueRecord)
    /// Answer at once.
    case answer(Ticket, QueueAnswer)
    /// Answer when everything appended so far is on stable storage.
    case answerWhenDurable(Ticket, QueueAnswer)
    /// Send this job to this worker.
    case lease(LeaseOrder)
    /// Tell this worker that the result is no longer wanted.
    case cancelLease(WorkerID, LeaseID)
    /// Give this worker up: it has to register again.
    case dropWorker(WorkerID)
    /// The result at hand counts: keep its rows.
    case keepResult(JobNumber)
    /// Its rows are not needed any more.
    case forgetResult(JobNumber)
    /// Its payload is not needed any more.
    case forgetPayload(JobNumber)
    /// Send payload and rows to the collector.
    case deliver(JobNumber)
    /// Tell the collector when the journal has it.
    case announceDead(JobNumber)
    /// Tell the collector: a live job failed, and nothing of it is kept.
    case announceLiveFailure(LiveFailure)
    /// Tell the collector when the journal has it.
    case announceRevived(run: Name, key: Name)
    /// A run has changed; asked for by `takeChangedRuns`.
    case runsChanged
    /// All that was accepted has ended, after `drain`.
    case drained
}

/// A delivery to a worker.
package struct LeaseOrder: Sendable, Equatable {
    /// To whom.
    package let worker: WorkerID
    /// Its token.
    package let lease: LeaseID
    /// What.
    package let job: JobNumber
    /// Which delivery of this job it is, from 1.
    package let attempt: Int
    /// To be computed alone.
    package let isSolo: Bool
    /// To be computed before others.
    package let isLive: Bool
}

/// A live job that failed, at the moment it is forgotten.
package struct LiveFailure: Sendable, Equatable {
    /// The job.
    package let id: JobID
    /// Its number within the run.
    package let seq: Int?
    /// Failed attempts.
    package let attempts: Int
    /// Who tried, and what became of it.
    package let evidence: Evidence
}

/// What the journal has to remember besides payloads.
package enum QueueRecord: Sendable, Equatable {
    /// An attempt failed and counts.
    case attempt(JobNumber, attempts: Int, evidence: Evidence)
    /// The collector has the result.
    case stored(JobNumber)
    /// Given up.
    case dead(JobNumber, attempts: Int, evidence: Evidence)
    /// No longer wanted.
    case cancelled(JobNumber)
    /// A dead letter gets another chance.
    case revived(JobNumber)
    /// A run was opened, closed or said how many jobs it expects.
    case run(name: Name, expected: Int?, openedMs: Int, closedMs: Int?)
    /// A run and its keys are forgotten.
    case forgotten(run: Name)
}

/// What is answered to a ticket.
package enum QueueAnswer: Sendable, Equatable {
    /// 202.
    case accepted(JobNumber)
    /// 202, from memory: the job is live.
    case acceptedLive(JobNumber, ttlMs: Int)
    /// 208.
    case duplicate(Job.State)
    /// 409: other bytes under the same key.
    case conflict(Job.State)
    /// 409: the run is closed.
    case runClosed
    /// 429.
    case windowExceeded(retryAfterMs: Int)
    /// 503: no room.
    case full(retryAfterMs: Int)
    /// 503: the cluster drains.
    case draining(retryAfterMs: Int)
    /// 507.
    case notStored(retryAfterMs: Int)
    /// 200 to `run.open`.
    case opened
    /// 200 to `run.close`; counts and gaps are those at the time of the answer.
    case closed(run: Name)
    /// 200 to `cancel` of a job.
    case cancelled
    /// 200 to `cancel` of a run.
    case cancelledJobs(Int)
    /// 409 to `cancel`.
    case tooLate(Job.State)
    /// 404.
    case unknownRun
    /// 404.
    case unknownJob
    /// 404: the job is no dead letter.
    case notDead(Job.State)
    /// 404: the job was live and failed; nothing of it was kept.
    case notKept
    /// 200 to `dead.requeue`.
    case requeued(Int)
    /// 200 to `dead.purge`.
    case purged(Int)
}
