public import ClusterProtocol
import Logging
import ZeroMQ

/// Jobs, submitted until each is acknowledged or refused for good.
extension Client {
    /// Submits a job and returns the broker's receipt: the job is on stable storage, now or since before.
    ///
    /// Waits as long as the broker asks to, and over its restarts. For many jobs use ``submissions(capacity:)``, or as
    /// many tasks as shall be under way.
    public func submit(_ job: JobSubmission) async throws(ClientError) -> SubmitReceipt {
        try await withCheckedContinuation { continuation in
            enqueue(job) { continuation.resume(returning: $0) }
        }.get()
    }

    /// A way in for many jobs, one after another, with at most `capacity` of them, or about `capacityBytes`, on their
    /// way.
    ///
    /// `onAnswer` is called with each job's receipt or refusal, on the client's thread.
    public nonisolated func submissions(
        capacity: Int = 1024, capacityBytes: Int = 64 << 20,
        onAnswer: (@Sendable (JobID, Result<SubmitReceipt, ClientError>) -> Void)? = nil
    ) -> SubmissionStream {
        SubmissionStream(client: self, capacity: capacity, capacityBytes: capacityBytes, onAnswer: onAnswer)
    }

    /// Takes over what a stream has gathered.
    func take(_ jobs: [JobSubmission], of stream: SubmissionStream) {
        for job in jobs { enqueue(job) { stream.take($0, for: job) } }
    }

    private func enqueue(
        _ job: JobSubmission, _ answer: @escaping @Sendable (Result<SubmitReceipt, ClientError>) -> Void
    ) {
        guard !isClosed else { return answer(.failure(.closed)) }
        if let ticket = tickets[job.id], let earlier = submits[ticket] {
            // One answer per key: a second job under it goes when the first has got its own.
            submits[ticket] = PendingSubmit(job: earlier.job, sentAt: earlier.sentAt) { [weak self] result in
                earlier.answer(result)
                guard let self else { return answer(.failure(.closed)) }
                self.loop.perform { self.assumeIsolated { $0.enqueue(job, answer) } }
            }
            return
        }
        open(.submit)
        lastTicket += 1
        tickets[job.id] = lastTicket
        submits[lastTicket] = PendingSubmit(job: job, answer: answer)
        window.append(lastTicket)
        if channels[.submit]?.connection?.isReady == true { pump() }
    }

    /// Sends what the window lets through.
    func pump() {
        guard channels[.submit]?.connection?.isReady == true else { return }
        let now = MonotonicTime.now
        while let ticket = window.next(at: now) {
            guard let submit = submits[ticket] else {
                window.answered(ticket)
                continue
            }
            guard send(submit.job.frames, over: .submit) else {
                window.putBack(ticket)
                return
            }
            submits[ticket]?.sentAt = now
        }
        guard let until = window.pausedUntil, window.waitingCount > 0 else { return }
        if let pauseTimer { loop.cancel(pauseTimer) }
        pauseTimer = loop.schedule(after: .nanoseconds(max(0, until.ns - now.ns))) { [weak self] in
            self?.assumeIsolated { $0.pump() }
        }
    }

    /// Sends a submit once more whose answer is missing while others come: 208 if it had arrived.
    func resubmit(_ ticket: Int) {
        guard let submit = submits[ticket], send(submit.job.frames, over: .submit) else { return }
        submits[ticket]?.sentAt = .now
    }

    func takeReceipt(_ reply: Reply) {
        switch reply.body {
        case .receipt(let receipt):
            window.grant(receipt.credit)
            if let ticket = tickets[receipt.job] { finish(ticket, .success(receipt)) }
        case .refused(let refusal):
            let key = refusal.request.job ?? refusal.request.seq.map(Name.init(seq:))
            guard let run = refusal.request.run, let key, let ticket = tickets[JobID(run: run, job: key)] else {
                logger.warning("a refusal is of none of our jobs: \(refusal.error)")
                return
            }
            if let credit = refusal.credit { window.grant(credit) }
            if refusal.error.isRetriable {
                let wait = Duration.milliseconds(refusal.error.retryAfterMs ?? 250)
                logger.debug("the broker asks to wait \(wait): \(refusal.error)")
                submits[ticket]?.sentAt = nil
                window.postponed(ticket, until: MonotonicTime.now.advanced(by: wait))
            } else {
                finish(ticket, .failure(.refused(refusal.error, JobID(run: run, job: key))))
            }
        default:
            logger.warning("an answer is to none of our questions")
        }
    }

    private func finish(_ ticket: Int, _ result: Result<SubmitReceipt, ClientError>) {
        window.answered(ticket)
        guard let submit = submits.removeValue(forKey: ticket) else { return }
        tickets[submit.job.id] = nil
        submit.answer(result)
    }

    func failSubmits(with error: ClientError) {
        for ticket in submits.keys.sorted() { finish(ticket, .failure(error)) }
        window = SubmitWindow(limit: configuration.maxWindow)
    }
}
