import Client
import Foundation

/// The results of jobs that were just submitted, as they come.
struct SubmittedRun {
    private static let statusInterval: Duration = .seconds(5)

    private let client: Client
    private let jobs: [JobID: SpectrumJob]
    private let labels: [String]
    private let events: EventSubscription

    /// Listens to a run before its jobs are submitted.
    init(_ run: Name, jobs: [SpectrumJob], client: Client) async throws {
        self.client = client
        self.jobs = Dictionary(jobs.map { ($0.submission.id, $0) }) { first, _ in first }
        labels = jobs.map(\.label)
        events = try await client.events(.init(run: run, results: .fromTheBeginning, includesCluster: true))
    }

    /// Prints each result as it comes until every job has ended; returns whether all have results.
    ///
    /// - Parameter taken: Jobs whose keys others have taken: what comes under these is another's.
    func show(besides taken: Set<JobID>, asJSON: Bool) async throws -> Bool {
        var table = ResultTable(labels: labels)
        var waiting = Set(jobs.keys).subtracting(taken)
        guard !waiting.isEmpty else { return true }
        var hasFailed = false
        var asked = ContinuousClock.now
        for await event in events {
            switch event {
            case .result(let result):
                guard let job = jobs[result.id], waiting.remove(result.id) != nil else { break }
                let row = String(decoding: result.row, as: UTF8.self)
                if asJSON {
                    print(
                        ResultLine.json(
                            id: result.id, seq: result.seq, index: result.index, row: row, source: job.source,
                            block: job.block))
                } else {
                    table.print(ResultRow(json: row), label: job.label)
                }
            case .dead(let dead):
                guard let job = jobs[dead.letter.id], waiting.remove(dead.letter.id) != nil else { break }
                StandardError.say("\(job.label): \(dead.letter.error)")
                hasFailed = true
            case .progress, .cluster, .ingest:
                // An event can be lost, a state cannot: asked for now and then.
                guard ContinuousClock.now - asked > Self.statusInterval else { break }
                for id in waiting where try await !isOnItsWay(id) {
                    waiting.remove(id)
                    hasFailed = true
                }
                asked = .now
            }
            if waiting.isEmpty { break }
        }
        if !asJSON { table.printNotes() }
        return !hasFailed
    }

    /// Whether a result will still come; says what is wrong if none will.
    private func isOnItsWay(_ id: JobID) async throws -> Bool {
        let label = jobs[id]?.label ?? "\(id)"
        do {
            let status = try await client.status(of: id)
            guard status.state.isFinal, status.state != .stored else { return true }
            StandardError.say("\(label): \(status.error ?? status.state.rawValue)")
            return false
        } catch {
            // It was refused, which was said, or its run ended long ago.
            if error.code == .notFound { return false }
            throw error
        }
    }
}
