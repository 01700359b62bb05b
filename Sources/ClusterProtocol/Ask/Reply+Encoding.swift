extension Reply {
    /// The header frame.
    public func encoded() -> [UInt8] {
        if case .refused(let refusal) = body { return refusal.encoded() }
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("v", Limits.version)
        writer.field("op", op)
        writer.field("id", raw: id?.json)
        writer.field("code", code.rawValue)
        writeBody(to: &writer)
        writer.endObject()
        return writer.bytes
    }

    private var op: String {
        switch body {
        case .receipt: "submit"
        case .refused(let refusal): refusal.request.op ?? ""
        case .hello: "hello"
        case .jobStatus, .runStatus: "status"
        case .result, .pending: "result"
        case .cancelled, .runCancelled: "cancel"
        case .runOpened: "run.open"
        case .runClosed: "run.close"
        case .snapshotRuns, .snapshotResults: "snapshot"
        case .queue: "queue"
        case .workers: "workers"
        case .deadList: "dead.list"
        case .deadShow: "dead.show"
        case .requeued: "dead.requeue"
        case .purged: "dead.purge"
        case .draining: "drain"
        }
    }

    private func writeBody(to writer: inout JSONWriter) {
        switch body {
        case .receipt(let receipt): receipt.writeMembers(to: &writer)
        case .refused(let refusal): refusal.writeMembers(to: &writer)
        case .hello(let hello): hello.writeMembers(to: &writer)
        case .jobStatus(let status): status.writeMembers(to: &writer)
        case .runStatus(let counts), .runClosed(let counts): counts.writeMembers(to: &writer)
        case .result(let job, let spectra):
            job.writeMembers(to: &writer)
            writer.field("spectra", spectra)
        case .pending(let job, let state, let retryAfterMs):
            job.writeMembers(to: &writer)
            writer.field("state", state.rawValue)
            writer.field("retry_after_ms", retryAfterMs)
        case .cancelled(let job):
            job.writeMembers(to: &writer)
            writer.field("state", JobState.cancelled.rawValue)
        case .runCancelled(let run, let jobs):
            writer.field("run", run)
            writer.field("cancelled", jobs)
        case .runOpened(let run, let expected):
            writer.field("run", run)
            writer.field("expected", expected)
        case .snapshotRuns(let epoch): writer.field("epoch", epoch)
        case .snapshotResults(let run, let epoch, let progress):
            writer.field("run", run)
            writer.field("epoch", epoch)
            writer.field("progress", progress)
        case .queue(let queue): queue.writeMembers(to: &writer)
        case .workers(let workers): writer.field("workers", workers)
        case .deadList(let letters): writer.field("dead", letters)
        case .deadShow(let letter): letter.writeMembers(to: &writer)
        case .requeued(let count): writer.field("requeued", count)
        case .purged(let count): writer.field("purged", count)
        case .draining(let worker): writer.field("worker", worker)
        }
    }
}
