extension Request {
    private static let submitOps: Set<String> = [
        "submit", "hello", "status", "result", "cancel", "run.open", "run.close", "snapshot",
    ]
    private static let adminOps: Set<String> = [
        "queue", "workers", "dead.list", "dead.show", "dead.requeue", "dead.purge", "cancel", "drain",
    ]

    /// Reads a header that came to `socket`: *submit*, *ingest* or *admin*.
    ///
    /// The frames of a submit are checked apart, by `JobHeader.validate`. After an error `Correlation(salvaging:)` gives
    /// what the refusal should echo.
    public init(_ header: UnsafeRawBufferPointer, on socket: SocketRole) throws(ProtocolError) {
        let object = try JSONObject(header)
        try object.checkVersion()
        id = try object.value("id").map { value throws(ProtocolError) in try RequestID(value) }
        let opValue = try object.value("op")
        if let opValue, try opValue.view() != "submit" {
            operation = try Self.operation(try opValue.string(), object, opValue, on: socket)
        } else if socket == .admin {
            guard opValue == nil else { throw Self.elsewhere("submit", on: socket) }
            throw ProtocolError(.malformed, "The key op is missing.", field: "op")
        } else {
            let job = try JobHeader(object)
            if socket == .ingest { try Self.checkNumbered(job) }
            operation = .submit(job)
        }
    }

    private static func operation(
        _ op: String, _ object: JSONObject, _ opValue: JSONValue, on socket: SocketRole
    ) throws(ProtocolError) -> Operation {
        guard (socket == .admin ? adminOps : socket == .submit ? submitOps : []).contains(op) else {
            guard submitOps.contains(op) || adminOps.contains(op) else {
                throw opValue.unknownOperation()
            }
            throw elsewhere(op, on: socket)
        }
        switch op {
        case "hello": return .hello
        case "status":
            return .status(
                run: try object.required("run").name(.run), job: try object.value("job")?.name(.job))
        case "result": return .result(try JobID(object))
        case "cancel":
            return .cancel(
                run: try object.required("run").name(.run), job: try object.value("job")?.name(.job))
        case "run.open":
            return .runOpen(
                run: try object.required("run").name(.run), expected: try object.value("expected")?.integer())
        case "run.close":
            return .runClose(
                run: try object.required("run").name(.run), expected: try object.value("expected")?.integer())
        case "snapshot":
            guard let run = try object.value("run")?.name(.run) else { return .snapshotRuns }
            return .snapshotResults(
                run: run, after: try object.value("after")?.integer() ?? 0, limit: try limit(object))
        case "queue": return .queue
        case "workers": return .workers
        case "dead.list": return .deadList(run: try object.value("run")?.name(.run), limit: try limit(object))
        case "dead.show": return .deadShow(try JobID(object))
        case "dead.requeue":
            let (run, job) = try scope(object)
            return .deadRequeue(run: run, job: job)
        case "dead.purge":
            let (run, job) = try scope(object)
            return .deadPurge(run: run, job: job)
        default:
            return .drain(worker: try object.value("worker")?.string(bytes: 1...Limits.identityBytes))
        }
    }

    private static func limit(_ object: JSONObject) throws(ProtocolError) -> Int {
        try object.value("limit")?.integer(in: 1...Limits.page) ?? Limits.page
    }

    /// One dead letter, those of a run, or all.
    private static func scope(_ object: JSONObject) throws(ProtocolError) -> (run: Name?, job: Name?) {
        let job = try object.value("job")?.name(.job)
        let run = job == nil ? try object.value("run") : try object.required("run")
        return (try run?.name(.run), job)
    }

    private static func elsewhere(_ op: String, on socket: SocketRole) -> ProtocolError {
        let place = submitOps.contains(op) ? "submit" : "admin"
        return ProtocolError(
            .forbidden, "The operation \(op) belongs on the \(place) socket, not on \(socket.name).", field: "op")
    }

    private static func checkNumbered(_ job: JobHeader) throws(ProtocolError) {
        guard job.seq == nil else { return }
        throw ProtocolError(
            .malformed, "The key seq is missing; on the ingest socket gaps are found by it.", field: "seq")
    }
}

extension JSONObject {
    /// Refuses another version than ours.
    func checkVersion() throws(ProtocolError) {
        guard let value = try value("v") else { return }
        let version = try value.integer()
        guard version == Limits.version else {
            throw ProtocolError(
                .versionMismatch, "Version \(version) is not understood; this is version \(Limits.version).", field: "v"
            )
        }
    }
}
