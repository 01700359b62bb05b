public import ClusterProtocol
import ZeroMQ

/// Operators' questions and orders, on the *admin* socket.
extension Client {
    /// The queue, its bytes, runs and counters.
    public func queue() async throws(ClientError) -> QueueStatus {
        guard case .queue(let queue) = try await ask(.queue, on: .admin).reply.body else {
            throw .unexpectedAnswer(to: "queue")
        }
        return queue
    }

    /// The workers.
    public func workers() async throws(ClientError) -> [WorkerStatus] {
        guard case .workers(let workers) = try await ask(.workers, on: .admin).reply.body else {
            throw .unexpectedAnswer(to: "workers")
        }
        return workers
    }

    /// Dead letters, of one run if named.
    public func deadLetters(of run: Name? = nil, limit: Int = Limits.page) async throws(ClientError) -> [DeadLetter] {
        guard case .deadList(let letters) = try await ask(.deadList(run: run, limit: limit), on: .admin).reply.body
        else { throw .unexpectedAnswer(to: "dead.list") }
        return letters
    }

    /// A dead letter with the header and the frames as they were submitted.
    public func deadLetter(
        _ job: JobID
    ) async throws(ClientError) -> (letter: DeadLetter, header: [UInt8], frames: [[UInt8]]) {
        let answer = try await ask(.deadShow(job), on: .admin)
        guard case .deadShow(let letter) = answer.reply.body, let header = answer.frames.first else {
            throw .unexpectedAnswer(to: "dead.show")
        }
        return (letter, [UInt8](header), answer.frames.dropFirst().map { [UInt8]($0) })
    }

    /// Puts dead letters back into the queue: one, those of a run, or all; returns how many.
    @discardableResult
    public func requeueDead(run: Name? = nil, job: Name? = nil) async throws(ClientError) -> Int {
        guard case .requeued(let count) = try await ask(.deadRequeue(run: run, job: job), on: .admin).reply.body else {
            throw .unexpectedAnswer(to: "dead.requeue")
        }
        return count
    }

    /// Cancels dead letters: one, those of a run, or all; returns how many.
    @discardableResult
    public func purgeDead(run: Name? = nil, job: Name? = nil) async throws(ClientError) -> Int {
        guard case .purged(let count) = try await ask(.deadPurge(run: run, job: job), on: .admin).reply.body else {
            throw .unexpectedAnswer(to: "dead.purge")
        }
        return count
    }

    /// Lets a worker, or the whole cluster, finish and leave.
    public func drain(worker: String? = nil) async throws(ClientError) {
        guard case .draining = try await ask(.drain(worker: worker), on: .admin).reply.body else {
            throw .unexpectedAnswer(to: "drain")
        }
    }
}
