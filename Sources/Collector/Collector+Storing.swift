import ClusterProtocol
import Foundation
import Logging
import ZeroMQ

/// From deliveries to committed rows, in batches of what has arrived while the last one was written.
extension Collector {
    private static let jobsPerBatch = 256
    private static let bytesPerBatch = 32 << 20
    private static let firstBackoff: Duration = .milliseconds(250)
    private static let longestBackoff: Duration = .seconds(10)

    private struct Batch {
        var side: [StoreChange] = []
        var deliveries: [PendingDelivery] = []
        /// Where the deliveries came from: their numbers mean nothing to another connection.
        var link: BrokerLink?

        var changes: [StoreChange] { side + deliveries.map { .job($0.job) } }

        /// Its parts, each a batch.
        var parts: [Batch] {
            side.map { Batch(side: [$0], link: link) } + deliveries.map { Batch(deliveries: [$0], link: link) }
        }
    }

    /// Starts to commit what waits, unless that is under way.
    ///
    /// Counts of runs alone wait for company or the next pulse.
    func commitIfIdle(evenCounts: Bool = false) {
        guard !isCommitting, !isStopping else { return }
        guard !deliveries.isEmpty || !sideChanges.isEmpty || (evenCounts && !changedCounts.isEmpty) else { return }
        isCommitting = true
        commits = Task {
            await commitWaiting()
            isCommitting = false
        }
    }

    /// Commits everything that waits, before the end.
    func commitAll() async {
        retry()
        await commits?.value
        await commitWaiting()
    }

    private func commitWaiting() async {
        while let batch = nextBatch() {
            await commit(batch)
            do {
                try await store.checkpointIfDue()
            } catch {
                // The log grows until a later one succeeds; commits say what is wrong.
                logger.warning("\(error)")
            }
        }
    }

    private func nextBatch() -> Batch? {
        var batch = Batch(side: sideChanges + changedCounts.values.map { .run($0) }, link: link)
        (sideChanges, changedCounts) = ([], [:])
        var bytes = 0
        var count = 0
        while count < min(deliveries.count, Self.jobsPerBatch), bytes < Self.bytesPerBatch {
            bytes += deliveries[count].job.byteCount
            count += 1
        }
        batch.deliveries = Array(deliveries.prefix(count))
        deliveries.removeFirst(count)
        return batch.side.isEmpty && batch.deliveries.isEmpty ? nil : batch
    }

    /// Commits a batch, however long the disk is full; meanwhile the broker keeps the jobs, and stops at its limits.
    private func commit(_ batch: Batch) async {
        var backoff = Self.firstBackoff
        var hasFailed = false
        while true {
            do {
                let outcomes = try await store.commit(batch.changes, nowMs: Self.wallClockMs)
                if hasFailed { logger.notice("storing again") }
                settle(batch, outcomes)
                return
            } catch  where error.isRetriable {
                logger.error("\(error); trying again in \(backoff)")
                if isStopping { return }
                hasFailed = true
                await pause(backoff)
                backoff = min(backoff * 2, Self.longestBackoff)
            } catch .refused(_, let reason) {
                await commitParts(of: batch, refusedFor: reason)
                return
            } catch {
                fail(CollectorError.storeFailed(error))
                return
            }
        }
    }

    /// Waits, unless the end comes before.
    private func pause(_ time: Duration) async {
        await withCheckedContinuation { continuation in
            guard !isStopping else { return continuation.resume() }
            retryWaiter = continuation
            loop.schedule(after: time) { [weak self] in self?.assumeIsolated { $0.retry() } }
        }
    }

    /// Tries at once what waits for a disk with room.
    func retry() {
        retryWaiter?.resume()
        retryWaiter = nil
    }

    /// Finds out which part of a batch SQLite refuses, and lets the others pass.
    private func commitParts(of batch: Batch, refusedFor reason: String) async {
        let parts = batch.parts
        if parts.count > 1 {
            for part in parts { await commit(part) }
        } else if let delivery = batch.deliveries.first {
            logger.error("job \(delivery.job.id) cannot be stored: \(reason)")
            settle(batch, [.refused(reason)])
        } else {
            logger.error("the store refuses \(batch.side): \(reason)")
        }
    }

    private func settle(_ batch: Batch, _ outcomes: [StoreOutcome]) {
        var stored: [Int] = []
        var fresh: [(job: DeliveredJob, firstNumber: Int)] = []
        for (pending, outcome) in zip(batch.deliveries, outcomes) {
            switch outcome {
            case .stored(let firstNumber):
                stored.append(pending.delivery)
                fresh.append((pending.job, firstNumber))
            case .alreadyStored:
                stored.append(pending.delivery)
            case .refused(let reason):
                if batch.link === link { tell(.rejected(delivery: pending.delivery, error: reason)) }
            }
        }
        if batch.link === link {
            for start in stride(from: 0, to: stored.count, by: Limits.leases) {
                tell(.stored(deliveries: Array(stored[start..<min(start + Limits.leases, stored.count)])))
            }
        }
        publish(fresh)
    }

    /// Drops old frames now and every ten minutes, a thousand jobs at a time between the batches.
    func startRetention() {
        loop.schedule(every: .seconds(600)) { [weak self] in self?.assumeIsolated { $0.dropOldFrames() } }
        dropOldFrames()
    }

    private func dropOldFrames() {
        guard let retention = configuration.spectraRetention, !isStopping else { return }
        let before = Self.wallClockMs - Int(retention / .milliseconds(1))
        Task {
            do {
                while !isStopping, try await store.dropFrames(acceptedBeforeMs: before) > 0 {}
            } catch {
                logger.warning("old spectra stay for now: \(error)")
            }
        }
    }
}
