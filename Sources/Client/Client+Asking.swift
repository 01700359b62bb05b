public import ClusterProtocol
import ZeroMQ

/// Questions about runs and jobs.
extension Client {
    /// Where a job stands.
    public func status(of job: JobID) async throws(ClientError) -> JobStatus {
        guard case .jobStatus(let status) = try await ask(.status(run: job.run, job: job.job)).reply.body else {
            throw .unexpectedAnswer(to: "status")
        }
        return status
    }

    /// Where a run stands.
    public func status(ofRun run: Name) async throws(ClientError) -> RunCounts {
        guard case .runStatus(let counts) = try await ask(.status(run: run, job: nil)).reply.body else {
            throw .unexpectedAnswer(to: "status")
        }
        return counts
    }

    /// The result lines of a job, one JSON object for each spectrum; nil while it is not stored.
    public func result(of job: JobID) async throws(ClientError) -> [String]? {
        let answer = try await ask(.result(job))
        switch answer.reply.body {
        case .pending: return nil
        case .result: return answer.lines
        default: throw .unexpectedAnswer(to: "result")
        }
    }

    /// The result lines of a job, as soon as it is stored; throws ``ClientError/noResult(_:state:reason:)`` when it
    /// never will be.
    ///
    /// Asks as often as `interval` says, and not before the broker's own `retry_after_ms`.
    public func result(of job: JobID, pollingEvery interval: Duration = .milliseconds(100)) async throws -> [String] {
        while true {
            do {
                let answer = try await ask(.result(job))
                switch answer.reply.body {
                case .result: return answer.lines
                case .pending(_, _, let retryAfterMs):
                    try await Task.sleep(for: max(interval, .milliseconds(retryAfterMs)))
                default: throw ClientError.unexpectedAnswer(to: "result")
                }
            } catch ClientError.refused(let error, _) where error.code == .unavailable {
                try await Task.sleep(for: .milliseconds(error.retryAfterMs ?? 500))
            }
        }
    }

    /// A job is no longer wanted.
    public func cancel(_ job: JobID) async throws(ClientError) {
        guard case .cancelled = try await ask(.cancel(run: job.run, job: job.job)).reply.body else {
            throw .unexpectedAnswer(to: "cancel")
        }
    }

    /// A run is no longer wanted; returns how many of its jobs were cancelled.
    @discardableResult
    public func cancel(run: Name) async throws(ClientError) -> Int {
        guard case .runCancelled(_, let jobs) = try await ask(.cancel(run: run, job: nil)).reply.body else {
            throw .unexpectedAnswer(to: "cancel")
        }
        return jobs
    }

    /// Announces a run before its first job.
    public func openRun(_ run: Name, expected: Int? = nil) async throws(ClientError) {
        guard case .runOpened = try await ask(.runOpen(run: run, expected: expected)).reply.body else {
            throw .unexpectedAnswer(to: "run.open")
        }
    }

    /// Ends a run: it takes no new jobs.
    ///
    /// Returns its counts, with the numbers that are missing.
    @discardableResult
    public func closeRun(_ run: Name, expected: Int? = nil) async throws(ClientError) -> RunCounts {
        guard case .runClosed(let counts) = try await ask(.runClose(run: run, expected: expected)).reply.body else {
            throw .unexpectedAnswer(to: "run.close")
        }
        return counts
    }

    /// The last progress of each run.
    public func snapshot() async throws(ClientError) -> [ProgressEvent] {
        try await ask(.snapshotRuns).objects(ProgressEvent.self)
    }

    /// The stored spectra of a run with a number above `after`, at most a thousand, and how far the run is.
    public func snapshot(
        of run: Name, after: Int = 0, limit: Int = Limits.page
    ) async throws(ClientError) -> (results: [ResultEvent], progress: ProgressEvent?) {
        let answer = try await ask(.snapshotResults(run: run, after: after, limit: limit))
        guard case .snapshotResults(_, _, let progress) = answer.reply.body else {
            throw .unexpectedAnswer(to: "snapshot")
        }
        return (answer.objects(ResultEvent.self), progress)
    }

    /// Asks, and asks again over each new connection until there is an answer.
    func ask(
        _ operation: Request.Operation, on role: SocketRole = .submit
    ) async throws(ClientError) -> Channel.Answer {
        lastRequest += 1
        let id = lastRequest
        let frames = [Frame(Request(operation, id: RequestID(id)).encoded())]
        let result = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<Channel.Answer, ClientError>, Never>) in
            // In here, for an await may let others in, a close among them, before it waits.
            guard !isClosed else { return continuation.resume(returning: .failure(.closed)) }
            open(role)
            channels[role]?.questions[id] = Channel.Question(frames: frames, op: operation.op) {
                continuation.resume(returning: $0)
            }
            put(id, on: role)
        }
        return try result.get()
    }

    /// Sends a question, if the broker is there.
    func put(_ id: Int, on role: SocketRole) {
        guard channels[role]?.connection?.isReady == true, let question = channels[role]?.questions[id] else { return }
        // Without room it goes as soon as there is some.
        let sentAt = send(question.frames, over: role) ? MonotonicTime.now : nil
        channels[role]?.questions[id]?.sentAt = sentAt
    }
}

extension Channel.Answer {
    /// The lines of the second frame, each read as an object; others are passed over.
    func objects<Object: WireObject>(_ type: Object.Type) -> [Object] {
        guard let frame = frames.first else { return [] }
        return frame.withUnsafeBytes { bytes in
            let lines = ResultLines(bytes)
            return (0..<lines.count).compactMap { try? Object(json: lines[$0]) }
        }
    }

    /// The lines of the second frame.
    var lines: [String] {
        guard let frame = frames.first else { return [] }
        return frame.withUnsafeBytes { bytes in
            let lines = ResultLines(bytes)
            return (0..<lines.count).map { String(decoding: lines[$0], as: UTF8.self) }
        }
    }
}
