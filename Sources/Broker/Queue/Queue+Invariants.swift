import DequeModule

/// Something that must never be false, and is.
package struct BrokenInvariant: Error, CustomStringConvertible {
    /// What it is.
    package let description: String
}

extension Queue {
    /// Checks every count and every link against the jobs themselves; O(jobs), for tests.
    package func checkInvariants() throws(BrokenInvariant) {
        try checkCounts()
        try checkLeases()
        try checkLines()
        try checkWindows()
    }

    private func expect(_ holds: Bool, _ what: @autoclosure () -> String) throws(BrokenInvariant) {
        guard holds else { throw BrokenInvariant(description: what()) }
    }

    private func checkCounts() throws(BrokenInvariant) {
        var counted: [RunIndex: RunTally] = [:]
        var all = RunTally()
        var sum = (bytes: 0, resultBytes: 0, accepting: 0, unacknowledged: 0, live: 0, liveBytes: 0)
        for (id, job) in jobs {
            try expect(job.id == id, "job \(id.value) is filed under another number")
            let isHere = !job.state.isFinal || job.state == .dead && !job.isLive
            try expect(isHere, "job \(id.value) has ended and is still here")
            if job.isLive {
                sum.live += 1
                sum.liveBytes += job.memoryBytes
            } else {
                sum.bytes += job.bytes
                sum.resultBytes += job.resultBytes
            }
            try expect((job.resultBytes > 0) == (job.state == .computed), "job \(id.value): result and state disagree")
            if job.state == .accepting {
                sum.accepting += 1
                sum.unacknowledged += job.bytes
            } else {
                counted[job.run, default: RunTally()][job.state] += 1
                counted[job.run, default: RunTally()].accepted += 1
            }
        }
        for (slot, run) in runs.enumerated() {
            guard let run else { continue }
            let index = RunIndex(slot)
            try expect(runIndexes[run.name] == index, "run \(run.name) is filed elsewhere")
            var expected = counted[index] ?? RunTally()
            for case .ended(let job) in run.entries.values {
                expected[job.state] += 1
                expected.accepted += 1
            }
            expected.refused = run.counts.refused
            try expect(run.counts == expected, "run \(run.name) counts \(run.counts), has \(expected)")
            all.accepted += expected.accepted
            for state in [Job.State.queued, .leased, .computed, .stored, .dead, .cancelled, .expired] {
                all[state] += expected[state]
            }
        }
        try expect(totals == all, "totals \(totals), are \(all)")
        try expect(sum.bytes == bytes, "bytes \(bytes), are \(sum.bytes)")
        try expect(sum.resultBytes == resultBytes, "result bytes \(resultBytes), are \(sum.resultBytes)")
        try expect(sum.live == liveCount, "live \(liveCount), are \(sum.live)")
        try expect(sum.liveBytes == liveBytes, "live bytes \(liveBytes), are \(sum.liveBytes)")
        let canShrink = jobs.values.contains {
            $0.isLive && ($0.state == .queued || $0.state == .computed && !$0.wasSent)
        }
        let isWithin = liveCount <= limits.liveJobs && liveBytes <= limits.liveBytes
        try expect(isWithin || !canShrink, "live jobs beyond their budget")
        try expect(sum.accepting == acceptingCount, "accepting \(acceptingCount), are \(sum.accepting)")
        try expect(sum.unacknowledged == unacknowledgedBytes, "unacknowledged bytes are \(sum.unacknowledged)")
    }

    private func checkLeases() throws(BrokenInvariant) {
        for (id, lease) in leases {
            try expect(jobs[lease.job]?.state == .leased, "lease \(id.value) of a job that is not leased")
            try expect(jobs[lease.job]?.lease == id, "lease \(id.value) is not its job's")
            try expect(
                workerSlots[lease.worker].map { workers[$0].leases.contains(id) } == true,
                "lease \(id.value) is not its worker's")
        }
        try expect(totals.leased == leases.count, "\(totals.leased) leased jobs, \(leases.count) leases")
        for (slot, worker) in workers.enumerated() {
            try expect(workerSlots[worker.id] == slot, "worker \(worker.name) is filed elsewhere")
            try expect(worker.leases.count <= worker.credit, "worker \(worker.name) holds more than its credit")
            let held = worker.leases.compactMap { leases[$0] }
            try expect(held.count == worker.leases.count, "worker \(worker.name) holds leases that have ended")
            let heldBytes = held.reduce(0) { $0 + $1.bytes }
            try expect(heldBytes == worker.leasedBytes, "worker \(worker.name) holds \(heldBytes) bytes")
            try expect(heldBytes <= worker.creditBytes || held.count <= 1, "worker \(worker.name): too many bytes")
            let solo = held.count(where: \.isSolo)
            try expect(solo == 0 || held.count == 1, "worker \(worker.name) has a suspect and others")
            try expect((solo > 0) == worker.holdsSolo, "worker \(worker.name): solo flag")
        }
    }

