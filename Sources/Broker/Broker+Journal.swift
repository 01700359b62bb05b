import ClusterProtocol
import Logging
import ZeroMQ

extension Broker {
    /// Hands the job that is arriving to the journal.
    func accept(_ id: JobNumber) {
        guard let arrival = arriving, let job = queue.job(id), let run = queue.run(job.run) else { return }
        arriving = nil
        let acceptance = JournalAcceptance(
            job: id.value, run: run.name.text,
            key: JournalKey(key: job.key, seq: job.seq, spectra: job.spectra).text,
            acceptedUnixMs: Int64(job.acceptedMs), payload: arrival.payload)
        do {
            commits.appended(.accept(id), as: try journal.append(.accepted(acceptance)))
            payloads.insert(arrival.payload.frames, for: id)
        } catch {
            noteTrouble(error)
            process(.commitFailed([id]))
        }
    }

    func write(_ record: QueueRecord) {
        for record in record.journalled {
            do {
                let ticket = try journal.append(record)
                if record.isDurable {
                    commits.appended(.record(record), as: ticket)
                } else {
                    commits.appended(as: ticket)
                }
            } catch {
                noteTrouble(error)
                if record.isDurable { unwritten.append(.record(record)) }
            }
        }
    }

    func takeJournalEvents() {
        for event in mailbox.take() {
            switch event {
            case .committed(let range):
                isStorageFailing = false
                committed(commits.settle(through: range.upperBound))
            case .failed(let range, let error):
                noteTrouble(error)
                failed(commits.settle(through: range.upperBound))
            case .trouble(let error): noteTrouble(error)
            case .notice(let notice): logger.warning("journal: \(notice)")
            }
        }
    }

    private func committed(_ entries: [CommitLog.Entry]) {
        var accepted: [JobNumber] = []
        for case .accept(let id) in entries { accepted.append(id) }
        if !accepted.isEmpty { process(.committed(accepted)) }
        for entry in entries {
            if case .accept = entry { continue }
            settle(entry)
        }
    }

    /// Jobs are refused; what else was to be written is true all the same and is written when the disk works again.
    private func failed(_ entries: [CommitLog.Entry]) {
        var refused: [JobNumber] = []
        for entry in entries {
            if case .accept(let id) = entry { refused.append(id) } else { unwritten.append(entry) }
        }
        if !refused.isEmpty { process(.commitFailed(refused)) }
    }

    func rewriteUnwritten() {
        guard !unwritten.isEmpty, phase == .serving else { return }
        let entries = unwritten
        unwritten = []
        for (index, entry) in entries.enumerated() {
            guard case .record(let record) = entry else {
                // Its record is before it in the list, so the ticket to wait for is the last one.
                if !commits.wait(entry) { settle(entry) }
                continue
            }
            guard isStillTrue(record) else { continue }
            do {
                commits.appended(entry, as: try journal.append(record))
            } catch {
                unwritten = Array(entries[index...])
                return
            }
        }
    }

    /// A dead letter may have been revived, and the other way round, since the disk failed.
    private func isStillTrue(_ record: JournalRecord) -> Bool {
        switch record {
        case .dead(let job, _): queue.job(JobNumber(job))?.state == .dead
        case .requeued(let job): queue.job(JobNumber(job)).map { $0.state != .dead } ?? false
        default: true
        }
    }

    /// While nothing is accepted nothing would show that the disk works again.
    func probeStorage() {
        guard isStorageFailing, phase == .serving else { return }
        let nothing = JournalAttempt(number: 1, worker: "", reason: "")
        if let ticket = try? journal.append(.attempt(job: 0, nothing)) { commits.appended(as: ticket) }
    }

    private func noteTrouble(_ error: JournalError) {
        if !isStorageFailing { logger.error("\(error)") }
        if case .busy = error { return }
        isStorageFailing = true
    }

    // Payloads that are not in memory

    /// Asks for a payload; it comes to `use` with the next batch that the journal has read.
    func want(_ id: JobNumber, for use: PayloadUse) {
        if wanted[id] == nil { wantedNow.append(id) }
        wanted[id, default: []].append(use)
    }

    func readWantedPayloads() {
        guard !wantedNow.isEmpty else { return }
        let jobs = wantedNow.map(\.value)
        wantedNow.removeAll(keepingCapacity: true)
        journal.read(jobs) { [weak self] readings in
            guard let self else { return }
            self.loop.perform { self.assumeIsolated { $0.take(readings) } }
        }
    }

    private func take(_ readings: [JournalReading]) {
        guard phase == .serving else { return }
        for reading in readings {
            let id = JobNumber(reading.job)
            let uses = wanted.removeValue(forKey: id) ?? []
            switch reading.payload {
            case .success(let payload):
                if queue.job(id) != nil { payloads.insert(payload.frames, for: id) }
                for use in uses { self.use(payload.frames, of: id, for: use) }
            case .failure(let error):
                for case .show(let ticket) in uses { answer(ticket, .unknownJob) }
                guard queue.job(id) != nil else { continue }
                logger.error("job \(id.value) cannot be read back: \(error)")
                process(.payloadLost(id, error: "\(error)"))
            }
        }
    }

    private func use(_ frames: [Frame], of id: JobNumber, for use: PayloadUse) {
        switch use {
        case .lease(let order):
            guard queue.job(leasedAs: order.lease)?.id == id else { return }
            if send(order, frames) { process(.leaseSent(order.lease)) }
        case .delivery(let session):
            guard collector?.session == session, queue.isDelivering(id) else { return }
            deliver(id, frames)
        case .show(let ticket): show(id, frames, to: ticket)
        }
    }
}

/// What a payload is read back for.
enum PayloadUse {
    case lease(LeaseOrder)
    /// To the collector of this session.
    case delivery(Int)
    /// To an operator.
    case show(Ticket)
}
