extension Reply {
    /// Reads the header of an answer; the frames behind it are the caller's.
    ///
    /// Answers to operators may be longer than what a broker would read.
    public init(_ header: UnsafeRawBufferPointer) throws(ProtocolError) {
        let object = try JSONObject(header, maxBytes: .max)
        try object.checkVersion()
        id = try object.value("id").map { value throws(ProtocolError) in try RequestID(value) }
        let code = Code(rawValue: try object.required("code").integer(in: 100...999))
        guard code.isSuccess else {
            body = .refused(try Refusal(object))
            return
        }
        let opValue = try object.required("op")
        switch try opValue.string() {
        case "submit": body = .receipt(try SubmitReceipt(object))
        case "hello": body = .hello(try Hello(object))
        case "status":
            body =
                try object.value("job") == nil ? .runStatus(try RunCounts(object)) : .jobStatus(try JobStatus(object))
        case "result" where code == .accepted:
            body = .pending(
                try JobID(object), state: try JobState(try object.required("state")),
                retryAfterMs: try object.required("retry_after_ms").integer())
        case "result": body = .result(try JobID(object), spectra: try object.required("spectra").integer())
        case "cancel":
            guard let count = try object.value("cancelled")?.integer() else {
                body = .cancelled(try JobID(object))
                return
            }
            body = .runCancelled(run: try object.required("run").name(.run), jobs: count)
        case "run.open":
            body = .runOpened(
                run: try object.required("run").name(.run), expected: try object.value("expected")?.integer())
        case "run.close": body = .runClosed(try RunCounts(object))
        case "snapshot":
            let epoch = try object.required("epoch").string(bytes: 1...Limits.identityBytes)
            guard let run = try object.value("run")?.name(.run) else {
                body = .snapshotRuns(epoch: epoch)
                return
            }
            body = .snapshotResults(
                run: run, epoch: epoch, progress: try object.value("progress")?.object(ProgressEvent.self))
        case "queue": body = .queue(try QueueStatus(object))
        case "workers": body = .workers(try object.required("workers").objects(WorkerStatus.self))
        case "dead.list": body = .deadList(try object.required("dead").objects(DeadLetter.self))
        case "dead.show": body = .deadShow(try DeadLetter(object))
        case "dead.requeue": body = .requeued(try object.required("requeued").integer())
        case "dead.purge": body = .purged(try object.required("purged").integer())
        case "drain": body = .draining(worker: try object.value("worker")?.string())
        default: throw opValue.wrong("must name an operation")
        }
    }
}
