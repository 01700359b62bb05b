import ClusterProtocol
import ZeroMQ

extension BrokerCases {
    static let work = [
        broker("B12", "a lease carries the job's header and frames as they came", rule: "6 lease") { stage in
            let job = stage.job("1", spectra: 3)
            let worker = try stage.worker()
            _ = try stage.asker().ask(job)
            let (lease, body) = try stage.leased(worker)
            try expect(lease.id == stage.id("1") && lease.attempt == 1 && lease.spectra == 3, "the lease is \(lease)")
            try expect(body == job, "the frames behind the lease are not those of the job")
            try worker.say(.returned(leases: [lease.lease]))
        },
        broker("B13", "no more than the credit is leased; what is returned is leased again", rule: "6 credit, return") {
            stage in
            let asker = try stage.asker()
            for key in ["1", "2", "3"] { _ = try asker.ask(stage.job(Name(checked: key))) }
            let worker = try stage.worker(credit: 2)
            let first = try stage.leased(worker).lease
            let second = try stage.leased(worker, holding: [first.lease]).lease
            let third = try worker.lease(holding: [first.lease, second.lease], timeoutMs: 600)
            try expect(third == nil, "a third lease came with a credit of 2")
            try expect([first.id.job, second.id.job] == ["1", "2"], "the order is \(first.id.job), \(second.id.job)")
            try worker.say(.returned(leases: [first.lease]))
            let again = try stage.leased(worker, holding: [second.lease]).lease
            try expect(again.id == first.id && again.attempt == 2, "after return came \(again)")
            try expect(again.lease != first.lease, "the lease has the same number again")
            _ = try asker.ask(.cancel(run: stage.run, job: nil))
        },
        broker("B14", "bad_input kills a job at once, with the evidence", rule: "6 failed") { stage in
            let asker = try stage.asker()
            let worker = try stage.worker()
            _ = try asker.ask(stage.job("1"))
            let lease = try stage.leased(worker).lease
            try worker.say(.failed(WorkerFailure(lease: lease.lease, kind: .badInput, error: "it is bad")))
            try asker.wait(for: .dead, of: lease.id)
            guard case .jobStatus(let status) = try asker.ask(.status(run: stage.run, job: "1")).body else { return }
            try expect(status.error?.contains("it is bad") == true, "the error is \(status.error ?? "absent")")
            let code = try asker.ask(.result(lease.id)).code
            try expect(code == .conflict, "the result of a dead job is answered \(code)")
        },
        broker("B15", "a worker that falls silent is given up and its leases go to others", rule: "6 liveness") {
            stage in
            let asker = try stage.asker()
            let silent = try stage.worker(credit: 1)
            _ = try asker.ask(stage.job("1"))
            let lost = try stage.leased(silent).lease
            let other = try stage.worker(credit: 1)
            let again = try stage.leased(other).lease
            try expect(again.id == lost.id && again.lease != lost.lease, "the other worker got \(again)")
            try expect(try silent.waits(for: .unknown), "the silent worker was not told unknown")
            // Its result counts all the same: the work is pure.
            try silent.answer(lost)
            try asker.wait(for: .computed, of: lost.id)
            _ = try asker.ask(.cancel(run: stage.run, job: nil))
        },
        broker("B16", "a peer that has not said ready is told unknown", rule: "6 unknown") { stage in
            let worker = try stage.worker()
            try worker.say(.goodbye)
            try worker.say(.heartbeat(held: [], executing: []))
            try expect(try worker.waits(for: .unknown), "no unknown came")
        },
        broker("B17", "a result with other lines than spectra does not count", rule: "6.1") { stage in
            let asker = try stage.asker()
            let worker = try stage.worker()
            _ = try asker.ask(stage.job("1", spectra: 2))
            let lease = try stage.leased(worker).lease
            try worker.say(.result(WorkerResult(lease: lease.lease, id: lease.id, model: "none")), [Frame("{}")])
            let again = try stage.leased(worker).lease
            try expect(again.id == lease.id && again.attempt == 2, "after it came \(again)")
            _ = try asker.ask(.cancel(run: stage.run, job: nil))
        },
    ]

