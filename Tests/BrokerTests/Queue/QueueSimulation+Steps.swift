import Broker
import ClusterProtocol

extension QueueSimulation {
    /// One random thing happens; without faults only what a healthy cluster does.
    mutating func step(withFaults: Bool) {
        nowMs += Int.random(in: 0...20, using: &random)
        heartbeats()
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<25: if withFaults { submitSomething() }
        case 25..<40: sync()
        case 40..<75: workSomewhere(withFaults: withFaults)
        case 75..<88: collect(withFaults: withFaults)
        case 88..<93: send(.tick)
        case 93..<95: if workers.count < 4 { register() }
        case 95..<97: if !hasCollector { openCollector() }
        default: if withFaults { misfortune() }
        }
    }

    private mutating func submitSomething() {
        let publisher = PublisherID(UInt64.random(in: 0..<3, using: &random))
        for _ in 0..<Int.random(in: 1...12, using: &random) {
            if !submitted.isEmpty, random.once(in: 6) {
                resubmit(submitted[Int.random(in: 0..<submitted.count, using: &random)], from: publisher)
                continue
            }
            let run = Name(checked: "run-\(Int.random(in: 0..<5, using: &random))")
            let number = number()
            let key = Key(run: run, key: Name(checked: random.once(in: 400) ? "\(number)-poison" : "\(number)"))
            digests[key] = number
            submitted.append(key)
            if random.once(in: 4) { ttlMs[key] = Int.random(in: 1...3_000, using: &random) }
            submit(key, digest: number, from: publisher)
        }
    }

    private mutating func resubmit(_ key: Key, from publisher: PublisherID) {
        guard let digest = digests[key] else { return }
        submit(key, digest: random.once(in: 5) ? digest + 1_000_000 : digest, from: publisher)
    }

    private mutating func submit(_ key: Key, digest: UInt64, from publisher: PublisherID) {
        // Other bytes under a key that was never accepted would be the first: then they are the true ones.
        let isKnown = queue.job(run: key.run, key: key.key) != nil || queue.status(run: key.run, key: key.key) != nil
        if !isKnown, !acknowledged.contains(key) { digests[key] = digest }
        if !isKnown, acknowledged.contains(key) { fail("\(key) was acknowledged and is gone") }
        let bytes = digest % 50 == 0 ? 20_000 : Int(digest % 900) + 100
        send(
            .submit(
                Submission(
                    run: key.run, key: key.key, seq: Int(digest), digest: digest, bytes: bytes,
                    spectra: Int(digest % 3) + 1, acceptedMs: nowMs, ttlMs: ttlMs[key],
                    publisher: random.once(in: 4) ? nil : publisher, ticket: ask(.submit(key, digest: digest)))))
    }

    private mutating func register() {
        let worker = ModelWorker(
            id: WorkerID(number()), credit: Int.random(in: 1...16, using: &random),
            creditBytes: Int.random(in: 500...9_000, using: &random))
        workers.append(worker)
        send(.workerReady(worker.id, name: worker.name, credit: worker.credit, creditBytes: worker.creditBytes))
    }

    private mutating func heartbeats() {
        for slot in workers.indices where !workers[slot].isFrozen && workers[slot].nextHeartbeatMs <= nowMs {
            workers[slot].nextHeartbeatMs = nowMs + limits.heartbeatMs
            let worker = workers[slot]
            send(.heartbeat(worker.id, held: worker.heldLeases, executing: worker.executing.map(\.lease)))
            if slot >= workers.count { return }
        }
    }

    private mutating func workSomewhere(withFaults: Bool) {
        if !unsent.isEmpty, random.once(in: 2) { sendLease(unsent.removeFirst(), withFaults: withFaults) }
        if !straysToCome.isEmpty, random.once(in: 3) { send(.result(straysToCome.removeFirst())) }
        guard !workers.isEmpty else { return }
        let slot = Int.random(in: 0..<workers.count, using: &random)
        guard !workers[slot].isFrozen else {
            if !withFaults || random.once(in: 10) { workers[slot].isFrozen = false }
            return
        }
        if workers[slot].executing.isEmpty {
            workers[slot].startBatch(of: Int.random(in: 1...8, using: &random))
            let isFatal = workers[slot].executing.contains { order in
                queue.job(order.job).map { Self.isPoison($0.key) } ?? false
            }
            if isFatal {
                let worker = workers.remove(at: slot)
                send(.workerGone(worker.id, isOrderly: false))
            }
            return
        }
        let worker = workers[slot]
        workers[slot].executing = []
        for order in worker.executing {
            if withFaults, random.once(in: 60) {
                send(.failed(worker.id, order.lease, isPermanent: random.once(in: 8), error: "no"))
            } else if withFaults, random.once(in: 60) {
                send(.returned(worker.id, [order.lease]))
            } else if let arrival = arrival(of: order, worker: worker.id, name: worker.name) {
                send(.result(arrival))
                if random.once(in: 20) { straysToCome.append(arrival) }
            }
        }
    }

    /// The disk has given a payload back, or not.
    private mutating func sendLease(_ order: LeaseOrder, withFaults: Bool) {
        guard queue.job(leasedAs: order.lease) != nil else { return }
        if withFaults, random.once(in: 100) {
            send(.payloadLost(order.job, error: "damaged"))
        } else if let slot = workers.firstIndex(where: { $0.id == order.worker }) {
            workers[slot].held.append(order)
            send(.leaseSent(order.lease))
        }
    }

    private mutating func openCollector() {
        hasCollector = true
        delivered.removeAll()
        send(.collectorOpened(creditBytes: Int.random(in: 500...30_000, using: &random)))
    }

    private mutating func collect(withFaults: Bool) {
        guard hasCollector, !delivered.isEmpty else { return }
        let count = Int.random(in: 1...delivered.count, using: &random)
        let batch = Array(delivered.prefix(count))
        delivered.removeFirst(count)
        var confirmed: [JobNumber] = []
        for id in batch {
            guard let job = queue.job(id), let run = queue.run(job.run) else { continue }
            if withFaults, random.once(in: 300) {
                send(.rejected(id, error: "no"))
                continue
            }
            let key = Key(run: run.name, key: job.key)
            if digests[key] == nil { fail("a result of a job that nobody submitted") }
            if cancelled.contains(key), !journal.lostStored.contains(id) { fail("\(key) was cancelled and is stored") }
            store.insert(key)
            confirmed.append(id)
        }
        if random.once(in: 10), withFaults {
            hasCollector = false
            delivered.removeAll()
            send(.collectorGone)
        } else {
            send(.stored(confirmed))
        }
    }

    private mutating func misfortune() {
        switch Int.random(in: 0..<40, using: &random) {
        case 0..<4: loseWorker(isOrderly: random.once(in: 3))
        case 4..<9:
            if let slot = workers.indices.randomElement(using: &random) { workers[slot].isFrozen = true }
        case 9..<15:
            if let slot = workers.indices.randomElement(using: &random), !workers[slot].held.isEmpty {
                workers[slot].held.removeFirst()
            }
        case 15..<19: failDisk()
        case 19: if random.once(in: 6) { crash(isPowerLoss: false) }
        case 20: if random.once(in: 6) { crash(isPowerLoss: true) }
        case 21..<28:
            // The latest, most of which have not ended.
            guard let key = submitted.suffix(60).randomElement(using: &random) else { return }
            send(.cancel(run: key.run, key: key.key, ask(.cancel(key))))
        case 28:
            guard random.once(in: 12) else { return }
            send(.cancel(run: "run-0", key: nil, ask(.other)))
        case 29..<32: send(.requeueDead(run: nil, key: nil, ask(.other)))
        case 32: send(.purgeDead(run: "run-1", key: nil, ask(.other)))
        case 33..<35:
            if let worker = workers.randomElement(using: &random), let order = worker.held.last {
                workers.indices.forEach { workers[$0].cancel(order.lease) }
                send(.congested(order.lease))
            }
        case 35: if let id = delivered.popLast() { send(.undelivered(id)) }
        case 36: if random.once(in: 4) { send(.closeRun(run: "run-4", expected: nil, ask(.other))) }
        case 37..<39: nowMs += 2_000
        default: if let worker = workers.randomElement(using: &random) { send(.drainWorker(worker.id)) }
        }
    }

    private mutating func loseWorker(isOrderly: Bool) {
        guard let slot = workers.indices.randomElement(using: &random) else { return }
        let id = workers[slot].id
        forgetWorker(slot)
        send(.workerGone(id, isOrderly: isOrderly))
    }

    /// After the faults everything accepted has to end: returns how many steps that took, or nil.
    mutating func settle(within steps: Int) -> Int? {
        sync()
        for taken in 0..<steps {
            if queue.unfinished == 0, journal.unsynced.isEmpty { return taken }
            step(withFaults: false)
            // Workers that were told to drain leave.
            if let slot = workers.firstIndex(where: { worker in
                queue.connectedWorkers.contains { $0.id == worker.id && $0.isDraining && $0.leases.isEmpty }
            }) {
                let worker = workers.remove(at: slot)
                send(.workerGone(worker.id, isOrderly: true))
            }
        }
        return nil
    }

    /// Every acknowledged job has one end, and the store agrees.
    func verdict() -> [String] {
        var wrong = broken
        for key in acknowledged {
            guard let status = queue.status(run: key.run, key: key.key) else {
                wrong.append("\(key) was acknowledged and is unknown")
                continue
            }
            switch status.state {
            case .stored: if !store.contains(key) { wrong.append("\(key) is stored nowhere") }
            case .dead:
                let expected = ttlMs[key] == nil ? limits.maximumAttempts : 1
                if Self.isPoison(key.key), status.attempts != expected {
                    wrong.append("\(key) died after \(status.attempts) attempts")
                }
            case .cancelled: break
            case .expired: if ttlMs[key] == nil { wrong.append("\(key) was dropped") }
            default: wrong.append("\(key) is \(status.state)")
            }
        }
        for key in cancelled where queue.status(run: key.run, key: key.key)?.state != .cancelled {
            wrong.append("\(key) was cancelled and is not")
        }
        return wrong
    }
}
