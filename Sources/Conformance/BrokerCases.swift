import ClusterProtocol
import ZeroMQ

/// The cases for brokers: the suite is publisher, worker and collector of a broker that nobody else uses.
public enum BrokerCases {
    /// All of them, in order.
    public static let all: [ConformanceCase] = door + questions + work + collect + live

    private static let door = [
        broker("B01", "hello says server, epoch, window, limits and endpoints", rule: "4.2 hello") { stage in
            try expect(stage.hello.versions.contains(1), "version 1 is not among \(stage.hello.versions)")
            try expect(stage.hello.credit > 0, "the window is \(stage.hello.credit)")
            for role in [SocketRole.submit, .ingest, .work, .collect, .admin] { _ = try stage.endpoint(role) }
        },
        broker("B02", "a good job is accepted after it is on stable storage, with its id", rule: "3 202, 4.1") {
            stage in
            let reply = try stage.asker().ask(stage.job("1", seq: 1))
            guard case .receipt(let receipt) = reply.body else { throw Violation("it was answered \(reply.code)") }
            try expect(!receipt.isDuplicate && receipt.durable == .fsync, "the receipt is \(receipt)")
            try expect(receipt.job == stage.id("1") && receipt.seq == 1, "the receipt names \(receipt.job)")
        },
        broker("B03", "the same bytes again are a duplicate, others a conflict", rule: "4.1, 3 409") { stage in
            let asker = try stage.asker()
            _ = try asker.ask(stage.job("1"))
            let again = try asker.ask(stage.job("1")).code
            try expect(again == .duplicate, "the same bytes were answered \(again)")
            let other = try asker.ask(stage.job("1", value: 2)).code
            try expect(other == .conflict, "other bytes were answered \(other)")
        },
        broker("B04", "REQ and DEALER, with and without an empty frame, are answered alike", rule: "2 envelope") {
            stage in
            let req = try stage.asker(.submit, .req).ask(stage.job("1")).code
            let bare = try stage.asker().ask(stage.job("2")).code
            let framed = try stage.asker().ask([Frame([])] + stage.job("3")).code
            try expect(
                [req, bare, framed] == [.accepted, .accepted, .accepted], "answered \(req), \(bare), \(framed)")
        },
        broker("B05", "what is malformed is answered 400 with the field", rule: "3 400") { stage in
            let asker = try stage.asker()
            try asker.refuses("no JSON at all", 400, nil)
            try asker.refuses("{\"op\":\"submit\"}", 400, "run")
            try asker.refuses("{\"run\":\"\",\"regions\":[]}", 400, "run")
            try asker.refuses("{\"run\":\"r\",\"run\":\"r\",\"regions\":[]}", 400, "run")
            try asker.refuses("{\"run\":\"r\",\"regions\":[]}", 400, "regions")
            try asker.refuses("{\"op\":\"dance\"}", 404, "op")
            try asker.refuses("{\"op\":\"queue\"}", 403, "op")
            try asker.refuses("{\"v\":2,\"op\":\"hello\"}", 426, "v")
        },
        broker("B06", "frames that do not fit the header are answered 422", rule: "3 422") { stage in
            let asker = try stage.asker()
            let good = stage.job("1")
            try asker.refuses(good + [Frame([1])], 422, "regions")
            try asker.refuses([good[0]], 422, "regions")
            try asker.refuses([good[0], Frame([1, 2, 3])], 422, "regions[0].shape")
            try asker.refuses(stage.job("2", value: .nan), 422, nil)
            // None of it is known afterwards.
            let status = try asker.ask(.status(run: stage.run, job: "1")).code
            try expect(status == .notFound, "a refused job has the status \(status)")
        },
        broker("B07", "a dtype that is not read is answered 415", rule: "3 415") { stage in
            let header =
                "{\"run\":\"\(stage.run)\",\"job\":\"1\",\"regions\":[{\"name\":\"C 1s\",\"dtype\":\">f4\",\"shape\":[2],"
                + "\"axis\":{\"kind\":\"binding\",\"unit\":\"eV\",\"start\":1,\"step\":1}}]}"
            try stage.asker().refuses([Frame(header), Frame([UInt8](repeating: 0, count: 8))], 415, "regions[0].dtype")
        },
        broker("B08", "garbage on every socket does no harm", rule: "2, 10") { stage in
            for role in [SocketRole.submit, .work, .collect, .admin] {
                let asker = try stage.asker(role)
                try asker.send([Frame([0xFF, 0x00]), Frame([UInt8](repeating: 7, count: 5_000))])
                try asker.send([Frame([])])
            }
            let code = try stage.asker().ask(.hello).code
            try expect(code == .ok, "hello is answered \(code) afterwards")
        },
        broker("B09", "a closed run takes no new jobs and says what is missing", rule: "4.2 run.close") { stage in
            let asker = try stage.asker()
            for seq in [1, 2, 5] { _ = try asker.ask(stage.job(nil, seq: seq)) }
            guard case .runClosed(let counts) = try asker.ask(.runClose(run: stage.run, expected: 6)).body else {
                throw Violation("run.close is not answered with the run's counts")
            }
            try expect(
                counts.missing == 3 && counts.accepted == 3, "missing \(counts.missing), accepted \(counts.accepted)")
            let late = try asker.ask(stage.job(nil, seq: 4)).code
            try expect(late == .conflict, "a new job was answered \(late)")
            let again = try asker.ask(stage.job(nil, seq: 5)).code
            try expect(again == .duplicate, "a resubmission was answered \(again)")
        },
    ]

    private static let questions = [
        broker("B10", "what is not known is answered 404", rule: "3 404") { stage in
            let asker = try stage.asker()
            for operation in [
                Request.Operation.status(run: stage.run, job: nil), .result(stage.id("1")),
                .cancel(run: stage.run, job: "1"), .runClose(run: stage.run, expected: nil),
            ] {
                let code = try asker.ask(operation).code
                try expect(code == .notFound, "\(operation.op) is answered \(code)")
            }
        },
        broker("B11", "a queued job is cancelled, a second time it is too late", rule: "4.2 cancel") { stage in
            let asker = try stage.asker()
            _ = try asker.ask(stage.job("1"))
            let first = try asker.ask(.cancel(run: stage.run, job: "1")).code
            let second = try asker.ask(.cancel(run: stage.run, job: "1")).code
            try expect(first == .ok && second == .conflict, "answered \(first), then \(second)")
            guard case .jobStatus(let status) = try asker.ask(.status(run: stage.run, job: "1")).body else {
                throw Violation("the cancelled job has no status")
            }
            try expect(status.state == .cancelled, "its state is \(status.state)")
        },
    ]

    static func broker(
        _ id: String, _ title: String, rule: String, _ play: @escaping @Sendable (BrokerStage) throws -> Void
    ) -> ConformanceCase {
        ConformanceCase(id, title, rule: rule) { subject in
            try play(BrokerStage(subject.endpoint, case: id))
            return []
        }
    }
}

extension Asker {
    fileprivate func refuses(_ header: String, _ code: Int, _ field: String?) throws {
        try refuses([Frame(header)], code, field)
    }

    fileprivate func refuses(_ frames: [Frame], _ code: Int, _ field: String?) throws {
        let reply = try ask(frames)
        let text = frames[0].string?.prefix(60) ?? ""
        guard case .refused(let refusal) = reply.body, refusal.error.code.rawValue == code else {
            throw Violation("\(text) was answered \(reply.code), not \(code)")
        }
        guard let field else { return }
        try expect(
            refusal.error.field == field, "\(text): the field is \(refusal.error.field ?? "absent"), not \(field)")
    }
}