    static let collect = [
        broker("B18", "a result goes to the collector with the job, and counts when it is stored", rule: "7 deliver") {
            stage in
            let asker = try stage.asker()
            let collector = try stage.collector()
            let worker = try stage.worker()
            let job = stage.job("1", seq: 7)
            _ = try asker.ask(job)
            try worker.answer(try stage.leased(worker).lease)
            guard let (delivery, body) = try collector.delivery(of: stage.run) else {
                throw Violation("no delivery came")
            }
            try expect(delivery.id == stage.id("1") && delivery.seq == 7, "the delivery is \(delivery)")
            try expect(Array(body.dropLast()) == job, "the frames behind the delivery are not those of the job")
            try expect(body.last?.string == "{\"shift_eV\":0.5}", "the last frame is not the worker's lines")
            let early = try asker.ask(.result(delivery.id)).code
            try expect(early == .accepted, "before it is stored the result is answered \(early)")
            try collector.say(.stored(deliveries: [delivery.delivery]))
            try asker.wait(for: .stored, of: delivery.id)
            let late = try asker.ask(.cancel(run: stage.run, job: "1")).code
            try expect(late == .conflict, "a cancel afterwards is answered \(late)")
        },
        broker(
            "B19", "what was not stored is delivered again to the next collector; the older one goes", rule: "7 open"
        ) {
            stage in
            let first = try stage.collector()
            let worker = try stage.worker()
            _ = try stage.asker().ask(stage.job("1"))
            try worker.answer(try stage.leased(worker).lease)
            let sent = try first.delivery(of: stage.run)?.delivery
            let second = try stage.collector()
            guard case .goodbye(.conflict)? = try first.next()?.message else {
                throw Violation("the older collector was not told goodbye with 409")
            }
            let again = try second.delivery(of: stage.run)?.delivery
            try expect(sent != nil && again?.id == sent?.id, "the next collector got \(String(describing: again))")
            if let again { try second.say(.stored(deliveries: [again.delivery])) }
            try stage.asker().wait(for: .stored, of: stage.id("1"))
        },
        broker("B20", "a question for a result is answered by the collector, byte for byte", rule: "7 query") { stage in
            let asker = try stage.asker()
            let collector = try stage.collector()
            let worker = try stage.worker()
            _ = try asker.ask(stage.job("1"))
            try worker.answer(try stage.leased(worker).lease)
            if let delivery = try collector.delivery(of: stage.run)?.delivery {
                try collector.say(.stored(deliveries: [delivery.delivery]))
            }
            try asker.wait(for: .stored, of: stage.id("1"))
            try asker.send([Frame(Request(.result(stage.id("1")), id: RequestID("q-1")).encoded())])
            guard case (.query(let query), let body)? = try collector.next() else { throw Violation("no query came") }
            try expect(body.first?.string?.contains("\"q-1\"") == true, "the query does not carry the request")
            let answer = Reply(.result(stage.id("1"), spectra: 1), id: RequestID("q-1")).encoded()
            try collector.say(.answer(query: query), [Frame(answer), Frame("{\"a\":1}")])
            guard let (reply, lines) = try asker.receive() else { throw Violation("the answer did not come through") }
            try expect(reply.id == RequestID("q-1"), "the answer has the id \(String(describing: reply.id))")
            try expect(lines.first?.string == "{\"a\":1}", "the lines were changed on the way")
        },
    ]

    static let live = [
        broker("B21", "a live job is acknowledged from memory, and says so", rule: "4.3") { stage in
            let reply = try stage.asker().ask(stage.job("1", class: .live(ttlMs: 60_000)))
            guard case .receipt(let receipt) = reply.body else { throw Violation("it was answered \(reply.code)") }
            try expect(receipt.durable == .memory && receipt.ttlMs == 60_000, "the receipt is \(receipt)")
            let again = try stage.asker().ask(stage.job("1", class: .live(ttlMs: 60_000))).code
            try expect(again == .duplicate, "the same bytes were answered \(again)")
            _ = try stage.asker().ask(.cancel(run: stage.run, job: nil))
        },
        broker("B22", "a stale live job is expired and counted", rule: "4.3 ttl_ms") { stage in
            let asker = try stage.asker()
            _ = try asker.ask(stage.job("1", class: .live(ttlMs: 200)))
            try asker.wait(for: .expired, of: stage.id("1"))
            let result = try asker.ask(.result(stage.id("1"))).code
            try expect(result == .conflict, "its result is answered \(result)")
            guard case .runStatus(let counts) = try asker.ask(.status(run: stage.run, job: nil)).body else {
                throw Violation("the run has no status")
            }
            try expect(counts.expired == 1 && counts.accepted == 1, "the run counts \(counts.expired) expired jobs")
        },
        broker("B23", "the newest live job is leased first and says that it is live", rule: "4.3 newest") { stage in
            let asker = try stage.asker()
            let collector = try stage.collector()
            for key in ["1", "2", "3"] {
                _ = try asker.ask(stage.job(Name(checked: key), class: .live(ttlMs: 60_000)))
            }
            let worker = try stage.worker(credit: 1)
            let lease = try stage.leased(worker).lease
            try expect(lease.id.job == "3" && lease.isLive, "the first lease is \(lease)")
            try worker.answer(lease)
            let delivery = try collector.delivery(of: stage.run)?.delivery
            try expect(delivery?.id.job == "3", "the first delivery is of \(String(describing: delivery?.id))")
            _ = try asker.ask(.cancel(run: stage.run, job: nil))
        },
        broker("B24", "jobs of both classes take turns", rule: "4.3 every second") { stage in
            let asker = try stage.asker()
            let collector = try stage.collector()
            for key in 0..<4 { _ = try asker.ask(stage.job(Name(checked: "c\(key)"))) }
            for key in 0..<8 { _ = try asker.ask(stage.job(Name(checked: "l\(key)"), class: .live(ttlMs: 60_000))) }
            let worker = try stage.worker(credit: 8)
            var leases: [Lease] = []
            while leases.count < 8 { leases.append(try stage.leased(worker, holding: leases.map(\.lease)).lease) }
            let live = leases.count(where: \.isLive)
            try expect(live == 4, "\(live) of 8 leases are live")
            _ = try asker.ask(.cancel(run: stage.run, job: nil))
            _ = collector
        },
    ]
}

extension BrokerStage {
    /// The next lease of this case's run; those of others are given back.
    fileprivate func leased(_ worker: PlayedWorker, holding: [Int] = []) throws -> (lease: Lease, body: [Frame]) {
        while let (lease, body) = try worker.lease(holding: holding) {
            if lease.id.run == run { return (lease, body) }
            // What is left of another case is no worker's fault, and nobody computes it here.
            try worker.answer(lease)
        }
        throw Violation("no lease came within 5 s")
    }
}
