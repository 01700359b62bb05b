import ClusterProtocol
import Logging
import ZeroMQ

/// What the collector tells whoever listens at the events socket.
extension Collector {
    private static let subscriptionsPerWake = 256

    func receiveSubscriptions() {
        do {
            for _ in 0..<Self.subscriptionsPerWake {
                guard let message = try eventSocket.receive() else { return }
                guard let subscription = message.first else { continue }
                for repeated in publisher.receive(Array(subscription)) { _ = try eventSocket.send(repeated) }
            }
        } catch {
            logger.warning("\(error)")
        }
    }

    func publish(_ event: Event) {
        guard let message = publisher.message(of: event) else { return }
        do {
            _ = try eventSocket.send(message)
        } catch {
            logger.warning("\(error)")
        }
    }

    /// Tells of jobs that are on disk now, each of their spectra in the order of its number.
    func publish(_ fresh: [(job: DeliveredJob, firstNumber: Int)]) {
        let now = MonotonicTime.now
        for (job, firstNumber) in fresh {
            knownDead[job.id] = nil
            change(job.id.run) { $0.stored(jobs: 1, spectra: job.rows.count, at: now) }
            tellAudiences(of: job, firstNumber: firstNumber)
            guard publisher.hears(.result(job.id.run)) else { continue }
            for (index, row) in job.rows.enumerated() {
                publish(
                    .result(
                        ResultEvent(
                            n: firstNumber + index, id: job.id, seq: job.seq, index: index, row: Array(row.utf8))))
            }
        }
    }

    /// Changes what is known of a run, and tells it soon.
    func change(_ run: Name, _ body: (inout RunProgress) -> Void) {
        body(&progress[run, default: RunProgress(run)])
        changedRuns.insert(run)
        guard flushTimer == nil else { return }
        // After this wake, so that a batch of changes is one event.
        flushTimer = loop.schedule(after: .zero) { [weak self] in self?.assumeIsolated { $0.flushProgress() } }
    }

    /// Publishes the runs whose turn it is and comes back for the others; before the end all of them.
    func flushProgress(isLast: Bool = false) {
        if let flushTimer { loop.cancel(flushTimer) }
        flushTimer = nil
        let now = MonotonicTime.now
        for run in changedRuns {
            guard var state = progress[run], state.isChanged else {
                changedRuns.remove(run)
                continue
            }
            guard isLast || state.isDue(at: now) else { continue }
            let n = publisher.nextNumber(of: .progress(run))
            let event = state.publish(n: n, epoch: publisher.epoch, timeMs: Self.wallClockMs, at: now)
            progress[run] = state
            changedRuns.remove(run)
            publish(.progress(event))
            for audience in audiences { audience.news.post(event) }
            publishReceipts(of: run, state)
        }
        guard !changedRuns.isEmpty, !isStopping else { return }
        flushTimer = loop.schedule(after: RunProgress.interval / 4) { [weak self] in
            self?.assumeIsolated { $0.flushProgress() }
        }
    }

    /// Leaves the last spectrum of a job that is on disk now.
    private func tellAudiences(of job: DeliveredJob, firstNumber: Int) {
        guard !audiences.isEmpty, let row = job.rows.last else { return }
        let index = job.rows.count - 1
        let result = ResultEvent(
            n: firstNumber + index, id: job.id, seq: job.seq, index: index, row: Array(row.utf8))
        let latest = LatestResult(
            result: result, acceptedMs: job.acceptedMs, header: job.header, frames: job.frames,
            jobs: progress[job.id.run]?.jobs ?? 0)
        for audience in audiences { audience.news.post(latest) }
    }

    private func publishReceipts(of run: Name, _ state: RunProgress) {
        var event = state.receipts(n: 0, epoch: publisher.epoch)
        guard receipts.updateValue(event, forKey: run) != event else { return }
        event.n = publisher.nextNumber(of: .ingest(run))
        publish(.ingest(event))
    }

    /// Once a second: the cluster's pulse, and what has waited for it.
    func pulse() {
        let now = MonotonicTime.now
        for run in progress.keys {
            progress[run]?.tick(at: now)
            if progress[run]?.isChanged == true { changedRuns.insert(run) }
        }
        if !changedRuns.isEmpty { flushProgress() }
        let counts = clusterCounts
        let event = ClusterEvent(
            n: publisher.nextNumber(of: .cluster), epoch: publisher.epoch,
            broker: link?.isServing == true ? .up : .away, workers: counts?.workers ?? 0,
            queued: counts?.queued ?? 0, leased: counts?.leased ?? 0, computed: counts?.computed ?? 0,
            timeMs: Self.wallClockMs)
        publish(.cluster(event))
        for audience in audiences { audience.news.post(event) }
        commitIfIdle(evenCounts: true)
    }
}