    private func checkLines() throws(BrokenInvariant) {
        // An entry in another line than the job's own is stale and will be skipped.
        var standing: [JobNumber: Int] = [:]
        func stand(_ id: JobNumber, in line: Job.Line) { if jobs[id]?.line == line { standing[id, default: 0] += 1 } }
        for run in runs.compactMap(\.self) {
            for id in run.fresh { stand(id, in: .fresh) }
            for id in run.returned { stand(id, in: .returned) }
        }
        for run in runs.compactMap(\.self) {
            let bytes = run.live.reduce(0) { $0 + (jobs[$1]?.bytes ?? 0) }
            try expect(bytes == run.liveBytes, "run \(run.name) has \(bytes) live bytes waiting")
            try expect(run.live.allSatisfy { jobs[$0]?.line == .live }, "run \(run.name) has a stale live entry")
            try expect(zip(run.live, run.live.dropFirst()).allSatisfy { $0 < $1 }, "run \(run.name): live order")
            for id in run.live { stand(id, in: .live) }
        }
        for id in solo { stand(id, in: .solo) }
        for entry in delayed { stand(entry.job, in: .delayed) }
        let turns = Set(ring)
        try expect(turns.count == ring.count, "a run has two turns")
        let liveTurns = Set(liveRing)
        try expect(liveTurns.count == liveRing.count, "a run has two turns with live jobs")
        for (id, job) in jobs {
            try expect(
                (standing[id] != nil) == (job.state == .queued), "job \(id.value), \(job.state), stands wrongly")
            if job.line == .fresh || job.line == .returned {
                try expect(turns.contains(job.run), "job \(id.value) waits in a run that has no turn")
            }
            if job.line == .live {
                try expect(liveTurns.contains(job.run), "live job \(id.value) waits in a run that has no turn")
            }
            if job.isLive {
                try expect(staleness.contains { $0.job == id }, "live job \(id.value) would never be stale")
            }
        }
        var waiting: [JobNumber: Int] = [:]
        for id in undelivered where jobs[id]?.state == .computed && !inDelivery.contains(id) {
            waiting[id, default: 0] += 1
        }
        for id in undeliveredLive {
            let waits = jobs[id]?.state == .computed && !inDelivery.contains(id)
            try expect(waits, "live result \(id.value) is gone and waits for the collector")
            waiting[id, default: 0] += 1
        }
        for (id, job) in jobs where job.state == .computed {
            let isSent = inDelivery.contains(id)
            try expect((waiting[id] ?? 0) >= (isSent ? 0 : 1), "the result of job \(id.value) would never be sent")
        }
    }

    private func checkWindows() throws(BrokenInvariant) {
        var sent = 0
        for id in inDelivery {
            guard let job = jobs[id], job.state == .computed else {
                throw BrokenInvariant(description: "job \(id.value) is in delivery and has no result")
            }
            sent += job.bytes + job.resultBytes
        }
        try expect(sent == inDeliveryBytes, "in delivery \(inDeliveryBytes) bytes, are \(sent)")
        if let window = collectorCreditBytes {
            try expect(sent <= window || inDelivery.count <= 1, "the collector's window is exceeded")
        } else {
            try expect(inDelivery.isEmpty, "deliveries without a collector")
        }
        var pending: [PublisherID: Int] = [:]
        for job in jobs.values where job.state == .accepting {
            if let publisher = job.publisher { pending[publisher, default: 0] += 1 }
        }
        try expect(pending == publishers, "windows \(publishers), are \(pending)")
        try expect(pending.values.allSatisfy { $0 <= limits.publisherWindow }, "a publisher's window is exceeded")
        try expect(bytes <= limits.queueBytes, "the queue holds \(bytes) bytes")
    }
}
